// From the extension to an agent that is online, as seed 000 tells the life of a scale set agent (steps 2 to 6b).
import { describe, expect, it } from '@jest/globals';
import type { HttpResponse } from '../../../sandbox/http-message.ts';
import { agentExtension, customScript, FakeWorld, linux, reply } from './fake-world.ts';

describe('the Custom Script Extension', () => {
  it('ends with the exit code that its command names', async () => {
    const world = new FakeWorld();
    world.machines.booted(linux, 'create', world.now);
    world.machines.runExtension(linux, customScript('bash warm.sh; exit 3'), world.now);
    await world.pass(60);
    expect(world.outcomes).toMatchObject([{ extension: 'CustomScript', outcome: { exitCode: 3 } }]);
  });

  it('succeeds where its command names no exit code, and takes a while', async () => {
    const world = new FakeWorld();
    world.machines.booted(linux, 'create', world.now);
    world.machines.runExtension(linux, customScript('bash /myScript.sh /myArgs'), world.now);
    await world.pass(9);
    expect(world.outcomes).toEqual([]);
    await world.pass(60);
    expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 0 } }]);
  });

  it('leaves the machine without an agent when it fails and the agent extension is not run', async () => {
    const world = new FakeWorld();
    world.machines.booted(linux, 'create', world.now);
    world.machines.runExtension(linux, customScript('exit 1'), world.now);
    await world.pass(600);
    expect(world.machines.filesOf(linux.vmId).size).toBe(0);
    expect(world.asked('enrolment')).toEqual([]);
  });
});

