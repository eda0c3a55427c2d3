// The checkers of what images, versions and verdicts promise, fed with histories that keep their laws and that break them.
import { describe, expect, it } from '@jest/globals';
import { gateChecker } from '../../../sandbox/world/invariants/gate.ts';
import { namedChecker } from '../../../sandbox/world/invariants/named.ts';
import { pinChecker } from '../../../sandbox/world/invariants/pins.ts';
import { placementChecker } from '../../../sandbox/world/invariants/placement.ts';
import { wireChecker } from '../../../sandbox/world/invariants/wire.ts';
import { broken, type Line } from './history.ts';

const images: Line = [0, 'poolSettings', { maxCapacity: 4, recycleAfterEachUse: true, firstImage: 'ubuntu' }];
const queued = (request: number, image: string, demands: readonly string[] = []): Line => [
  10,
  'jobQueued',
  { request, admissible: true, demands: ['Agent.Version -gtVersion 3', ...demands], image, version: null },
];
const plain = queued(1, 'ubuntu');
const forGold = queued(2, 'gold', ['ImageOverride -equals gold']);
const machine = (image: string, isUsual = true): readonly Line[] => [
  [1, 'instanceCreated', { vmId: 'vm', image, version: '1.0.0', isUsual }],
  [2, 'agentRegistered', { agent: 7, vmId: 'vm' }],
];
const told = (t: number, ...waiting: readonly number[]): readonly Line[] => [
  [t, 'wire', { call: 'listAgents', status: 200 }],
  [t, 'wire', { call: 'jobRequests', status: 200, waiting }],
];
const opened: Line = [20, 'agentEnabled', { agent: 7 }];
const given: Line = [30, 'jobAssigned', { agent: 7, request: 1 }];
const rounds = [21, 22, 23].flatMap((t) => told(t, 1));

describe('the gate between images (I-23)', () => {
  it.each<[string, readonly Line[]]>([
    ['of the first image', [...machine('ubuntu'), plain, ...told(15, 1), opened]],
    ['of another image, for a job that names it', [...machine('gold'), plain, forGold, ...told(15, 1, 2), opened]],
    ['of another image, before anybody knew of the job', [...machine('gold'), plain, ...told(15), opened, given]],
    [
      'of another image, by a person',
      [...machine('gold'), plain, ...told(15, 1), [20, 'agentEnabled', { agent: 7, by: 'person' }]],
    ],
    [
      'of another image, which was closed as soon as it came',
      [...machine('gold'), [3, 'agentDisabled', { agent: 7 }], plain, ...rounds, given],
    ],
    [
      'of another image, which is closed when the job is known',
      [
        ...[...machine('gold'), ...told(15), opened, plain, ...rounds],
        ...([[24, 'wire', { call: 'patchAgent', agent: 7, enabled: false, status: 503 }], given] as const),
      ],
    ],
  ])('may be open: a machine %s', (_whose, history) => {
    expect(broken(gateChecker(), [images, ...history])).toEqual([]);
  });

  it.each<[string, readonly Line[], string]>([
    ['of another image', [...machine('gold'), plain, ...told(15, 1), opened], 'was opened for nobody'],
    [
      'of a version that only its name gives',
      [...machine('ubuntu', false), plain, ...told(15, 1), opened],
      'was opened for nobody',
    ],
    [
      'that is left open',
      [...machine('gold'), ...told(15), opened, plain, ...rounds, given],
      'was left open for 3 looks',
    ],
    ['that comes up open and is left so', [...machine('gold'), plain, ...rounds, given], 'was left open for 3 looks'],
  ])('may not: a machine %s, while a job that names nothing waits', (_whose, history, words) => {
    expect(broken(gateChecker(), [images, ...history])).toEqual([expect.stringMatching(`^I-23 .*${words}`)]);
  });

  it('counts how long another machine was open to such a job, and who got it', () => {
    const window = { count: 0, longestSeconds: 0, jobs: 0 };
    broken(gateChecker(window), [images, ...machine('gold'), [5, 'agentEnabled', { agent: 7 }], plain, given]);
    expect(window).toEqual({ count: 1, longestSeconds: 20, jobs: 1 });
  });

  it('holds a job to the image that it names, by what was deployed', () => {
    const started = (image: string): Line => [40, 'jobStarted', { request: 2, agent: 7, vmId: 'vm', image }];
    expect(broken(placementChecker(), [forGold, started('gold')])).toEqual([]);
    expect(broken(placementChecker(), [forGold, started('ubuntu')])).toEqual([
      'I-23 Job request 2 must have image gold and got ubuntu.',
    ]);
  });
});

