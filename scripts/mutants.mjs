import { mutantsOf as of } from './domain-mutant.mjs';
import { updateMutants } from './update-mutants.mjs';
import { writeMutants } from './write-mutants.mjs';

/**
 * @typedef {{ file: string, rule: string, what: string, from: string, to: string, laws?: string }} Mutant `laws` must notice it without the
 * tables.
 */

const merge = of('merge-field.ts', 'test/property/merge.test.ts');
const match = of('match.ts', 'test/property/matching.test.ts');
const unlink = of('plan-unlink.ts');
const create = of('plan-create.ts');
const creationBases = of('creation-bases.ts');
const ids = of('ids.ts');
const observe = of('to-observation.ts');
const link = of('link.ts');
const decided = (file) => of(file, 'test/property/decisions.test.ts');
const listed = of('listed-effect.ts');
const undo = of('plan-undo.ts', 'test/property/undo.test.ts');
const undoTable = of('plan-undo.ts', 'test/domain/plan-undo.test.ts');
const takeBack = of('take-back.ts', 'test/domain/plan-undo.test.ts');
const undoLinks = of('undo-links.ts', 'test/domain/undo-links.test.ts');

/** One wrong turn for each rule that pure code decides. `from` must be in its file exactly once. @type {readonly Mutant[]} */
export const mutants = [
  listed(
    'P2',
    'an applied preview writes another value than it lists',
    '...[base, officernd, hubspot].map(withoutBlanks)',
    '...[base].map(withoutBlanks)',
  ),
  listed('P2', 'an applied preview creates in another place', 'place ?? null', 'null'),
  undo(
    'X1',
    'the base of the side that goes back stays',
    'return { ...base, ...markOf(field), [side]: sideBase(field, side, to, context) };',
    'return base;',
  ),
  undo('X1', 'the other side’s edit is agreed on', '  ...before,\n  [side]: now[side],', '  [side]: now[side],'),
  undo('X1', 'what has changed since is overwritten', 'if (present !== newest.wrote) return', 'if (present === null) return'),
  undoTable('X1', 'only the newest write of a field goes back', 'to = before;\n  }', 'break;\n  }'),
  takeBack(
    'D2',
    'a value that has changed since is overwritten',
    'present(side) !== meaning.won && present(side) !== meaning.lost',
    'false',
  ),
  takeBack('D2', 'a one-way field takes it', "if (field.direction !== '↔') return leftAs('one-way');", ''),
  undoLinks('X2', 'a link that a later run has made is retired', 'link.linkedRun === run ?', 'link.linkedRun !== null ?'),
  undoLinks('X2', 'a link comes back though a record is gone', 'return areThere ? {', 'return run !== null ? {'),
  merge(
    'M1',
    'agreement is not seen',
    'if (officernd === hubspot) return',
    'if (officernd === hubspot && base !== undefined && base.officernd === officernd) return',
  ),
  merge(
    'M2',
    'HubSpot wins the first merge',
    "const winner: Side = direction === '←' || (direction === '↔' && isHubSpotFirst) ? 'hubspot' : 'officernd';",
    "const winner: Side = direction === '→' ? 'officernd' : hubspot === null && direction === '↔' ? 'officernd' : 'hubspot';",
  ),
  merge('M2', 'a blank of OfficeRnD wins', 'isHubSpotFirst = officernd === null ||', 'isHubSpotFirst = officernd === hubspot ||'),
  merge('M2', 'a blank source wins', "if (won === null) return { kind: 'keep', rule: 'M2' };", ''),
  merge('M2', 'a value that gives way is not kept', "lost === null ? null : 'first-link'", 'null'),
  merge('M2', 'a blank that gives way is kept', "lost === null ? null : 'first-link'", "'first-link'"),
  merge(
    'M3',
    'the unchanged side wins',
    "write(changed.hubspot ? 'officernd' : 'hubspot', 'M3', input, null)",
    "write(changed.hubspot ? 'hubspot' : 'officernd', 'M3', input, null)",
  ),
  merge(
    'M4',
    'HubSpot wins a conflict',
    "return write('hubspot', 'M4', input, 'conflict')",
    "return write('officernd', 'M4', input, 'conflict')",
  ),
  merge('M4', 'a conflict is not kept', "'M4', input, 'conflict')", "'M4', input, null)"),
  merge(
    'M4',
    'authority without a conflict',
    'if (changed.officernd && changed.hubspot) return',
    'if (changed.officernd || changed.hubspot) return',
  ),
  merge(
    'M5',
    '← is ↔',
    "changed.hubspot || input.enforce ? write('officernd'",
    "changed.officernd ? write('hubspot', 'M5', input, null) : changed.hubspot || input.enforce ? write('officernd'",
  ),
  merge(
    'M5',
    '← always enforces',
    "changed.hubspot || input.enforce ? write('officernd', 'M5', input, null) : { kind: 'drift', rule: 'M5' }",
    "write('officernd', 'M5', input, null)",
  ),
  merge('M5', '← never enforces', "changed.hubspot || input.enforce ? write('officernd'", "changed.hubspot ? write('officernd'"),
  merge(
    'M5',
    '→ always enforces',
    "changed.officernd || input.enforce ? write('hubspot', 'M5', input, null) : { kind: 'drift', rule: 'M5' }",
    "write('hubspot', 'M5', input, null)",
  ),
  merge('M5', '→ never enforces', "changed.officernd || input.enforce ? write('hubspot'", "changed.officernd ? write('hubspot'"),
  merge('M6', 'clearing never propagates', '!(neverErase && value === null)', 'value !== null'),
  merge('M6', 'neverErase is not heard', '!(neverErase && value === null)', 'true'),
  merge('M6', 'enforcing writes a blank', "if (neverErase && written === null) return { kind: 'keep', rule: 'M6' };", ''),
  merge(
    'M7',
    'the two sides’ bases are mixed up',
    'hubspot: differs(hubspot, base.hubspot, input)',
    'hubspot: differs(hubspot, base.officernd, input)',
  ),
  merge('M12', 'a side gets what it can’t take', "if (!takes(to)) return { kind: 'drift', rule: 'M12' };", ''),
  merge(
    'M12',
    'the other side is overwritten instead',
    "if (!takes(to)) return { kind: 'drift', rule: 'M12' };",
    "if (!takes(to)) return { kind: 'write', to: to === 'hubspot' ? 'officernd' : 'hubspot', rule, loses };",
  ),

  creationBases(
    'L12',
    'what a found record holds counts as agreed on, whatever was sent',
    'return base.officernd.canonical === base.hubspot.canonical ? [[field.key, base]] : [];',
    'return [[field.key, base]];',
  ),
  match(
    'L3',
    'an opportunity’s parent does not matter',
    "entity === 'opportunity' ? candidate.parents.map",
    "entity === 'company' ? candidate.parents.map",
  ),
  match(
    'L3',
    'only the first e-mail counts',
    "if (key === 'email') return candidate.emails;",
    "if (key === 'email') return candidate.emails.slice(0, 1);",
  ),
  match(
    'L3',
    'linked namesakes in OfficeRnD do not matter',
    'others.hubspotIds.length > 0 || others.officerndIds.length > 0',
    'others.hubspotIds.length > 0',
  ),
  match(
    'L3',
    'linked namesakes in HubSpot do not matter',
    'others.hubspotIds.length > 0 || others.officerndIds.length > 0',
    'others.officerndIds.length > 0',
  ),
  match('L3', 'names link though a person is to decide', "policy.name !== 'review'", "policy.name !== 'off'"),
  match('L3', 'names count though they are off', "key === 'name' ? name !== 'off'", "key === 'name' ? true"),
  match('L4', 'several OfficeRnD candidates do not matter', 'found.length > 1 || rivals.length > 1', 'rivals.length > 1'),
  match('L4', 'several HubSpot candidates do not matter', 'found.length > 1 || rivals.length > 1', 'found.length > 1'),
  match(
    'L4',
    'several HubSpot records share the oldest',
    "policy.ambiguous === 'oldest' && group.hubspotIds.length === 1",
    "policy.ambiguous === 'oldest'",
  ),
  match(
    'L4',
    'the oldest is linked unasked',
    "policy.ambiguous === 'oldest' && group.hubspotIds.length === 1",
    'group.hubspotIds.length === 1',
  ),
  match('L4', 'the youngest is linked', 'one.createdAt < other.createdAt ? -1 : 1', 'one.createdAt < other.createdAt ? 1 : -1'),
  match('L5', 'names go before e-mails', "input.key === 'name' && input.entity === 'member' && emailsDiffer(candidate, only)", 'false'),
  match(
    'L5',
    'namesakes of two people count',
    "if (areTwo && input.policy.emailsDiffer === 'create') return twoPeople(candidate, only, input);",
    '',
  ),
  match('L5', 'a missing e-mail differs', 'one.emails.length > 0 && other.emails.length > 0 && !one', '!one'),
  match(
    'L5',
    'one common e-mail is not enough',
    '!one.emails.some((email) => other.emails.includes(email))',
    '!one.emails.every((email) => other.emails.includes(email))',
  ),
  match('L5', 'the oldest may have another e-mail', 'found.filter((one) => !emailsDiffer(candidate, one))', 'found'),
  match(
    'L5',
    'link and create are mixed up',
    "case 'link':\n",
    "case 'create':\n      return { kind: 'link', hubspotId: candidate.id, officerndId: other.id, rule: 'L5' };\n    case 'link':\n",
  ),

  decided('match.ts')(
    'D1',
    'keys do not know what a person keeps apart',
    'sharing.filter(({ id }) => !isApart(id, candidate.id))',
    'sharing',
  ),
  decided('plan-unlink.ts')(
    'D1',
    'a link follows a merge into what a person keeps apart',
    "if (isParted(link)) return { kind: 'part', rule: 'D1' };",
    '',
  ),
  decided('rulings.ts')('D1', 'a link id goes before a person’s word', '!isApart(officerndId, hubspotId) &&', ''),
  decided('rulings.ts')('D1', 'a record is created again', 'if (!isDone(decision))', ''),
  of('merge-field.ts')('D1', 'nobody is preferred', "(prefers === 'hubspot' && hubspot !== null)", 'false'),
  of('plan-create.ts')('D1', 'the filter goes before a person’s word', 'input.isDecided !== true && ', ''),

  unlink('U1', 'a link outlives its HubSpot record', "return { kind: 'unlink', rule: 'U1' };", "return { kind: 'keep' };"),
  unlink('U2', 'a record that is there is unlinked', "return { kind: 'keep' };", "return { kind: 'unlink', rule: 'U1' };"),
  unlink(
    'U3',
    'a merge is a deletion',
    "if (survivorLinks.length === 0) return { kind: 'relink', rule: 'U3', hubspotId: hubspot.id };",
    "if (survivorLinks.length === 0) return { kind: 'unlink', rule: 'U1' };",
  ),
  unlink('U3', 'the younger link wins', 'isOlder(one, other) : isDecided(one)', 'isOlder(other, one) : isDecided(one)'),
  unlink(
    'U3',
    'of several links that meet, the oldest ends one alone',
    'losers: winner === link ? survivorLinks : [link]',
    'losers: winner === link ? survivorLinks.slice(0, 1) : [link]',
  ),
  unlink(
    'U3',
    'links of one moment depend on who asks',
    'one.linkedAt === other.linkedAt ? one.id < other.id :',
    'one.linkedAt === other.linkedAt ? true :',
  ),
  unlink('U5', 'a link outlives its OfficeRnD record', "if (officernd.kind === 'gone') return { kind: 'retire', rule: 'U5' };", ''),

  create(
    'V3',
    'creations do not wait for what is gone',
    "if (isCreationPaused(entity, mapping.paused)) return { kind: 'skip', reason: 'paused', rule: 'V3' };",
    '',
  ),
  create(
    'L6',
    'a record without name is sent',
    "if (isBlank(values['name'])) return",
    "if (entity === 'opportunity' && isBlank(values['name'])) return",
  ),
  create(
    'L6',
    'a member without e-mail is sent',
    "entity === 'member' && mapping.creation.memberNeedsEmail && ",
    "entity === 'company' && mapping.creation.memberNeedsEmail && ",
  ),
  create('L6', 'what flows to HubSpot is created', "field.direction !== '→' && !field.readOnly.officernd", '!field.readOnly.officernd'),
  create(
    'L6',
    'a deal of another pipeline is created',
    "hubspot.values['pipeline'] !== mapping.pipelineId",
    "hubspot.values['pipeline'] === undefined",
  ),
  create('L6', 'a deal without parent is sent', 'if (company === undefined && member === undefined) return null;', ''),
  create(
    'L6',
    'a deal without status is sent',
    "if (statusIsMissing(input, values)) return { kind: 'skip', reason: 'status-unmapped', rule: 'L6' };",
    '',
  ),
  create(
    'L8',
    'the default goes before the rule',
    'return byRule(hubspot, locations) ??',
    'return locations.defaultId ?? byRule(hubspot, locations) ??',
  ),
  create('L8', 'the company’s place does not matter', "(entity === 'member' ? companyLocationId : null)", 'null'),
  create('L8', 'the only location does not count', 'if (only !== undefined && others.length === 0) return only;', ''),
  create('L9', 'a member is created outside its company', "entity === 'member' && company !== undefined ? { company } : {}", '{}'),
  create('L10', 'the filter is not heard', 'filter.every((condition) => {', 'filter.length === 0 || filter.some((condition) => {'),
  create('L10', 'the filter lets the others through', 'condition.in.includes(option)', '!condition.in.includes(option)'),
  create('V3', 'a record without a known name is created', 'if (lacksEssentials(hubspot))', 'if (false)'),
  create('L12', 'the link id is not in the request', 'location, ...linkId }', 'location }'),

  link('U6', 'an older link of the record counts as a newer one', 'other.pairedAt > pairedAt', 'other.pairedAt !== pairedAt'),
  link('U6', 'a newer link does not matter', 'other.pairedAt > pairedAt', 'other.pairedAt === pairedAt'),
  ids(
    'U7',
    'another portal’s id is taken for ours',
    "match[1] === portalId ? { kind: 'ours', hubspotId: match[2] } : { kind: 'other-portal' }",
    "{ kind: 'ours', hubspotId: match[2] }",
  ),
  observe('L3', 'HubSpot’s additional e-mails do not count', "['email', 'hs_additional_emails'];\n    case", "['email'];\n    case"),
  observe('M9', 'blanks are kept', "value !== undefined && value !== null && value !== ''", 'value !== undefined && value !== null'),

  ...updateMutants,
  ...writeMutants,
];