describe('the agent extension', () => {
  it('fetches the script, asks for a nonce, claims with the attested document, and the agent comes online', async () => {
    const world = new FakeWorld();
    await world.enrolled();
    expect(world.requests.slice(0, 5).map((request) => `${request.method} ${request.url}`)).toEqual([
      'GET https://weir.example.com/v1/enrolment/1/enableagent.sh',
      'POST https://weir.example.com/v1/enrolment/nonce',
      'POST https://weir.example.com/v1/enrolment/claims',
      'POST https://dev.azure.com/fabrikam/token',
      'POST https://dev.azure.com/fabrikam/_apis/distributedtask/pools/5/sessions',
    ]);
    expect(world.nonces).toEqual(['0123456789']);
    expect(JSON.parse(world.requests[2]?.body ?? '')).toMatchObject({
      document: { encoding: 'pkcs7', signature: 'c2lnbmVk' },
      nonce: '0123456789',
      computerName: 'agents000003',
      reported: { forbiddenVariables: [], workFolderVariable: null },
    });
    expect(world.outcomes).toMatchObject([
      { outcome: { exitCode: 0, output: 'weir: agent agents-3-000001 of pool linux was started' } },
    ]);
    expect(world.kinds()).toEqual(['booted', 'agentEnrolled', 'extensionFinished', 'agentOnline']);
  });

  it('does nothing where .agent exists', async () => {
    const world = new FakeWorld();
    await world.enrolled();
    const before = world.asked('enrolment').length;
    world.machines.runExtension(linux, agentExtension, world.now);
    expect(world.outcomes.at(-1)).toMatchObject({ outcome: { exitCode: 0, output: 'The agent is enabled already.' } });
    expect(world.asked('enrolment')).toHaveLength(before);
  });

  it.each(['agentFolder', 'agentDownloadUrl', 'enableScriptDownloadUrl', 'enableScriptParameters', 'isPipelinesAgent'])(
    'fails without %s in its settings',
    async (name) => {
      const world = new FakeWorld();
      const settings = Object.fromEntries(Object.entries(agentExtension.settings).filter(([key]) => key !== name));
      await world.enrolled(linux, { ...agentExtension, settings });
      expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 1, output: expect.stringContaining(name) } }]);
      expect(world.requests).toEqual([]);
    },
  );

  it('takes the parameters from the protected settings where the public ones have none', async () => {
    const world = new FakeWorld();
    const { enableScriptParameters, ...settings } = agentExtension.settings;
    await world.enrolled(linux, { ...agentExtension, settings, protectedSettings: { enableScriptParameters } });
    expect(world.kinds()).toContain('agentOnline');
  });

  it('fails on an unknown parameter, on a package of another name, and where the script is not served', async () => {
    const output = async (change: Record<string, unknown>, override: FakeWorld['override'] = () => null) => {
      const world = new FakeWorld();
      world.override = override;
      await world.enrolled(linux, { ...agentExtension, settings: { ...agentExtension.settings, ...change } });
      expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 1 } }]);
      return world.outcomes[0]?.outcome.output;
    };
    expect(await output({ enableScriptParameters: 'https://dev.azure.com/x pool token' })).toContain(
      'unknown parameter',
    );
    expect(await output({ agentDownloadUrl: 'https://download.agent.dev.azure.com/other.tar.gz' })).toContain(
      'no agent package',
    );
    const isScript: FakeWorld['override'] = (request) => (request.method === 'GET' ? reply(404, {}) : null);
    expect(await output({}, isScript)).toContain('could not be downloaded');
  });

  it('asks again while the service does not know the machine yet, and gives up where it was claimed before', async () => {
    const world = new FakeWorld();
    let refusals = 3;
    world.override = (request) => {
      if (!request.url.endsWith('/claims') || refusals === 0) return null;
      refusals -= 1;
      return reply(403, { code: 'CLAIM_VM', message: 'This machine may not enrol.' });
    };
    await world.enrolled();
    expect(world.asked('/nonce')).toHaveLength(4);
    expect(world.kinds()).toContain('agentOnline');

    const used = new FakeWorld();
    used.override = (request) =>
      request.url.endsWith('/claims')
        ? reply(409, { code: 'CLAIM_USED', message: 'This machine may not enrol.' })
        : null;
    await used.enrolled();
    expect(used.asked('/claims')).toHaveLength(1);
    expect(used.outcomes).toMatchObject([{ outcome: { exitCode: 1, output: expect.stringContaining('CLAIM_USED') } }]);
    expect(used.machines.filesOf(linux.vmId).size).toBe(0);
  });

  describe('while the service says not yet, because the machine is being reimaged', () => {
    const notYet = reply(425, { code: 'CLAIM_NOT_YET', message: 'This machine may not enrol.' });
    const refusing = (refusals: number, then: HttpResponse | null = null) => {
      const world = new FakeWorld();
      world.override = (request) => {
        if (!request.url.endsWith('/claims')) return null;
        refusals -= 1;
        return refusals >= 0 ? notYet : then;
      };
      return world;
    };

    it('succeeds at once, claims every ten seconds from outside, and the agent comes online', async () => {
      const world = refusing(4);
      await world.enrolled();
      expect(world.outcomes).toMatchObject([
        { outcome: { exitCode: 0, output: 'weir: the machine is being reimaged; enrolment goes on by itself' } },
      ]);
      const claims = world.requests.filter((request) => request.url.endsWith('/claims')).map((request) => request.at);
      expect(claims.map((at) => (at - claims[0]!) / 1000)).toEqual([0, 10, 20, 30, 40]);
      expect(claims[0]).toBe(world.outcomes[0]?.at);
      expect(world.kinds()).toEqual(['booted', 'extensionFinished', 'agentEnrolled', 'agentOnline']);
    });

    it('ends with the life of the machine', async () => {
      const world = refusing(1000);
      await world.enrolled();
      const before = world.asked('/claims').length;
      expect(before).toBeGreaterThan(5);
      world.machines.stopped(linux, 'reimage', world.now);
      await world.pass(600);
      expect(world.asked('/claims')).toHaveLength(before);
    });

    it('gives up after twenty minutes, and at once where the refusal is final, and leaves no agent', async () => {
      const late = refusing(1000);
      await late.enrolled();
      await late.pass(3600);
      expect(late.asked('/claims')).toHaveLength(121);
      const used = refusing(2, reply(409, { code: 'CLAIM_USED', message: 'This machine may not enrol.' }));
      await used.enrolled();
      expect(used.asked('/claims')).toHaveLength(3);
      for (const world of [late, used]) {
        expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 0 } }]);
        expect(world.machines.filesOf(linux.vmId).size).toBe(0);
        expect(world.kinds()).toEqual(['booted', 'extensionFinished']);
      }
    });

    it('leaves the claim to the first run where the extension runs once more', async () => {
      const world = refusing(30);
      world.machines.booted(linux, 'reimage', world.now);
      world.machines.runExtension(linux, agentExtension, world.now);
      await world.pass(100);
      world.machines.runExtension(linux, agentExtension, world.now);
      await world.pass(500);
      expect(world.outcomes.map((one) => one.outcome)).toEqual([
        { exitCode: 0, output: 'weir: the machine is being reimaged; enrolment goes on by itself' },
        { exitCode: 0, output: 'weir: enrolment goes on by itself already' },
      ]);
      expect(world.asked('/claims')).toHaveLength(31);
      expect(world.kinds().filter((kind) => kind === 'agentOnline')).toHaveLength(1);
    });

    it('may fail after its work, which the extension does not hear', async () => {
      const world = refusing(2);
      await world.enrolled({ ...linux, image: { id: '/images/weir-sandbox-enable-fails' } });
      expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 0 } }]);
      expect(world.machines.filesOf(linux.vmId).has('.agent')).toBe(false);
      expect(world.kinds()).not.toContain('agentOnline');
    });
  });

  it('gives up at once on 410, because the machine has been given up', async () => {
    const world = new FakeWorld();
    world.override = (request) =>
      request.url.endsWith('/claims') ? reply(410, { code: 'CLAIM_LATE', message: 'no' }) : null;
    await world.enrolled();
    expect(world.asked('/claims')).toHaveLength(1);
    expect(world.outcomes).toMatchObject([{ outcome: { exitCode: 1 } }]);
  });

  it('says nothing but ASCII', async () => {
    const world = new FakeWorld();
    world.files = { ...world.files, '.agent': world.files['.agent']!.replace('agents-3-000001', 'agënts') };
    await world.enrolled();
    expect(world.outcomes[0]?.outcome.output).toBe('weir: agent ag?nts of pool linux was started');
  });
});
