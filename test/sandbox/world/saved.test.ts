// What may become of machines that are kept for somebody to look at, as whoever looks at the pool sees it.
import { describe, expect, it } from '@jest/globals';
import { savedChecker } from '../../../sandbox/world/invariants/saved.ts';

type Line = readonly [t: number, kind: string, fields: Readonly<Record<string, unknown>>];

function broken(history: readonly Line[]): readonly string[] {
  const found: string[] = [];
  const check = savedChecker();
  for (const [t, kind, fields] of history)
    check({ t, kind, pool: 'linux', ...fields }, (_t, words, invariant) => found.push(`${invariant} ${words}`));
  return found;
}

describe('machines that are kept (I-24)', () => {
  const allowed = (maxSavedNodeCount: number, maxCapacity = 4): Line => [
    0,
    'poolSettings',
    { maxSavedNodeCount, maxCapacity },
  ];
  const seen = (t: number, ...vmIds: readonly string[]): Line => [
    t,
    'verdicts',
    { at: t, requests: [], kept: vmIds.map((vmId) => ({ vmId, until: 5000 })) },
  ];
  /** A picture that shows the machines at work, and none that is kept. */
  const atWork = (t: number, ...others: readonly string[]): Line => [t, 'verdicts', { at: t, kept: [], others }];
  const fewer = (t: number, maxCapacity: number): Line => [t, 'poolSettings', { maxSavedNodeCount: 2, maxCapacity }];
  /** Kept for one hour, and shown once with the time until which it is. */
  const anHour: Line = [0, 'poolSettings', { maxSavedNodeCount: 2, maxCapacity: 4, savedNodeHours: 1 }];
  const until = (t: number, time: number | null): Line => [
    t,
    'verdicts',
    { at: t, kept: [{ vmId: 'a', until: time }], others: [] },
  ];
  /** Shown without a time: about to be kept, or kept until somebody gives it back. */
  const timeless = (t: number, isAboutTo: boolean): Line => [
    t,
    'verdicts',
    { at: t, kept: [{ vmId: 'a', until: null, isAboutTo }], others: [] },
  ];
  const opened = (t: number, by: string): Line => [t, 'agentEnabled', { agent: 7, by }];
  const made: Line = [50, 'instanceCreated', { vmId: 'a', by: 'controller' }];
  const gone = (t: number, by = 'controller', kind = 'instanceDeleted'): Line => [t, kind, { vmId: 'a', by }];

  const back = { at: 200, requests: [], kept: [], others: ['a'], atWork: ['a'] };
  const registered: Line = [60, 'agentRegistered', { agent: 7, vmId: 'a', by: 'controller' }];

  it.each<[string, readonly Line[]]>([
    ['goes when its time is over', [allowed(1), seen(100, 'a'), gone(5000)]],
    ['is deleted by a person', [allowed(1), seen(100, 'a'), gone(200, 'person')]],
    ['goes after somebody gave it back', [allowed(1), seen(100, 'a'), [200, 'verdicts', back], gone(300)]],
    [
      'goes after a person enabled its agent',
      [allowed(1), registered, seen(100, 'a'), [150, 'agentEnabled', { agent: 7, by: 'person' }], gone(200)],
    ],
    [
      'is forgotten by a store of yesterday',
      [allowed(1), seen(100, 'a'), [150, 'fault', { id: 'S4', did: 'set back to a backup of 600 s ago' }], gone(200)],
    ],
    [
      'stays when fewer are allowed',
      [
        allowed(2),
        seen(100, 'a', 'b'),
        [110, 'poolSettings', { maxSavedNodeCount: 1, maxCapacity: 4 }],
        seen(120, 'a', 'b'),
      ],
    ],
    [
      'was kept while that was allowed, and not shown before pictures without machines were over',
      [allowed(2), made, atWork(100, 'a'), fewer(400, 1), seen(500), seen(700), seen(900, 'a')],
    ],
    ['is opened to jobs when its time is over', [allowed(1), registered, seen(100, 'a'), opened(5000, 'controller')]],
    ['was only about to be kept', [allowed(1), registered, timeless(100, true), opened(150, 'controller')]],
    [
      'was given back by a person who had kept it',
      [allowed(1), registered, timeless(100, false), opened(150, 'person'), gone(300)],
    ],
    [
      'has a second hour when it is kept again',
      [anHour, made, until(100, 3690), [200, 'verdicts', back], until(4240, 7700)],
    ],
    ['has its hour from when it was kept', [anHour, atWork(4000, 'a'), until(4240, 7700)]],
    ['was made and kept between two pictures', [allowed(2), seen(40), made, fewer(400, 1), seen(500), seen(900, 'a')]],
  ])('well: one that %s', (_what, history) => {
    expect(broken(history)).toEqual([]);
  });

  it.each<[string, readonly Line[], string]>([
    ['deleted while it is kept', [allowed(1), seen(100, 'a'), gone(4999)], 'was kept until 5000'],
    ['deleted where a picture shows no machine', [allowed(1), seen(100, 'a'), seen(200), gone(300)], 'was kept'],
    [
      'deleted where pictures show it on its way out',
      [allowed(1), seen(100, 'a'), [200, 'verdicts', { ...back, atWork: [] }], gone(300)],
      'was kept until 5000',
    ],
    [
      'deleted after the database was slow',
      [allowed(1), seen(100, 'a'), [150, 'fault', { id: 'S4', did: 'a query took 4 s' }], gone(200)],
      'was kept until 5000',
    ],
    [
      'wiped while it is kept',
      [allowed(1), seen(100, 'a'), gone(200, 'controller', 'instanceReimaged')],
      'was kept until',
    ],
    [
      'opened to jobs by Weir itself',
      [allowed(1), registered, seen(100, 'a'), opened(150, 'controller'), seen(340)],
      'was kept until 5000, and its agent was opened',
    ],
    [
      'deleted after a page took back what another had promised',
      [allowed(1), seen(100, 'a'), until(340, 400), gone(500)],
      'was kept until 5000',
    ],
    ['kept for an hour since it was made', [anHour, made, atWork(4000, 'a'), until(4240, 3650)], 'not for 3600 s'],
    ['kept for a day', [anHour, atWork(4000, 'a'), until(4240, 90_000)], 'not for 3600 s'],
    [
      'opened to jobs by Weir itself while it is kept until somebody gives it back',
      [allowed(1), registered, timeless(100, false), opened(150, 'controller')],
      'somebody gives it back, and its agent was opened',
    ],
    [
      'deleted after it was opened while it was about to be kept',
      [allowed(1), registered, timeless(100, true), opened(150, 'controller'), until(340, 5000), gone(400)],
      'was kept until 5000',
    ],
    [
      'deleted before a page shows it again that was opened while it was about to be kept',
      [allowed(1), registered, timeless(100, true), opened(150, 'controller'), gone(200)],
      'was kept until somebody gives it back',
    ],
    [
      'kept again with the time of before',
      [anHour, made, until(100, 3690), [200, 'verdicts', back], atWork(4000, 'a'), until(4240, 3690)],
      'not for 3600 s',
    ],
    [
      'about to be kept first, and then for a day',
      [anHour, made, timeless(100, true), until(340, 90_000)],
      'not for 3600 s',
    ],
    ['one too many', [allowed(1), seen(100, 'a'), seen(200, 'a', 'b')], '2 machines are kept, and 1 may be'],
    [
      'kept after fewer were allowed',
      [allowed(2), made, fewer(400, 1), atWork(600, 'a'), seen(900, 'a')],
      '1 machines are kept, and 0 may be',
    ],
    [
      'made and kept after fewer were allowed',
      [
        [0, 'poolSettings', { maxSavedNodeCount: 2, maxCapacity: 4 }],
        fewer(10, 1),
        [300, made[1], made[2]],
        seen(900, 'a'),
      ],
      '1 machines are kept, and 0 may be',
    ],
    ['the last place', [allowed(2, 1), seen(100, 'a')], '1 machines are kept, and 0 may be'],
  ])('badly: %s', (_what, history, words) => {
    expect(broken(history)).toEqual([expect.stringMatching(`^I-24 .*${words}`)]);
  });
});
