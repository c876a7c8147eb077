import { mutantsOf as of } from './domain-mutant.mjs';

const update = of('plan-update.ts');
const linkIdChange = of('link-id-change.ts');
const conditions = of('field-conditions.ts');
const brake = of('brake.ts');
const updateBrake = of('update-brake.ts');
const baseOwner = of('base-owner.ts');
const halves = of('halves.ts');
const release = of('order-of-release.ts');

/** Mutants of phase 3's planners: see mutants.mjs. @type {readonly import('./mutants.mjs').Mutant[]} */
export const updateMutants = [
  update('M1', 'an agreement is not remembered', 'base: now,\n        baseChanged: !sameBase(base, now),', ''),
  update(
    'M7',
    'the base holds OfficeRnD’s value for both sides',
    "hubspot: sideBase(field, 'hubspot', rawOf(field, 'hubspot', hubspot.values), context),",
    "hubspot: sideBase(field, 'officernd', rawOf(field, 'officernd', officernd.values), context),",
  ),
  update(
    'M13',
    'a probability that is left behind counts as agreed',
    'keptWhileStatusChanges(input.fields.map((field) => decideField(field, input, unwritable)))',
    'input.fields.map((field) => decideField(field, input, unwritable))',
  ),
  update(
    'M9',
    'the base of an unmapped field is forgotten',
    '...Object.fromEntries(Object.entries(before).filter(([key]) => !mapped.has(key))), ...after',
    '...after',
  ),
  update(
    'M10',
    'a refused value is sent again',
    'if (input.wasRefused(outcome.to, field.key, source.canonical)) return { ...kept, refused: true };',
    '',
  ),
  halves(
    'M10',
    'the half after a refusal is not split',
    'const [first, second] = halvesOf(trying);',
    'const [first, second] = [trying, []];',
  ),
  halves('M10', 'what waits is not sent in the end', 'const left = [...suspects, ...rest];', 'const left = [...suspects];'),
  halves(
    'M10',
    'a record that refuses everything is searched on',
    'if (!now.hasAccepted && found.length > 0 && left.length > 0)',
    'if (false)',
  ),
  halves('M10', 'the other half counts as accepted', 'return suspects.length > 0 ? goOn', 'return suspects.length > 1 ? goOn'),
  release('M10', 'a value is taken before it is let go of', 'groups.push(free);', 'groups.unshift(free);'),
  release('M10', 'writes that wait for each other are lost', 'return [...groups, left];', 'return groups;'),
  linkIdChange('L14', 'hidden links are written', 'if (!showsLinks) return null;', ''),
  update('M10', 'a refusal of the other side counts', 'input.wasRefused(outcome.to,', "input.wasRefused('hubspot',"),
  update('M12', 'read-only is not respected', 'field.readOnly[side] || ', ''),
  update(
    'M12',
    'a deal of another pipeline gets a stage',
    "side === 'hubspot' && field.type === 'status' && isOfOtherPipeline",
    "side === 'officernd' && field.type === 'status' && isOfOtherPipeline",
  ),
  update('V1', 'what is unread counts as blank', 'if (isUnread(field, input) || ', 'if ('),
  update(
    'V2',
    'a bag that may hold a hidden value is written',
    " || (outcome.to === 'officernd' && isInBag(field.officernd, unwritable))",
    '',
  ),
  update('V2', 'a link id is written beside a hidden value', ' || isInBag(LINK_PATH, unwritable) ? null', ' ? null'),
  update('V3', 'a paused stage is compared', ' || isStatusPaused(field, now, input.context)', ''),
  update(
    'M6',
    'what is held is written',
    'if (effect !== null && input.isHeld?.(effect) === true) return { ...kept, isFirst, held: effect };',
    '',
  ),
  update(
    'M2',
    'every field without a base makes a link new',
    'isFirstMerge: decisions.some(({ isFirst }) => isFirst === true)',
    'isFirstMerge: input.fields.some(({ key }) => input.snapshot[key] === undefined)',
  ),
  updateBrake('M6', 'a blank over a blank counts', 'if (from === null && over !== null)', 'if (from === null)'),
  updateBrake('M6', 'both sides are one list', '`${ERASE}${side}/${change.field}`', '`${ERASE}${change.field}`'),
  updateBrake('M2', 'a conflict counts as a first link', "return loses === 'first-link' ?", 'return loses !== null ?'),
  updateBrake(
    'M2',
    'a link counts once for each field',
    'for (const key of new Set(keys)) addTo(links, key);',
    'for (const key of keys) addTo(links, key);',
  ),
  conditions('B3', 'a base of another meaning counts', 'base.mark === field.baseMark &&', 'true &&'),
  linkIdChange('L14', 'the link id is not written', 'if (linkId === wanted) return null;', 'return null;'),
  linkIdChange(
    'U7',
    'the id of another portal is overwritten',
    "if (linkId !== null && !isFormer && parseLinkId(linkId, portalId).kind === 'other-portal') return null;",
    '',
  ),

  brake('U4', 'the smaller limit counts', 'Math.max(unlinkCount', 'Math.min(unlinkCount'),
  brake('U4', 'the limit itself is too much', 'unlinks > Math', 'unlinks >= Math'),
  brake('M6', 'the limit itself is too much', 'erasures > Math', 'erasures >= Math'),
  brake('M6', 'the smaller limit counts', 'Math.max(eraseCount', 'Math.min(eraseCount'),
  brake('M2', 'the limit itself is too much', '  links > Math.max(firstLinkCount', '  links >= Math.max(firstLinkCount'),
  brake('M2', 'few links are not counted, though a brake is tighter', 'links > Math.min(eraseCount', 'links > Math.max(eraseCount'),
  baseOwner('V3', 'a pause counts as a run without the field', 'owners: [...owners, ...paused]', 'owners'),
  brake('L11', 'the limit itself is too much', 'creates > createsPerRun', 'creates >= createsPerRun'),
];
