// Enrolment on the emulated machine: Windows with the script of Weir, interactive agents, and images with trouble.
import { describe, expect, it } from '@jest/globals';
import { agentExtension, FakeWorld, linux, reply, windows, windowsExtension } from './fake-world.ts';

describe('the Custom Script Extension of Windows with the script of Weir', () => {
  const output = (world: FakeWorld) => world.outcomes.at(-1)?.outcome;
  const notYet = (world: FakeWorld, refusals: number) => {
    world.override = (request) => {
      if (!request.url.endsWith('/claims')) return null;
      refusals -= 1;
      return refusals >= 0 ? reply(425, { code: 'CLAIM_NOT_YET', message: 'no' }) : null;
    };
  };

  it('fetches the script, claims, and the agent comes online; run again it leaves the agent alone', async () => {
    const world = new FakeWorld();
    await world.enrolled(windows, windowsExtension);
    expect(world.asked('enrolment')).toEqual([
      'GET https://weir.example.com/v1/enrolment/1/enableagent.ps1',
      'POST https://weir.example.com/v1/enrolment/nonce',
      'POST https://weir.example.com/v1/enrolment/claims',
    ]);
    expect(output(world)).toEqual({ exitCode: 0, output: 'weir: agent agents-3-000001 of pool windows was started' });
    expect(world.kinds()).toContain('agentOnline');
    world.machines.runExtension(windows, windowsExtension, world.now);
    await world.pass(60);
    expect(output(world)).toEqual({ exitCode: 0, output: 'weir: this machine is an agent already' });
    expect(world.asked('/claims')).toHaveLength(1);
    expect(world.kinds().filter((kind) => kind === 'agentOnline')).toHaveLength(1);
  });

  it('fails where the image brings an agent, where the command names another file, and where nothing is served', async () => {
    const image = { id: '/images/weir-sandbox-agent-preinstalled' };
    const world = new FakeWorld();
    await world.enrolled({ ...windows, image }, windowsExtension);
    expect(output(world)).toMatchObject({ exitCode: 1, output: expect.stringContaining('the image brings it along') });
    expect(world.machines.filesOf(windows.vmId).has('.agent')).toBe(true);
    const command = String(windowsExtension.protectedSettings.commandToExecute);
    const protectedSettings = { commandToExecute: command.replace('./enrolment/1/', './') };
    const other = new FakeWorld();
    await other.enrolled(windows, { ...windowsExtension, protectedSettings });
    expect(output(other)).toMatchObject({ exitCode: -196_608 });
    const unserved = new FakeWorld();
    unserved.override = (request) => (request.method === 'GET' ? reply(404, {}) : null);
    await unserved.enrolled(windows, windowsExtension);
    expect(output(unserved)).toMatchObject({ exitCode: 1, output: expect.stringContaining('Failed to download') });
  });

  it.each([
    ['Azure', windowsExtension],
    ['Azure Pipelines', { ...agentExtension, type: 'TeamServicesAgent' }],
  ])('succeeds while a reimage is open, also for the handler of %s, which looks for .agent', async (_, extension) => {
    const world = new FakeWorld();
    notYet(world, 3);
    await world.enrolled(windows, extension);
    expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 0, output: expect.stringContaining('by itself') } }]);
    expect(world.kinds()).toContain('agentOnline');
    expect(world.machines.filesOf(windows.vmId).get('.agent')).toContain('agents-3-000001');
  });
});

describe('an interactive agent', () => {
  it('comes online only after the machine restarted and logged on', async () => {
    const world = new FakeWorld();
    world.claimAnswer = { ...world.claimAnswer, isInteractive: true, runOnce: false };
    await world.enrolled(windows);
    expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 0 } }]);
    expect(world.reboots).toEqual([windows.vmId]);
    expect(world.kinds()).not.toContain('agentOnline');
    world.machines.booted(windows, 'restart', world.now);
    await world.pass(60);
    expect(world.kinds()).toContain('agentOnline');
    const session = world.requests.find((request) => request.url.endsWith('/sessions'));
    expect(JSON.parse(session?.body ?? '')).toMatchObject({
      systemCapabilities: { InteractiveSession: 'True', 'Agent.OS': 'Windows_NT' },
    });
  });
});

describe('an image with trouble', () => {
  const image = (word: string) => ({ ...linux, image: { id: `/images/${word}` } });

  it('may start an agent that dies at once', async () => {
    const world = new FakeWorld();
    await world.enrolled(image('weir-sandbox-never-online'));
    expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 0 } }]);
    expect(world.kinds()).not.toContain('agentOnline');
    expect(world.kinds()).toContain('agentEnded');
  });

  it('may fail after its work, leaving no agent', async () => {
    const world = new FakeWorld();
    await world.enrolled(image('weir-sandbox-enable-fails'));
    expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 1 } }]);
    expect(world.machines.filesOf(linux.vmId).has('.agent')).toBe(false);
  });

  it('may be five times as slow', async () => {
    const time = async (identity: typeof linux) => {
      const world = new FakeWorld();
      world.machines.booted(identity, 'create', world.now);
      world.machines.runExtension(identity, agentExtension, world.now);
      await world.pass(3000);
      return (world.events.find((event) => event.kind === 'agentOnline')?.at ?? 0) - world.events[0]!.at;
    };
    expect(await time(image('weir-sandbox-slow'))).toBeCloseTo((await time(linux)) * 5, -2);
  });
});
