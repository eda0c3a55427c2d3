// One case for each verdict that a picture of one pool can show, and for the order in which they are found.
import { describe, expect, it } from '@jest/globals';
import { declaredImages } from '../../../service/domain/declared-images.ts';
import {
  bootingMachine,
  busyMachine,
  machine,
  memory as memoryOf,
  minute,
  now0,
  runningRequest,
  scaleOutOperation,
  scene,
  second,
  settings as settingsOf,
} from '../../builders.ts';
import { tell, one, asking, alone } from './verdict-scene.ts';

describe('a request that waits no more', () => {
  it('runs where Azure DevOps says', () => {
    const request = runningRequest(1, 1);
    const diagnosis = alone(request, { machines: [busyMachine(1, 1)] });
    expect(diagnosis).toMatchObject({
      verdict: 'running',
      position: null,
      words: 'It has run for 4 min on agent agents-1.',
    });
  });

  it('is assigned, and picked up within seconds', () => {
    const request = one({ assignedAt: now0 - second, reservedAgentId: 1 });
    const diagnosis = alone(request, { machines: [busyMachine(1, 1)] });
    expect(diagnosis).toMatchObject({ verdict: 'assigned', estimatedStartSeconds: 5, resolvesItself: true });
  });

  it('is assigned where only the newer list of agents says so', () => {
    expect(alone(one(), { machines: [busyMachine(1, 1)] }).verdict).toBe('assigned');
  });

  it('is finished, and says how', () => {
    const request = one({ finishedAt: now0, assignedAt: now0 - minute, receivedAt: now0 - minute, result: 'canceled' });
    expect(alone(request)).toMatchObject({ verdict: 'finished', words: 'The job is over: canceled.' });
  });

  it('failed at once, because nothing matched when it was queued', () => {
    const request = one({ finishedAt: now0, result: 'failed', statusMessage: 'No agent found in pool P' });
    const diagnosis = alone(request);
    expect(diagnosis).toMatchObject({
      verdict: 'finished',
      evidence: [{ kind: 'message', text: 'No agent found in pool P' }],
    });
    expect(diagnosis.words).toContain('no registered agent matches');
  });
});

