/** @import { Mutant } from './mutants.mjs' */

const of = (file, tests) => (rule, what, from, to) => ({ file, rule, what, from, to, laws: tests });
const surprise = of('domain/surprise.ts', 'test/domain/surprise.test.ts');
const erasure = of('domain/erasure.ts', 'test/domain/erasure.test.ts');
const sending = (file, tests) => of(`activities/${file}`, `test/activities/${tests}`);
const beforeWrite = sending('slice/before-write.ts', 'slice/look-then-write.test.ts');
const lookThenWrite = sending('slice/look-then-write.ts', 'slice/look-then-write.test.ts');
const looks = sending('slice/looks.ts', 'slice/looks.test.ts');
const fence = sending('slice/fence.ts', 'slice/fence.test.ts');
const openFence = sending('slice/open-fence.ts', 'slice/open-fence.test.ts');
const clocks = of('connectors/clocks.ts', 'test/activities/slice/fence.test.ts');
const tooLong = of('domain/too-long.ts', 'test/domain/too-long.test.ts');
const guard = sending('slice/write-guard.ts', 'slice/write-guard.test.ts');
const send = sending('update/send.ts', 'update/send.test.ts');
const creation = sending('slice/send-creation.ts', 'update/send.test.ts');

/** One wrong turn for each rule of the write path (M8, S1, S2, A2). Its own tests must notice each. @type {readonly Mutant[]} */
export const writeMutants = [
  beforeWrite('A2', 'the fence is not asked before a write leaves', 'await work.assertOwnerCached();', ''),
  beforeWrite('M8', 'the age of a look does not matter', 'look?.assertFresh();', ''),
  fence('A2', 'an answer of the fence is good for ever', 'elapsedMs(askedAt, clocks()) < CACHE_VALID_MS', 'true'),
  fence('A2', 'an answer that was slept over counts', 'if (isFresh() || asked === MOST_QUESTIONS) return;', 'return;'),
  fence('A2', 'who has lost the right to write goes on', 'if (!(await holds())) throw takenOver(slice);', 'await holds();'),
  openFence('A2', 'a run that is over takes the tenant back', 'if (!(await isPresent(run))) return null;', ''),
  openFence('A2', 'a later run has taken over, and the slice goes on', 'if (number === null) throw takenOver(slice);', ''),
  openFence('A2', 'a frozen attempt’s base replaces a later one', 'snapshots: snapshots.asSavedAt(number)', 'snapshots'),
  openFence('A2', 'a frozen attempt’s reading replaces a later one', 'observations: observations.asReadAt(number)', 'observations'),
  clocks('A2', 'the steady clock alone is believed', 'Math.max(wallMs, to.steadyMs - from.steadyMs)', 'to.steadyMs - from.steadyMs'),
  clocks('A2', 'the wall clock alone is believed', 'Math.max(wallMs, to.steadyMs - from.steadyMs)', 'wallMs'),
  clocks('A2', 'a wall clock that was set back is believed', 'wallMs < 0 ? Number.POSITIVE_INFINITY : ', ''),
  tooLong('M10', 'a text of any length is kept', 'if (size > left) tooLong.add(name);', 'if (false) tooLong.add(name);'),
  tooLong('M10', 'what is nested deeper than MongoDB takes is kept', 'if (depth > DEEPEST) return Number.POSITIVE_INFINITY;', ''),
  looks('M8', 'a look is good for longer', 'ageMs > LOOK_VALID_MS', 'ageMs > 2 * LOOK_VALID_MS'),
  looks('M8', 'a repeated look keeps its age', 'begunAt = null;\n          looks', 'looks'),
  lookThenWrite('M8', 'a PUT leaves unasked', 'beforeSend: beforeWrite(work, look),\n', '\n'),
  lookThenWrite('M8', 'the place comes after the look', '...(taken !== undefined && { place: taken.look })', ''),
  send('M8', 'a HubSpot batch leaves unasked', 'beforeSend: beforeWrite(work, look), lookAgain', 'lookAgain'),
  send('M8', 'a batch that has waited is not read again', 'beforeWrite(work, look), lookAgain,', 'beforeWrite(work), lookAgain,'),
  send('M8', 'HubSpot’s changes since the look do not matter', 'observationHash(now) === observationHash(was)', 'true'),
  send('M8', 'another try looks at nothing', 'seen = undefined;', ''),
  send('M6', 'another try of an erasure reads no source', "!erasesOn(plan, 'officernd') ||", 'true ||'),
  send('M6', 'an erasure that has waited keeps its source', "|| erasesOn(one.plan, 'hubspot')", ''),
  send('M6', 'an erasure whose connection broke keeps its source', " || targets.some(({ plan }) => erasesOn(plan, 'hubspot'))", ''),
  send('M8', 'a batch whose connection broke is sent again for ever', ' || broken >= QUICK_TRIES', ''),
  creation('A2', 'a POST leaves unasked', '    await assertOwner();\n', ''),
  erasure('M6', 'a blank that meets a blank erases', ' && !isBlank(change[side])', ''),
  surprise('S1', 'what was not sent may change', 'return write.before !== null && !mayChange', 'return false && !mayChange'),
  surprise('S1', 'a value that was dropped is there', '|| isBlank(is)', ''),
  surprise('S1', 'a value that stays as it was is there', 'isSame(path, was, is) || isBlank(is)', 'isBlank(is)'),
  surprise('M7', 'a vendor’s own spelling is a surprise', '(isSame(path, was, is) || isBlank(is))', 'true'),
  surprise('M11', 'a status sets no probability', "path === 'probability' && Object", "path === 'none' && Object"),
  guard('S1', 'any number of surprises is let through', 'noted.records >= STOP_AT', 'noted.records > 100'),
  guard('S1', 'the first surprise stops', 'noted.records >= STOP_AT', 'true'),
  guard('S2', 'the first write is not read again', 'inAnswer.length === 0 && !isCanary', 'inAnswer.length === 0'),
  guard('S2', 'another version needs no proof', 'proof.version === PROGRAM_VERSION', 'true'),
  guard('S2', 'a proof lasts for ever', 'now().getTime() - proof.at.getTime() < PROOF_VALID_MS', 'true'),
  guard('S2', 'a proof counts for any configuration', 'stored?.mappingHash === run.mappingHash ? stored : null', 'stored'),
  guard('S2', 'a block ends by itself', 'throw new WritesStopped(told.message);', 'return (known = canary);'),
  guard('L12', 'a link id that is not kept can be accepted', 'field !== LINK_PATH', 'true'),
];
