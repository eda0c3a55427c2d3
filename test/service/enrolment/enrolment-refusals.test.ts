// Claims that are refused, and enrolment while Azure DevOps fails.
import { describe, expect, it } from '@jest/globals';
import { ClaimRefused } from '../../../service/enrolment/claim-refused.ts';
import { CloudError } from '../../../service/problem.ts';
import type { OperationKind } from '../../../service/domain/observation.ts';
import { operation } from '../../builders.ts';
import { attestedDocument, vmId } from './attested.ts';
import { generation, scaleSetId, scene, type Scene } from './scene.ts';

const codeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof ClaimRefused) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'accepted';
};

async function open(world: Scene, kind: OperationKind, generationId: string, ofVmId = vmId): Promise<string> {
  const machine = { generationId, instanceId: '3', vmId: ofVmId, agentId: null, startedAt: world.now };
  const opened = await world.store.openOperation(world.lease, operation({ kind, scaleSetId, ...machine }));
  return opened!.operationId;
}

describe('a claim is refused', () => {
  it('where the nonce was never issued, was used, is too old, or stands in another document', async () => {
    const world = await scene();
    const request = (nonce: string, document = attestedDocument(nonce)) => ({
      nonce,
      document,
      reported: { forbiddenVariables: [], workFolderVariable: null },
    });
    expect(await codeOf(world.enrolment.claim(request('0000000000')))).toBe('403 CLAIM_EXPIRED');
    const used = (await world.enrolment.issueNonce()).nonce;
    expect(await codeOf(world.enrolment.claim(request(used, attestedDocument('9999999999'))))).toBe(
      '403 CLAIM_EXPIRED',
    );
    expect(await codeOf(world.enrolment.claim(request(used)))).toBe('403 CLAIM_EXPIRED');
    const old = (await world.enrolment.issueNonce()).nonce;
    world.wall += 121_000;
    expect(await codeOf(world.enrolment.claim(request(old)))).toBe('403 CLAIM_EXPIRED');
    expect(world.azureDevOps.calls).toEqual([]);
  });

  it('where its document has expired or is dated in the future', async () => {
    const world = await scene();
    const times = (createdOn: string, expiresOn: string) => world.claim({ timeStamp: { createdOn, expiresOn } });
    expect(await codeOf(times('01/05/26 05:00:00 -0000', '01/05/26 07:50:00 -0000'))).toBe('403 CLAIM_EXPIRED');
    expect(await codeOf(times('01/05/26 08:06:00 -0000', '01/05/26 09:00:00 -0000'))).toBe('403 CLAIM_EXPIRED');
    expect(await codeOf(times('01/05/26 07:54:00 -0000', '01/05/26 14:00:00 -0000'))).toBe('403 CLAIM_EXPIRED');
    expect(await codeOf(times('01/05/26 07:59:00 -0000', '01/05/26 07:59:05 -0000'))).toBe('accepted');
  });

  it('where nobody expects the machine', async () => {
    const world = await scene();
    expect(await codeOf(world.claim({ vmId: '99999999-2222-4333-8444-555555555555' }))).toBe('403 CLAIM_VM');
    await world.store.deletePool('linux');
    expect(await codeOf(world.claim())).toBe('403 CLAIM_VM');
  });

  it('where the generation was claimed before, and that is an alarm', async () => {
    const world = await scene();
    await world.claim();
    expect(await codeOf(world.claim())).toBe('409 CLAIM_USED');
    expect(world.notes).toMatchObject([{ level: 'alarm', code: 'CLAIM_USED' }]);
    expect(world.azureDevOps.registrations).toHaveLength(1);
  });

  it('to all but one of several that come at once', async () => {
    const world = await scene();
    const codes = await Promise.all([1, 2, 3, 4].map(() => codeOf(world.claim())));
    expect(codes.sort()).toEqual(['409 CLAIM_USED', '409 CLAIM_USED', '409 CLAIM_USED', 'accepted']);
    expect(world.azureDevOps.agents.size).toBe(1);
  });

  it('where the machine is being deleted, without an alarm', async () => {
    const world = await scene();
    await open(world, 'delete', generation.generationId);
    expect(await codeOf(world.claim())).toBe('410 CLAIM_LATE');
    expect(world.notes).toMatchObject([{ level: 'warning' }]);
  });

  it('for now while the machine is being reimaged, which is everyday and not the end', async () => {
    const world = await scene();
    await world.claim();
    const operation = await open(world, 'reimage', generation.generationId);
    const refusal: unknown = await world.claim().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      status: 425,
      code: 'CLAIM_NOT_YET',
      message: 'This machine may not enrol.',
      nextStep: expect.stringContaining('asks again by itself'),
    });
    expect(world.notes).toMatchObject([{ level: 'info', code: 'CLAIM_NOT_YET' }]);
    await world.store.startGeneration(world.lease, { ...generation, generationId: 'g2', startedAt: world.now });
    // The next life is known and its reimage not closed yet.
    expect(await codeOf(world.claim())).toBe('425 CLAIM_NOT_YET');
    expect(world.azureDevOps.registrations).toHaveLength(1);
    await world.store.changeOperation(world.lease, operation, world.now, { phase: 'done' });
    expect(await codeOf(world.claim())).toBe('accepted');
  });

  it('for good where it is being deleted and reimaged at once', async () => {
    const world = await scene();
    await open(world, 'reimage', generation.generationId);
    await open(world, 'delete', 'g0');
    expect(await codeOf(world.claim())).toBe('410 CLAIM_LATE');
  });

  it('not because of an operation on another machine', async () => {
    const world = await scene();
    await open(world, 'reimage', 'of-another', '99999999-2222-4333-8444-555555555555');
    expect(await codeOf(world.claim())).toBe('accepted');
  });

  it('where the machine took longer to boot than it may', async () => {
    const world = await scene();
    world.now = generation.startedAt + 20 * 60_000 + 1;
    const timeStamp = { createdOn: '01/05/26 08:20:00 -0000', expiresOn: '01/05/26 14:00:00 -0000' };
    expect(await codeOf(world.claim({ timeStamp }))).toBe('410 CLAIM_LATE');
  });

  it('with one text for all reasons', async () => {
    const world = await scene();
    const words = async (call: Promise<unknown>) =>
      call.then(
        () => 'accepted',
        (error: unknown) => (error instanceof ClaimRefused ? `${error.message} ${error.nextStep}` : 'other'),
      );
    const said = [
      await words(world.claim({ vmId: 'x' })),
      await words(world.claim({ vmId: '99999999-2222-4333-8444-555555555555' })),
      await words(world.claim({ nonce: '1' })),
    ];
    expect(new Set(said).size).toBe(1);
    expect(said[0]).not.toMatch(/nonce|vmId|machine 9/i);
  });
});