describe('versions (I-13)', () => {
  const ask = (t: number, isDeployable: boolean, more: object = {}): Line => [
    t,
    'wire',
    {
      call: 'patchCapacity',
      method: 'PATCH',
      asked: t,
      capacity: 2,
      machines: 1,
      image: 'gold',
      version: '2.0.0',
      isDeployable,
      ...more,
    },
  ];
  const gone: Line = [100, 'versionWithdrawn', { image: 'gold', imageId: 'g', version: '2.0.0' }];
  const look = (t: number, status: number, versions: readonly string[] | null): Line => [
    t,
    'wire',
    { call: 'listVersions', status, imageId: 'g', versions },
  ];
  const looks = [200, 500, 800].map((t) => look(t, 200, ['1.0.0']));
  const made = (isUsual: boolean, scaleSet = 'weir-lane-gold'): Line => [
    50,
    'instanceCreated',
    { scaleSet: `/subscriptions/s/${scaleSet}`, vmId: 'vm', image: 'gold', version: '1.1.0', isUsual },
  ];
  const asked: Line = [40, 'validationAsked', { image: 'gold', version: '1.1.0' }];
  const wanted: Line = [40, 'jobQueued', { request: 1, image: 'gold', version: '1.1.0', demands: [] }];

  it.each<[string, readonly Line[]]>([
    ['a version that is there', [ask(10, true)]],
    ['one that went a moment ago', [gone, ask(160, false)]],
    ['one that went, while nobody could look', [gone, look(4000, 503, null), ask(5000, false)]],
    ['one that went, while lists still had it', [gone, look(4000, 200, ['2.0.0']), ask(5000, false)]],
    ['one that went, while the service did not run', [gone, [4000, 'serviceStart'], ask(5000, false)]],
    ['no more machines than there are', [ask(10, false, { capacity: 1 })]],
    ['an excluded one that a job names', [wanted, made(false)]],
    ['an excluded one that somebody has validated, for the trial', [asked, made(false, 'weir-trial-1')]],
  ])('may be asked for: %s', (_what, history) => {
    expect(broken(pinChecker(), history)).toEqual([]);
  });

  it.each<[string, readonly Line[], string]>([
    ['a version that never was in the region', [ask(10, false)], 'which the region never had'],
    ['a lane of such a version', [ask(10, false, { method: 'PUT', capacity: 0 })], 'which the region never had'],
    ['one that went long ago', [gone, ...looks, ask(1200, false)], 'long after it had been taken away'],
    ['one that went long ago, and nobody looked', [gone, ask(5000, false)], 'long after it had been taken away'],
    ['an excluded one that nobody names', [made(false)], 'nobody has named that version'],
    ['one that is to be validated, for the pool', [asked, made(false)], 'nobody has named that version'],
    ['one that is not validated, for a trial', [made(false, 'weir-trial-1')], 'nobody has named that version'],
  ])('may not: %s', (_what, history, words) => {
    expect(broken(pinChecker(), history)).toEqual([expect.stringMatching(`^I-13 .*${words}`)]);
  });
});