describe('demands that nobody can meet', () => {
  it.each<[string, string[], string, string, string]>([
    ['73', ['Priority -EQUALS High'], 'demandSyntax', 'opcodes are case-sensitive', 'Write -equals.'],
    ['66', ['ImageOverride -equals '], 'demandSyntax', 'no value follows', 'Write "ImageOverride -equals VALUE".'],
    ['67', ['ImageOverride -equals "ubuntu-22.04"'], 'demandSyntax', 'quotes', 'ImageOverride -equals ubuntu-22.04'],
    ['84', ['ImageOverride -equals $(image)'], 'demandSyntax', 'still holds a variable', 'parameter'],
    ['79', ['a\u202eb'], 'demandSyntax', 'cannot be seen', 'by hand'],
    ['79', ['x'.repeat(300)], 'demandSyntax', 'longer than 256', 'Shorten'],
    ['79', [`x -equals ${'y'.repeat(2000)}`], 'demandSyntax', 'longer than 1024', 'Shorten'],
    ['79', Array.from({ length: 101 }, (_, index) => `d${index}`), 'demandSyntax', '101 demands', 'At most 100'],
    ['80', ['-equals x'], 'demandSyntax', 'no name', 'NAME -equals x'],
    ['69', ['ImageOverride -equals a', 'imageoverride -equals b'], 'demandConflict', 'contradict', 'Keep one'],
    [
      '68',
      ['ImageOverride -equals ubuntu-22'],
      'aliasUnknown',
      'This pool has: ubuntu-22.04',
      'ImageOverride -equals ubuntu-22.04',
    ],
    ['seed', ['ImageOverride -equals macos-14'], 'aliasUnknown', 'no Mac machines', 'Microsoft-hosted'],
    ['55', ['Priority -equals Urgent'], 'demandSyntax', 'there are High, Medium and Low', 'Priority -equals '],
    ['70', ['ImageVersionOverride -equals latest'], 'versionUnknown', 'not an exact version', '2.0.0'],
    ['74', ['WorkFolder -equals ../../etc'], 'workFolderInvalid', 'not an absolute path', '/mnt/work'],
    ['75', ['WorkFolder -equals /mnt/a; curl x|sh'], 'workFolderInvalid', 'other characters', '/mnt/work'],
    ['77', ['WorkFolder -equals c:\\a'], 'workFolderInvalid', 'Windows path', '/mnt/work'],
    ['78', ['CustomCapabilities -equals x'], 'tagNeedsStatefulPool', 'stateless', 'stateful'],
  ])('row %s: %j is %s', (_row, demands, verdict, words, nextStep) => {
    const diagnosis = alone(asking(...demands), { machines: [machine(1)] });
    expect(diagnosis).toMatchObject({ verdict, resolvesItself: false, position: 1 });
    expect(diagnosis.words).toContain(words);
    expect(diagnosis.nextStep).toContain(nextStep);
    expect(diagnosis.words.length).toBeLessThan(600);
  });

  it('are believed to be met where an agent meets them word for word', () => {
    const odd = machine(1, { agent: { userCapabilities: { ImageOverride: '"ubuntu"' } } });
    expect(alone(asking('ImageOverride -equals "ubuntu"'), { machines: [odd] }).verdict).toBe('starting');
  });

  it('are shown demand by demand against each agent, the nearest first', () => {
    const java = machine(1, { agent: { userCapabilities: { java: '17' } } });
    const bare = machine(2, { agent: { isEnabled: false } });
    const diagnosis = alone(asking('java -equals 21', 'Agent.OS -equals Linux', 'maven'), { machines: [bare, java] });
    expect(diagnosis).toMatchObject({ verdict: 'noAgentMatches', resolvesItself: false });
    expect(diagnosis.words).toBe(
      'None of 3 agents meets "java -equals 21" and "maven". ' +
        'The nearest is agent agents-2, which fails "java -equals 21" (it has nothing) and "maven" (it has nothing).',
    );
    expect(diagnosis.evidence).toContainEqual({
      kind: 'nearMiss',
      of: 'agent',
      name: 'agents-1',
      state: 'idle',
      fails: [
        { demand: 'java -equals 21', has: '17' },
        { demand: 'maven', has: null },
      ],
    });
    expect(diagnosis.evidence).toContainEqual(expect.objectContaining({ of: 'image', name: 'ubuntu-22.04' }));
  });

  it('are shown against images without a placeholder too, with what is known of their machines', () => {
    const image = (alias: string, osType: 'linux' | 'windows') =>
      ({ aliases: [alias, `${alias}-old`], source: null, version: 'latest', standbyPercent: '*', osType }) as const;
    const own = settingsOf({ images: [image('ubuntu', 'linux'), image('win', 'windows')] });
    const request = asking('ImageOverride -equals win-old', 'java', 'Priority -equals High', 'Agent.OS -equals Linux');
    const learned = { image: 'ubuntu', version: null, agentVersion: '5.0.0', at: now0, workFolder: null };
    const picture = scene({ machines: [machine(1)] }, { learned: [{ ...learned, capabilities: { java: '21' } }] });
    const rows = declaredImages(request, { ...picture, placeholders: [] }, own);
    expect(rows).toEqual([
      {
        ...{ kind: 'nearMiss', of: 'image', name: 'ubuntu', state: 'no placeholder yet' },
        fails: [{ demand: 'ImageOverride -equals win-old', has: 'ubuntu' }],
      },
      {
        ...{ kind: 'nearMiss', of: 'image', name: 'win', state: 'never seen' },
        fails: [
          { demand: 'java', has: null },
          { demand: 'Agent.OS -equals Linux', has: 'Windows_NT' },
        ],
      },
    ]);
    const standing = [{ agentId: 1, name: 'p', image: 'WIN' }];
    expect(declaredImages(request, { ...picture, placeholders: standing }, own).map((row) => row.name)).toEqual([
      'ubuntu',
    ]);
  });

  it('name the demand that no version can meet (row 81 with another capability)', () => {
    const diagnosis = alone(asking('Tool -gtVersion 99'), { machines: [machine(1)] });
    expect(diagnosis.verdict).toBe('noAgentMatches');
    expect(diagnosis.nextStep).toContain('Tool -gtVersion 99');
  });
});

