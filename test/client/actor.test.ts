import { userInfo } from 'node:os';
import { actorOf } from '../../client/actor';

test.each([
  ['ORSYNC_ACTOR', { ORSYNC_ACTOR: ' Ann Lee ' }, 'Ann Lee'],
  ['the system’s user, where the variable is blank', { ORSYNC_ACTOR: ' ' }, userInfo().username],
  ['the system’s user, where there is none', {}, userInfo().username],
])('D1 a decision is said by %s', (_title, env, expected) => expect(actorOf(env)).toBe(expected));