describe('when Azure DevOps fails', () => {
  const passing = (call: string, times: number, happensAnyway = false) => ({
    call,
    times,
    happensAnyway,
    error: new CloudError('unavailable', call, 'no answer'),
  });

  it('before the claim, the machine may ask again', async () => {
    const world = await scene();
    world.azureDevOps.fails = passing('readAgentPackage', 1);
    await expect(world.claim()).rejects.toBeInstanceOf(CloudError);
    expect(await codeOf(world.claim())).toBe('accepted');
  });

  it('for a moment, it is asked again under another name and a registration whose answer was lost is removed', async () => {
    const world = await scene();
    world.azureDevOps.fails = passing('registerAgent', 1, true);
    const answer = await world.claim();
    expect(JSON.parse(answer.files['.agent'])).toMatchObject({ agentName: 'agents-3-567893' });
    expect([...world.azureDevOps.agents.values()]).toEqual([{ name: 'agents-3-567893', isEnabled: false }]);
  });

  it.each(['unavailable', 'unreadable'] as const)(
    'so that nobody knows whether the agent was made (%s), the record says when, for lists lag behind',
    async (kind) => {
      const world = await scene();
      world.azureDevOps.fails = {
        ...passing('registerAgent', 1, true),
        error: new CloudError(kind, 'registerAgent', 'no answer'),
      };
      const lostAt = world.now;
      await codeOf(world.claim());
      expect(await world.store.findGeneration(vmId)).toMatchObject({ generation: { registrationLostAt: lostAt } });
      expect([...world.azureDevOps.agents.values()].map((one) => one.name)).not.toContain('agents-3-567892');
    },
  );

  it('and the database, too, the machine and the log are told of both, and what may be registered is looked for', async () => {
    const world = await scene();
    world.azureDevOps.fails = passing('registerAgent', 3, true);
    Object.assign(world.store, { noteLostRegistration: () => Promise.reject(new Error('The disk is full.')) });
    expect(await codeOf(world.claim())).toBe('409 CLAIM_BROKEN');
    expect(world.notes).toMatchObject([{ words: expect.stringMatching(/no answer.*The disk is full\./) as unknown }]);
    // Without the record a second try might leave two behind.
    expect(world.azureDevOps.calls.filter((call) => call === 'registerAgent')).toHaveLength(1);
    expect(world.azureDevOps.agents.size).toBe(0);
  });

  it('again while a lost registration is looked for, the first failure is told', async () => {
    const world = await scene();
    world.azureDevOps.fails = passing('registerAgent', 3, true);
    const whole = world.azureDevOps.port();
    const listAgents = () => Promise.reject(new CloudError('denied', 'listAgents', 'no right'));
    world.azureDevOps.port = () => ({ ...whole, listAgents });
    expect(await codeOf(world.claim())).toBe('409 CLAIM_BROKEN');
    expect(world.notes).toMatchObject([{ words: expect.stringMatching(/no answer.*no right/) as unknown }]);
  });

  it('by asking for rest, nothing was registered and nothing is looked for', async () => {
    const world = await scene();
    const error = new CloudError('throttled', 'registerAgent', 'TF400733');
    world.azureDevOps.fails = { call: 'registerAgent', times: 1, error };
    expect(await codeOf(world.claim())).toBe('accepted');
    expect((await world.store.findGeneration(vmId))?.generation.registrationLostAt ?? null).toBeNull();
    expect(world.azureDevOps.calls).not.toContain('listAgents');
  });

  it('to take the agent, the claim is spent and nothing stays registered', async () => {
    const world = await scene();
    world.azureDevOps.fails = passing('registerAgent', 3, true);
    expect(await codeOf(world.claim())).toBe('409 CLAIM_BROKEN');
    expect(world.azureDevOps.calls.filter((call) => call === 'registerAgent')).toHaveLength(3);
    expect(world.azureDevOps.agents.size).toBe(0);
  });

  it('to disable the agent, the registration is taken back', async () => {
    const world = await scene();
    world.azureDevOps.fails = passing('setAgentEnabled', 3);
    expect(await codeOf(world.claim())).toBe('409 CLAIM_BROKEN');
    expect(world.azureDevOps.agents.size).toBe(0);
    expect(await world.store.findGeneration(vmId)).toMatchObject({ generation: { agentId: null } });
  });

  it('by denying it, it is not asked again', async () => {
    const world = await scene();
    world.azureDevOps.fails = {
      call: 'registerAgent',
      times: 9,
      error: new CloudError('denied', 'registerAgent', 'no right'),
    };
    expect(await codeOf(world.claim())).toBe('409 CLAIM_BROKEN');
    expect(world.azureDevOps.calls.filter((call) => call === 'registerAgent')).toHaveLength(1);
  });

  it.each([
    { clientId: '00000000-0000-0000-0000-000000000000' },
    { clientId: '' },
    { authorizationUrl: 'https://evil.example.com/token' },
    { authorizationUrl: 'http://vssps.dev.azure.com/t' },
    { serverUrl: 'https://dev.azure.com.example.org/' },
  ])('by answering %j, the registration is taken back', async (answer) => {
    const world = await scene();
    world.azureDevOps.answer = answer;
    expect(await codeOf(world.claim())).toBe('409 CLAIM_BROKEN');
    expect(world.azureDevOps.agents.size).toBe(0);
  });

  it('by taking so long that the controller has given the claim up, the registration is taken back', async () => {
    const world = await scene();
    world.azureDevOps.onRegistered = () => ((world.now += 101_000), Promise.resolve());
    expect(await codeOf(world.claim())).toBe('410 CLAIM_LATE');
    expect(world.azureDevOps.agents.size).toBe(0);
  });

  it.each(['delete', 'reimage'] as const)(
    'to be quicker than a %s that begins meanwhile, the registration is taken back and the machine gives up',
    async (kind) => {
      const world = await scene();
      world.azureDevOps.onRegistered = async () => {
        await open(world, kind, generation.generationId);
      };
      expect(await codeOf(world.claim())).toBe('410 CLAIM_LATE');
      expect(world.azureDevOps.agents.size).toBe(0);
    },
  );

  it('to be quicker than the end of the generation, the registration is taken back and the machine gives up', async () => {
    const world = await scene();
    world.azureDevOps.onRegistered = () => world.store.endGeneration(world.lease, generation.generationId);
    expect(await codeOf(world.claim())).toBe('410 CLAIM_LATE');
    expect(world.notes).toMatchObject([{ level: 'warning', code: 'CLAIM_LATE' }]);
    expect(world.azureDevOps.agents.size).toBe(0);
  });
});