describe('verdicts (I-12)', () => {
  const system = 'Agent.Version -gtVersion 3';
  const vain: Line = [
    10,
    'jobQueued',
    { request: 3, admissible: false, image: 'gold', demands: [system, 'ImageOverride -equals no such image'] },
  ];
  const ended = [20, 50].map((t): Line => [t, 'wire', { call: 'jobRequests', status: 200, ended: [3] }]);
  const seen = (...requests: readonly object[]): Line => [100, 'verdicts', { at: 90, requests }];
  const say = (request: number, verdict: string, words = 'Because.', more: object = {}) => ({
    ...{ request, verdict, words, nextStep: 'Do this.', resolvesItself: false },
    ...more,
  });
  const known = [...told(20, 1), ...told(50, 1)];
  const unversioned: Line = [
    10,
    'jobQueued',
    { request: 3, admissible: false, image: 'gold', demands: [system, 'ImageVersionOverride -equals 9.9.9'] },
  ];
  const listed = (t: number, image = 'gold', more: object = {}): Line => [
    t,
    'wire',
    { call: 'listVersions', status: 200, asked: t, image, versions: ['1.0.0'], ...more },
  ];
  const unread: Line = [16, 'wire', { call: 'readVersion', status: 429, asked: 16, image: 'gold', isWhole: false }];
  const begun: Line = [17, 'serviceStart', { controller: 1 }];
  const undecided = seen(say(3, 'azureUnknown'));
  const later = [120, 150].map((t): Line => [t, 'wire', { call: 'jobRequests', status: 200, ended: [3] }]);
  const undecidedStill: Line = [200, 'verdicts', { at: 190, requests: [say(3, 'azureUnknown')] }];
  const twoLead: Line = [5, 'serviceStart', { controller: 2 }];
  const wrongClock: Line = [5, 'fault', { id: 'S6' }];
  const seenAt = (at: number): Line => [200, 'verdicts', { at, requests: [] }];

  it.each<[string, readonly Line[]]>([
    ['a job that waits and is told why', [plain, ...known, seen(say(1, 'nodeBooting'))]],
    ['a job that nobody has told of yet', [plain, ...told(50, 1), seen()]],
    [
      'a queue that could not be read since',
      [plain, ...known, [60, 'wire', { isWholeQueue: true, status: 500 }], seen()],
    ],
    ['a picture that is older than the job', [plain, ...known, [100, 'verdicts', { at: 15, requests: [] }]]],
    [
      'a picture of the backup to which the database was set back',
      [plain, ...known, [60, 'fault', { id: 'S4', did: 'set back to a backup of 700 s ago' }], seen()],
    ],
    ['a job that has started', [plain, ...known, given, seen()]],
    ['a picture of two processes under faults', [plain, twoLead, ...known, seenAt(90), seenAt(91), seenAt(92)]],
    [
      'a picture that only the wrong clock of the service calls new',
      [plain, wrongClock, ...known, seenAt(5000), ...told(110, 1), seenAt(5000)],
    ],
    ['a job that can run nowhere, by its name', [vain, ...ended, seen(say(3, 'aliasUnknown'))]],
    ['a version that nobody can know yet', [unversioned, ...ended, undecided]],
    ['only the versions of another image told', [unversioned, listed(15, 'steel'), ...ended, undecided]],
    ['versions that came too late for the look', [unversioned, ...ended, listed(60), undecided]],
    ['half of a list of versions', [unversioned, listed(15, 'gold', { versions: null }), ...ended, undecided]],
    [
      'versions for which the service waited long',
      [unversioned, listed(15, 'gold', { asked: -10 }), ...ended, undecided],
    ],
    [
      'pages of a list of which a version was asked for in vain',
      [unversioned, listed(15), listed(15), unread, ...ended, undecided],
    ],
    ['a version that was asked for in vain', [unversioned, listed(15), unread, ...ended, undecided]],
    ['versions that were told before it began', [unversioned, listed(15), begun, ...ended, undecided]],
    ['versions that one of two was told', [unversioned, twoLead, listed(15), [17, 'calm'], ...ended, undecided]],
  ])('are whole: %s', (_what, history) => {
    expect(broken(namedChecker(), history)).toEqual([]);
  });

  it.each<[string, readonly Line[], string]>([
    ['a job that waits and is not shown', [plain, ...known, seen()], 'no verdict'],
    [
      'a job that is not shown though the queue was read again since a backup was put back',
      [plain, [5, 'fault', { id: 'S4', did: 'set back to a backup of 700 s ago' }], ...known, seen()],
      'no verdict',
    ],
    [
      'a job that three new pictures do not show, whatever their clock says',
      [plain, wrongClock, ...known, seenAt(5000), seenAt(40), seenAt(7000)],
      'no verdict',
    ],
    [
      'a job that two processes do not show in calm',
      [plain, twoLead, [15, 'calm'], ...known, seenAt(90), seenAt(91), seenAt(92)],
      'no verdict',
    ],
    ['a verdict of no list', [plain, ...known, seen(say(1, 'unknown'))], 'nobody says why'],
    ['a job that waits and is told that it has an agent', [plain, ...known, seen(say(1, 'assigned'))], 'says why'],
    ['a job that waits and is told that it runs', [plain, ...known, seen(say(1, 'running'))], 'says why'],
    ['a job that waits and is told that it is over', [plain, ...known, seen(say(1, 'finished'))], 'says why'],
    ['a verdict without words', [plain, ...known, seen(say(1, 'starting', ''))], 'nobody says why'],
    [
      'a version that is not among those told',
      [unversioned, listed(15), ...ended, seen(say(3, 'versionNotAllowed'))],
      'is told versionNotAllowed',
    ],
    [
      'a version of which it was told in the end',
      [unversioned, ...ended, undecided, listed(110), ...later, undecidedStill],
      'is told',
    ],
    [
      'a version that it knows there is not, though it could not read them again',
      [unversioned, listed(-100), listed(-40), unread, ...ended, undecided],
      'is told azureUnknown',
    ],
    ['another reason than the true one', [vain, ...ended, seen(say(3, 'finished'))], 'is told finished'],
    [
      'a hope that is none',
      [vain, ...ended, seen(say(3, 'aliasUnknown', 'No.', { resolvesItself: true }))],
      'can run nowhere',
    ],
    ['no next step', [vain, ...ended, seen(say(3, 'aliasUnknown', 'No.', { nextStep: null }))], 'can run nowhere'],
  ])('are not: %s', (_what, history, words) => {
    expect(broken(namedChecker(), history)).toEqual([expect.stringMatching(`^I-12 .*${words}`)]);
  });
});

it('only an empty lane goes as a whole', () => {
  const line = (isLane: boolean, machines: number): Line => [
    1,
    'wire',
    { call: 'patchCapacity', method: 'DELETE', isLane, machines },
  ];
  expect(broken(wireChecker(), [line(true, 0)])).toEqual([]);
  for (const bad of [line(true, 1), line(false, 0)])
    expect(broken(wireChecker(), [bad])).toEqual(['I-9 A whole scale set was to be deleted.']);
});
