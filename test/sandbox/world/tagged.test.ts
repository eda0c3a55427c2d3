// The checker of agents that carry tags, fed with histories that keep its law and that break it.
import { describe, expect, it } from '@jest/globals';
import { taggedChecker } from '../../../sandbox/world/invariants/tagged.ts';
import { broken, type Line } from './history.ts';

const told = (t: number, ...waiting: readonly number[]): readonly Line[] => [
  [t, 'wire', { call: 'listAgents', status: 200 }],
  [t, 'wire', { call: 'jobRequests', status: 200, waiting }],
];

describe('tagged agents (I-15)', () => {
  const settings = { maxCapacity: 4, maxLanes: 2, recycleAfterEachUse: false, gracePeriodMinutes: 60 };
  const stateful: Line = [0, 'poolSettings', settings];
  const machines = (most: number): readonly Line[] =>
    Array.from({ length: most }, (_, vm): Line => [1, 'instanceCreated', { vmId: `vm-${vm}` }]);
  const lanes = (...names: readonly string[]): readonly Line[] =>
    names.map((scaleSet): Line => [
      2,
      'wire',
      { call: 'patchCapacity', method: 'PUT', status: 201, isLane: true, scaleSet },
    ]);
  const ran: readonly Line[] = [
    [10, 'jobQueued', { request: 1, admissible: true, demands: ['CustomCapabilities -equals repo'], tag: 'repo' }],
    [20, 'jobAssigned', { request: 1, agent: 7 }],
    [20, 'jobStarted', { request: 1, agent: 7, tag: 'repo', vmId: '0badcafe-1' }],
    [80, 'jobFinished', { request: 1, agent: 7 }],
  ];
  const again = (t: number, tag = 'REPO', more: readonly string[] = []): Line => [
    t,
    'jobQueued',
    { request: 2, admissible: true, demands: [`CustomCapabilities -equals ${tag}`, ...more], tag },
  ];
  /** The same in a pool of several images, of which jobs that name none mean the first. */
  const ofImage = (image: string): readonly Line[] => [
    ...ran.map(([t, kind, fields]): Line => [t, kind, { ...fields, image }]),
    [3500, 'jobQueued', { ...again(0)[2], image: 'first' }],
    ...told(3550, 2),
    deleted(3700),
  ];
  /** A machine of the image that the job means, in a version that is usual or must be named (seed 8031). */
  const ofVersion = (isUsual: boolean): readonly Line[] => [
    [1, 'instanceCreated', { vmId: '0badcafe-1', image: 'first', version: '1.2.0', isUsual }],
    ...ofImage('first'),
  ];
  /** Its machine was kept, and the time for that is over (seed 7328). */
  const kept: readonly Line[] = [...ran, [90, 'instanceSaved', { vmId: '0badcafe-1', until: 3690 }]];
  const trouble = (id: string, did: string): Line => [90, 'fault', { id, did }];
  const deleted = (t: number, by = 'controller'): Line => [t, 'agentDeleted', { agent: 7, by }];

  it.each<[string, readonly Line[]]>([
    ['after its grace period', [...ran, deleted(3700)]],
    ['by a person', [...ran, deleted(100, 'person')]],
    ['at the maximum, where another job waits', [...machines(4), ...ran, again(3000, 'docs'), deleted(3100)]],
    [
      'at the maximum until a moment ago',
      [...machines(4), ...ran, again(3000, 'docs'), [3050, 'instanceDeleted', { vmId: 'vm-1' }], deleted(3100)],
    ],
    ['where the pool has all its lanes', [...lanes('a', 'b'), ...ran, again(3000, 'docs'), deleted(3100)]],
    [
      'where the quota is full',
      [
        [1, 'poolSettings', { ...settings, quotaMachines: 2 }],
        ...machines(2),
        ...ran,
        again(3000, 'docs'),
        deleted(3100),
      ],
    ],
    ['where the job came in the last moment', [...ran, again(3690), ...told(3695, 2), deleted(3700)]],
    [
      'where the job needs another folder as well',
      [...ran, again(3500, 'repo', ['WorkFolder -equals /mnt/b']), ...told(3550, 2), deleted(3700)],
    ],
    ['where the job means another image', ofImage('second')],
    ['where the job does not name its version, as it must', ofVersion(false)],
    ['once its machine was kept for long enough', [...kept, again(3000), ...told(3050, 2), deleted(3700)]],
    ['after something went wrong with it', [...ran, [90, 'fault', { id: 'A18' }], deleted(100)]],
    ['after its own machine fell silent', [...ran, trouble('A15', 'machine 0badcafe falls silent'), deleted(900)]],
    ['after the queue could not be read', [...ran, trouble('D1', 'jobRequests 203'), deleted(900)]],
    [
      'where the quota is full of machines of another size, whatever settings are changed since',
      [
        [1, 'poolSettings', { ...settings, quotaMachines: 3 }],
        ...machines(2),
        [2, 'fault', { id: 'A21', did: 'a person changes sku.name' }],
        [3, 'poolSettings', { ...settings, quotaMachines: 3 }],
        ...ran,
        again(3000, 'docs'),
        deleted(3100),
      ],
    ],
  ])('may go %s', (_when, history) => {
    expect(broken(taggedChecker(), [stateful, ...history])).toEqual([]);
  });

  it.each<[string, readonly Line[], string]>([
    ['in its grace period', [...ran, deleted(2000)], '1920 s after its job'],
    [
      'below the maximum, whoever waits',
      [...machines(3), ...lanes('a'), ...ran, again(3000, 'docs'), deleted(3100)],
      '3020 s after its job',
    ],
    [
      'on a machine that had been kept before it got its tag',
      [[5, 'instanceSaved', { vmId: '0badcafe-1', until: 3690 }], ...ran, deleted(2000)],
      '1920 s after its job',
    ],
    [
      'after its machine was given back',
      [...kept, [95, 'agentEnabled', { agent: 7 }], deleted(2000)],
      '1920 s after its job',
    ],
    [
      'after another machine fell silent',
      [...ran, trouble('A15', 'machine 12345678 falls silent'), deleted(900)],
      '820 s',
    ],
    [
      'where a lane may still be made, beside the scale set of a trial',
      [...lanes('a', 'weir-trial-1'), ...ran, again(3000, 'docs'), deleted(3100)],
      '3020 s after its job',
    ],
    [
      'after a quota refused a machine',
      [...ran, trouble('A11', 'a machine would pass the quota'), deleted(900)],
      '820 s',
    ],
    [
      'after a job came at the worst moment',
      [...ran, trouble('D11', 'job request 9 is assigned at the worst moment'), deleted(900)],
      '820 s',
    ],
    [
      'after a fault of another call',
      [...ran, trouble('A4', 'patchCapacity 503'), deleted(900)],
      '820 s after its job',
    ],
    [
      'after an answer that was only late',
      [...ran, trouble('f', 'listAgents: whole, but late'), deleted(900)],
      '820 s',
    ],
    [
      'while a job waits for its tag',
      [...ran, again(3500), ...told(3550, 2), deleted(3700)],
      'while job request 2 waited',
    ],
    ['while a job waits for its tag on its image', ofImage('first'), 'while job request 2 waited'],
    ['while a job waits for its tag on a usual version', ofVersion(true), 'while job request 2 waited'],
  ])('may not go %s', (_when, history, words) => {
    expect(broken(taggedChecker(), [stateful, ...history])).toEqual([expect.stringMatching(`^I-15 .*${words}`)]);
  });
});