describe('a request that an agent will serve', () => {
  it('starts within seconds beside an idle agent', () => {
    expect(alone(one(), { machines: [machine(1)] })).toMatchObject({
      verdict: 'starting',
      estimatedStartSeconds: 5,
      evidence: [{ kind: 'agent', agent: 'agents-1', state: 'idle' }],
    });
  });

  it('is not assigned although all demands are met: the service disagrees', () => {
    const diagnosis = alone(one({ queuedAt: now0 - 5 * minute }), { machines: [machine(1)] });
    expect(diagnosis).toMatchObject({ verdict: 'serviceDisagrees', resolvesItself: false });
    expect(diagnosis.words).toContain('agent agents-1, which has been idle beside this job for 5 min');
  });

  it('waits for the machine that boots for it', () => {
    expect(alone(one(), { machines: [bootingMachine(1, 60 * second)] })).toMatchObject({
      verdict: 'nodeBooting',
      estimatedStartSeconds: 95,
      evidence: [
        { kind: 'node', node: 'agents_1', state: 'creatingCompute', sinceSeconds: 60 },
        { kind: 'bootTime', of: 'create', usualSeconds: 150, boots: 0 },
      ],
    });
  });

  it('gets the first machine that comes up when it is the oldest, whatever else the jobs demand', () => {
    const older = one({ requestId: 2, demands: ['Agent.OS -equals Linux'], queuedAt: now0 - 2 * minute });
    const younger = one({ requestId: 1 });
    const picture = scene({ machines: [bootingMachine(1, 30 * second)], requests: [younger, older] });
    expect([tell(older, picture).verdict, tell(younger, picture).verdict]).toEqual(['nodeBooting', 'starting']);
  });

  it('waits for the machine that is wiped for it', () => {
    const machines = [bootingMachine(1, 30 * second, { generation: { startedBy: 'reimage' } })];
    expect(alone(one(), { machines })).toMatchObject({ verdict: 'nodeReimaging', estimatedStartSeconds: 65 });
  });

  it('estimates from the boots that were seen', () => {
    const request = one();
    const observation = scene({ machines: [bootingMachine(1, 30 * second)], requests: [request] });
    const boots = { create: [40, 300, 50], reimage: [] };
    expect(tell(request, observation, settingsOf(), memoryOf({ boots })).estimatedStartSeconds).toBe(25);
  });

  it('has had a machine asked for that Azure does not list yet', () => {
    const diagnosis = alone(one(), { operations: [scaleOutOperation(0, 1)], capacity: 1 });
    expect(diagnosis).toMatchObject({ verdict: 'starting', estimatedStartSeconds: 135 });
    expect(diagnosis.words).toContain('has been asked for');
  });

  it('gets a machine from the next pass, or from the next sample', () => {
    const request = one();
    const observation = scene({ requests: [request] });
    expect(tell(request, observation)).toMatchObject({ verdict: 'starting', estimatedStartSeconds: 165 });
    const sampled = settingsOf({ sizing: { policy: 'sampled' } });
    expect(tell(request, observation, sampled).words).toContain('The next sample (each 5 minutes)');
  });

  it('opens an agent that Weir itself holds behind the gate', () => {
    const gated = machine(1, { agent: { isEnabled: false }, generation: { isDisabledByWeir: true } });
    expect(alone(one(), { machines: [gated] })).toMatchObject({ verdict: 'starting', estimatedStartSeconds: 15 });
  });
});
