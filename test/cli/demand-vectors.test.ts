// The vectors of demand-vectors.md through `weir explain` and `weir decide`: how demands parse, what meets them, and what
// happens at queue time.
import { describe, expect, it } from '@jest/globals';
import { agentOf, decided, explained, request, scaleSet, type Machine } from './wire-picture.ts';

const machine = (capabilities: Readonly<Record<string, string>>, agent: object = {}): Machine => ({
  ...{ set: 'agents', number: 1, capabilities, agent },
});
const poolOf = (own: Machine, ...demands: readonly string[]) => ({
  settings: { timeToLiveMinutes: 60 },
  jobRequests: [request(1, demands)],
  agents: [agentOf(own, 5)],
  scaleSets: [scaleSet('agents', {}, [own])],
});
const verdictOn = async (capabilities: Readonly<Record<string, string>>, ...demands: string[]) => {
  const [verdict] = await explained(poolOf(machine(capabilities), ...demands));
  return verdict?.verdict === 'starting' ? 'met' : verdict?.verdict;
};

describe('a demand parses (1.1)', () => {
  it.each<[string, string, Record<string, string>]>([
    ['P1', 'maven', { maven: '3' }],
    ['P2', 'Agent.OS -equals Linux', { 'Agent.OS': 'Linux' }],
    ['P3', 'Agent.Version -gtVersion 2.182.1', {}],
    ['P4', 'ImageOverride -equals my image alias', { ImageOverride: 'my image alias' }],
    ['P5, where an agent has it word for word', 'ImageOverride -equals "my image"', { ImageOverride: '"my image"' }],
    ['P7', 'WorkFolder   -equals   /mnt/storage/sdc/w', { WorkFolder: '/mnt/storage/sdc/w' }],
    ['P17', 'a-b -equals -x -y', { 'a-b': '-x -y' }],
  ])('%s: %s', async (_row, demand, capabilities) => {
    expect(await verdictOn(capabilities, demand)).toBe('met');
  });

  it('P6: a Windows folder on a Windows pool', async () => {
    const picture = poolOf(
      machine({ WorkFolder: 'c:\\custom-work-folder' }),
      'WorkFolder -equals c:\\custom-work-folder',
    );
    const [verdict] = await explained({ ...picture, settings: { osType: 'windows', timeToLiveMinutes: 60 } });
    expect(verdict?.verdict).toBe('starting');
  });
});

describe('a demand does not parse (1.1)', () => {
  it.each<[string, string, string]>([
    ['P5', 'ImageOverride -equals "my image"', 'Remove the quotes'],
    ['P9', 'Priority -Equals High', '-equals'],
    ['P10', 'java -contains 17', '-equals'],
    ['P11', 'java -exists', 'java'],
    ['P12', 'Foo -equals', 'Foo -equals VALUE'],
    ['P14', 'my cap', 'my -equals cap'],
    ['P16', '', 'name of a capability'],
    ['P19', 'Foo - equals x', 'Foo -equals VALUE'],
  ])('%s: "%s"', async (_row, demand, hint) => {
    const picture = poolOf(machine({ java: '17', Foo: 'x' }), demand);
    const [verdict] = await explained(picture);
    expect(verdict).toMatchObject({ verdict: 'demandSyntax', resolvesItself: false, position: 1 });
    expect(verdict?.nextStep).toContain(hint);
    expect((await decided(picture)).newNodes).toBe(0);
  });
});

