// What may be asked of a node in each of its situations, and what is said then.
import { describe, expect, it } from '@jest/globals';
import {
  nodeActionWords,
  refuseNodeAction,
  type NodeAction,
  type NodeActionFacts,
} from '../../../service/domain/node-action.ts';

const idle: NodeActionFacts = {
  ...{ name: 'agents_3', hasMachine: true, isBusy: false, isSaved: false, isStarting: false, isLeaving: false },
  isRecycled: true,
};

const cases: readonly (readonly [string, Partial<NodeActionFacts>, Readonly<Record<NodeAction, string | null>>])[] = [
  ['idle', {}, { drain: null, delete: null, save: null, reimage: null, release: 'NODE_NOT_KEPT' }],
  ['busy', { isBusy: true }, { drain: null, delete: 'NODE_BUSY', save: null, reimage: null, release: 'NODE_NOT_KEPT' }],
  [
    'booting',
    { isStarting: true },
    { drain: null, delete: null, save: null, reimage: 'NODE_STARTING', release: 'NODE_NOT_KEPT' },
  ],
  ['kept', { isSaved: true }, { drain: null, delete: null, save: 'NODE_KEPT', reimage: null, release: null }],
  [
    'without a machine',
    { hasMachine: false },
    {
      ...{ drain: null, delete: null, save: 'NODE_WITHOUT_MACHINE', reimage: 'NODE_WITHOUT_MACHINE' },
      release: 'NODE_NOT_KEPT',
    },
  ],
  [
    'kept, and without a machine',
    { isSaved: true, hasMachine: false },
    {
      ...{ drain: null, delete: null, save: 'NODE_KEPT', reimage: 'NODE_WITHOUT_MACHINE' },
      release: 'NODE_WITHOUT_MACHINE',
    },
  ],
  [
    'kept, and never came up',
    { isSaved: true, isStarting: true },
    { drain: null, delete: null, save: 'NODE_KEPT', reimage: 'NODE_STARTING', release: null },
  ],
  [
    'leaving, and busy',
    { isLeaving: true, isBusy: true },
    {
      ...{ drain: 'NODE_LEAVING', delete: 'NODE_LEAVING', save: 'NODE_LEAVING', reimage: 'NODE_LEAVING' },
      release: 'NODE_LEAVING',
    },
  ],
];

describe('what people ask of a node', () => {
  it.each(cases)('that is %s is refused where it cannot be done', (_name, more, codes) => {
    const facts = { ...idle, ...more };
    const actions: readonly NodeAction[] = ['drain', 'delete', 'save', 'reimage', 'release'];
    const answers = actions.map((action) => [action, refuseNodeAction(action, facts)?.code ?? null]);
    expect(Object.fromEntries(answers)).toEqual(codes);
  });

  it('says that a job comes to its end first', () => {
    expect(nodeActionWords('drain', { ...idle, isBusy: true })).toBe(
      'agents_3 finishes its job and takes no other; then it is deleted.',
    );
    expect(nodeActionWords('drain', idle)).toBe('agents_3 takes no job any more and is deleted.');
    expect(nodeActionWords('reimage', { ...idle, isBusy: true })).toContain('finishes its job');
    expect(nodeActionWords('save', { ...idle, isBusy: true })).toContain('finishes its job');
  });

  it.each([
    [{}, 'agents_3 is reimaged and takes jobs then: jobs of this pool find a fresh machine.'],
    [{ isRecycled: false }, 'agents_3 takes jobs again as it is.'],
    [{ isStarting: true }, 'agents_3 never came up, so it is deleted.'],
  ])('says what becomes of a kept one with %j that is given back', (more, words) => {
    expect(nodeActionWords('release', { ...idle, isSaved: true, ...more })).toBe(words);
  });
});