describe('a capability meets a demand (1.2)', () => {
  it.each<[string, string, Record<string, string>]>([
    ['S1', 'maven', { maven: '/usr/bin/mvn' }],
    ['S2', 'maven', { maven: '' }],
    ['S4', 'Agent.OS -equals Linux', { 'Agent.OS': 'linux' }],
    ['S6', 'environment -equals PROD', { environment: 'prod' }],
    ['S6, names too', 'Environment -equals prod', { ENVIRONMENT: 'prod' }],
    ['S7', 'Tool -gtVersion 2.163.1', { Tool: '2.163.1' }],
    ['S9', 'Tool -gtVersion 2.163.1', { Tool: '2.210.1' }],
    ['S12', 'Tool -gtVersion 3.0', { Tool: '3.0.0' }],
    ['S14', 'Tool -gtVersion 3', { Tool: '3.1.0' }],
    ['S16', 'Tool -gtVersion latest', { Tool: 'nightly' }],
    ['S21', 'node.js', { 'node.js': '/usr/bin/node' }],
  ])('%s: %s', async (_row, demand, capabilities) => {
    expect(await verdictOn(capabilities, demand)).toBe('met');
  });

  it.each<[string, string, Record<string, string>, string | null]>([
    ['S3', 'maven', {}, null],
    ['S5', 'Agent.OS -equals Linux', { 'Agent.OS': 'Linux2' }, 'Linux2'],
    ['S8', 'Tool -gtVersion 2.163.1', { Tool: '2.163.0' }, '2.163.0'],
    ['S18', 'Tool -gtVersion 3.1.0', {}, null],
  ])('%s not: %s', async (_row, demand, capabilities, has) => {
    const picture = poolOf(machine(capabilities), demand);
    const [verdict] = await explained(picture);
    expect(verdict).toMatchObject({ verdict: 'noAgentMatches', resolvesItself: false });
    expect(verdict?.evidence).toEqual([
      { kind: 'nearMiss', of: 'agent', name: 'agents000001', state: 'idle', fails: [{ demand, has }] },
    ]);
    expect((await decided(picture)).newNodes).toBe(0);
  });

  it('S20: the same demand in other letters is one demand, and no conflict', async () => {
    expect(await verdictOn({ Foo: 'bar' }, 'Foo -equals Bar', 'foo -equals bar')).toBe('met');
  });

  it('S21: all demands are met, and the service still does not assign', async () => {
    const [verdict] = await explained({
      ...poolOf(machine({ 'node.js': '/usr/bin/node' })),
      jobRequests: [request(1, ['node.js'], { queueTime: '2026-11-22T09:58:00Z' })],
    });
    expect(verdict).toMatchObject({ verdict: 'serviceDisagrees', resolvesItself: false });
    expect(verdict?.words).toContain('All demands are met by agent agents000001');
  });
});

describe('at queue time (1.3)', () => {
  it('Q1: with no agent at all the job failed, and says why', async () => {
    const failed = { result: 'failed', finishTime: '2026-11-22T09:59:30Z', statusMessage: 'No agent found in pool P' };
    const [verdict] = await explained({ jobRequests: [request(1, [], failed)], agents: [], scaleSets: [] });
    expect(verdict?.verdict).toBe('finished');
    expect(verdict?.words).toContain('no registered agent matches');
    expect(verdict?.evidence).toContainEqual({ kind: 'message', text: 'No agent found in pool P' });
  });

  it('Q2: an offline agent that would do lets it wait, and a machine is asked for', async () => {
    const offline = { id: 9, name: 'placeholder', status: 'offline', enabled: true, systemCapabilities: { maven: '' } };
    const picture = {
      jobRequests: [request(1, ['maven'], { matchedAgents: [{ id: 9, name: 'placeholder' }] })],
      agents: [offline],
      scaleSets: [scaleSet('agents', {})],
    };
    expect((await explained(picture))[0]).toMatchObject({ verdict: 'starting', resolvesItself: true });
    expect((await decided(picture)).newNodes).toBe(1);
  });

  it('Q3: a disabled agent lets it wait without end, so another machine is asked for; at the maximum somebody has to act', async () => {
    const disabled = machine({ maven: '' }, { enabled: false });
    const picture = poolOf(disabled, 'maven');
    expect((await decided(picture)).newNodes).toBe(1);
    const full = { ...picture, settings: { maxCapacity: 1 } };
    expect((await explained(full))[0]).toMatchObject({ verdict: 'agentsDisabled', resolvesItself: false });
    expect((await decided(full)).newNodes).toBe(0);
  });

  it('Q5: every agent lacks a demand, and it is named', async () => {
    const [verdict] = await explained(poolOf(machine({ java: '17' }), 'java', 'gradle -equals 8'));
    expect(verdict?.verdict).toBe('noAgentMatches');
    expect(verdict?.words).toContain('None of 1 agent meets "gradle -equals 8"');
    expect(verdict?.nextStep).toContain('Remove "gradle -equals 8"');
  });
});

describe('what Azure never has', () => {
  it.each([['ImageOverride -equals macOS-14'], ['Agent.OS -equals Darwin']])('a Mac: %s', async (demand) => {
    const picture = poolOf(machine({ 'Agent.OS': 'Linux' }), demand);
    const [verdict] = await explained(picture);
    expect(verdict).toMatchObject({ resolvesItself: false });
    expect(verdict?.words).toContain('Azure has no Mac machines');
    expect(verdict?.nextStep).toContain('macOS');
    expect((await decided(picture)).newNodes).toBe(0);
  });
});
