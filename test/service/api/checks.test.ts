// Checks over the API, with the real adapters on both emulated clouds: every fault that the service may mend is made, told by
// its check, mended by one request, and gone; whoever may not is refused, and a repeated request does nothing again.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ChecksView, FixResult } from '../../../contract/checks.ts';
import { checkRoutes } from '../../../contract/routes.ts';
import { CloudError } from '../../../service/problem.ts';
import { generation, now0, settings } from '../../builders.ts';
import { documentOf, expectAnswer } from './answer-shape.ts';
import { newKey } from './image-fixture.ts';
import { subscription, weirs, scaleSet, checksPath, checkScene, type Scene } from './check-scene.ts';

const night = `${subscription}/resourceGroups/weir-agents-lanes/providers/Microsoft.Insights/autoscaleSettings/night`;

let scene: Scene;

beforeEach(async () => {
  scene = await checkScene();
});

const silence = (operation: string) => new CloudError('unavailable', operation, 'Azure does not answer.');
const statusOf = (view: ChecksView, code: string) => view.checks.find((one) => one.code === code)?.status;

const fixable: readonly (readonly [code: string, path: string, body: object, method?: string])[] = [
  ['upgradePolicy', scaleSet, { properties: { upgradePolicy: { mode: 'Automatic' } } }],
  ['overprovision', scaleSet, { properties: { overprovision: true } }],
  ['automaticRepairs', scaleSet, { properties: { automaticRepairsPolicy: { enabled: true } } }],
  [
    'automaticUpgrade',
    scaleSet,
    { properties: { upgradePolicy: { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } } } },
  ],
  [
    'terminateNotification',
    scaleSet,
    {
      properties: {
        virtualMachineProfile: { scheduledEventsProfile: { terminateNotificationProfile: { enable: true } } },
      },
    },
  ],
  ['autoscale', night, { properties: { profiles: [], enabled: true, targetResourceUri: scaleSet } }, 'PUT'],
];

it('says of a pool with an image of Windows that its script has run on no real machine', async () => {
  expect(statusOf(await scene.look(), 'windows')).toBe('ok');
  const record = await scene.store.readPool('linux');
  const source = { publisher: 'P', offer: 'O', sku: 'S' };
  const usual = { version: 'latest', standbyPercent: '*' as const };
  const images = [{ ...usual, aliases: ['windows-2022'], source, osType: 'windows' as const }];
  const { organization, poolId } = record!.settings;
  const mixed = settings({ ...{ organization, poolId, scaleSet, images }, laneResourceGroup: `${weirs}-lanes` });
  await scene.store.savePool(mixed, record!.revision, false);
  expect(statusOf(await scene.look(), 'windows')).toBe('warning');
});

describe('the checks of a pool', () => {
  it('are good but for what nobody can know yet, and name everybody who needs rights', async () => {
    const view = await scene.look();
    expect(view).toMatchObject({ pool: 'linux', errors: 0, mayFix: true, scaleSet: { name: 'agents' } });
    expect(view.checks.filter((one) => one.status !== 'ok').map((one) => one.code)).toEqual(['agent']);
    expect(view.rights.map((one) => [one.who, one.status])).toEqual([
      ['service', 'ok'],
      ['service', 'ok'],
      ['service', 'ok'],
      ['azureDevOps', 'ok'],
      ['user', 'ok'],
    ]);
    const asReader = (await scene.ask(checksPath, { token: 'reader' })).body as ChecksView;
    expect(asReader).toMatchObject({
      mayFix: false,
      rights: expect.arrayContaining([expect.objectContaining({ who: 'user', lacks: ['Manage'] })]),
    });
  });

  it('are answered as the OpenAPI document says, to the field', async () => {
    const document = await documentOf(scene);
    expectAnswer(document, 'get', checkRoutes.poolChecks, await scene.ask(checksPath));
    await scene.change(scaleSet, { properties: { overprovision: true } });
    const [fixed, refused] = [await scene.fix('overprovision'), await scene.fix('agent')];
    expect([fixed.status, refused.status < 400]).toEqual([200, false]);
    for (const answer of [fixed, refused]) expectAnswer(document, 'post', checkRoutes.fix, answer);
    const ofSet = await scene.ask(`${checkRoutes.setChecks}?poolId=7&scaleSet=${encodeURIComponent(scaleSet)}`);
    expect(ofSet.status).toBe(200);
    expectAnswer(document, 'get', checkRoutes.setChecks, ofSet);
  });

  it.each(fixable)(
    '%s fails, is fixed by its own request, once, and says by whom',
    async (...[code, path, body, method]) => {
      await scene.change(path, body, method);
      const before = await scene.look();
      expect([statusOf(before, code), before.checks.find((one) => one.code === code)?.fix?.canFix]).toEqual([
        code === 'terminateNotification' ? 'warning' : 'error',
        true,
      ]);
      const key = newKey();
      const answer = await scene.fix(code, { key });
      expect([answer.status, (answer.body as FixResult).isChanged]).toEqual([200, true]);
      expect(statusOf((answer.body as FixResult).checks, code)).toBe('ok');
      expect(statusOf(await scene.look(), code)).toBe('ok');
      expect((await scene.fix(code, { key })).body).toEqual(answer.body);
      expect(((await scene.fix(code)).body as FixResult).isChanged).toBe(false);
      const { fixes } = await scene.look();
      expect(fixes.map((one) => [one.by, one.check, one.outcome])).toEqual([
        ['manager', code, 'done'],
        ['manager', code, 'done'],
      ]);
      expect(scene.saved).toEqual(['linux']);
    },
  );

  it('let only managers fix, only what can be fixed, and only with a key', async () => {
    await scene.change(scaleSet, { properties: { overprovision: true } });
    const refused = async (answer: ReturnType<Scene['fix']>) => (await answer).body as { code: string };
    expect(await refused(scene.fix('overprovision', { token: 'reader' }))).toMatchObject({ code: 'NEED_POOL_MANAGE' });
    expect(await refused(scene.fix('agent'))).toMatchObject({ code: 'CHECK_NOT_FIXABLE' });
    expect(await refused(scene.fix('nothing'))).toMatchObject({ code: 'CHECK_NOT_FOUND' });
    expect(await refused(scene.ask(`${checksPath}/overprovision/fix`, { method: 'POST' }))).toMatchObject({
      code: 'IDEMPOTENCY_REQUIRED',
    });
    const view = await scene.look();
    expect(statusOf(view, 'overprovision')).toBe('error');
    expect(view.fixes.map((one) => one.outcome)).toEqual(['refused']);
  });

  it('are fixed though nobody can look again, and say so', async () => {
    await scene.change(scaleSet, { properties: { overprovision: true } });
    const { sets } = scene.reach;
    let isWritten = false;
    scene.reach.sets = {
      ...sets,
      readSet: (id) => (isWritten ? Promise.reject(silence('readSet')) : sets.readSet!(id)),
      mendSet: async (...change) => {
        await sets.mendSet!(...change);
        isWritten = true;
      },
    };
    const answer = await scene.fix('overprovision');
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { isChanged: true, words: expect.stringContaining('could not be read again') },
    ]);
    scene.reach.sets = sets;
    expect((await scene.look()).fixes.map((one) => one.outcome)).toEqual(['done']);
    expect([scene.reach.mended, scene.saved]).toEqual([1, ['linux']]);
  });

  it('call a change unknown that Azure may have made without an answer', async () => {
    await scene.change(scaleSet, { properties: { overprovision: true } });
    const { sets } = scene.reach;
    scene.reach.sets = {
      ...sets,
      mendSet: async (...change) => {
        await sets.mendSet!(...change);
        throw silence('mendSet');
      },
    };
    const answer = await scene.fix('overprovision');
    expect([answer.status, answer.body]).toMatchObject([502, { code: 'FIX_UNKNOWN' }]);
    const view = await scene.look();
    expect([statusOf(view, 'overprovision'), view.fixes.map((one) => one.outcome)]).toEqual(['ok', ['unknown']]);
    expect(scene.reach.mended).toBe(1);
  });

  it('are fixed once where one key is sent twice at the same moment', async () => {
    await scene.change(scaleSet, { properties: { overprovision: true } });
    const { sets } = scene.reach;
    let writes = 0;
    scene.reach.sets = { ...sets, mendSet: (...change) => ((writes += 1), sets.mendSet!(...change)) };
    const key = newKey();
    const [one, two] = await Promise.all([scene.fix('overprovision', { key }), scene.fix('overprovision', { key })]);
    const [done, told] = one.status === 200 ? [one, two] : [two, one];
    expect([writes, done.status, told.status, (told.body as { code: string }).code]).toEqual([
      1,
      200,
      409,
      'FIX_ASKED',
    ]);
    expect((await scene.fix('overprovision', { key })).body).toEqual(done.body);
    expect((await scene.look()).fixes).toHaveLength(1);
  });

  it('tell who asks again under the key of a refusal what came of it', async () => {
    const key = newKey();
    expect((await scene.fix('agent', { key })).body).toMatchObject({ code: 'CHECK_NOT_FIXABLE' });
    expect((await scene.fix('agent', { key })).body).toMatchObject({ code: 'FIX_ASKED' });
    expect((await scene.fix('locks', { key })).body).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it("say Azure's own words where a lock refuses the change", async () => {
    await scene.change(scaleSet, { properties: { overprovision: true } });
    await scene.change(
      `${weirs}/providers/Microsoft.Authorization/locks/keep`,
      { properties: { level: 'ReadOnly' } },
      'PUT',
    );
    expect(statusOf(await scene.look(), 'locks')).toBe('error');
    expect((await scene.fix('overprovision')).body).toMatchObject({
      code: 'FIX_CONFLICT',
      message: expect.stringContaining('ScopeLocked'),
    });
  });

  it('know what passes have seen: what a policy refused, and machines that joined with the agent of Weir', async () => {
    const { store, lease } = scene;
    const outcome = 'Not done: setCapacity: Azure answered 403 RequestDisallowedByPolicy: the tag "cost" is missing';
    await store.appendLog(lease, [
      { at: now0 - 1000, level: 'error', decision: { kind: 'scaleOut', reason: { code: 'a', words: 'b' } }, outcome },
    ]);
    await store.startGeneration(lease, generation({ claimedAt: now0 }));
    const { checks } = await scene.look();
    const of = (code: string) => checks.find((one) => one.code === code);
    expect(of('policies')).toMatchObject({
      status: 'warning',
      words: expect.stringMatching(/within the last day.*: Azure answered 403 .*the tag "cost"/),
    });
    expect(of('agent')).toMatchObject({ status: 'ok' });
  });

  it('name a policy that denies before the first write, wherever it was assigned, and again when it refuses one', async () => {
    await scene.change(scaleSet, { properties: { overprovision: true } });
    const authorization = '/providers/Microsoft.Authorization';
    const policyDefinitionId = `${subscription}${authorization}/policyDefinitions/places`;
    const policyRule = { if: { field: 'location', notIn: ['northeurope'] }, then: { effect: 'deny' } };
    await scene.change(policyDefinitionId, { properties: { policyRule } }, 'PUT');
    const assignment = `/providers/Microsoft.Management/managementGroups/all${authorization}/policyAssignments/places`;
    const displayName = "Only the North's regions";
    await scene.change(assignment, { properties: { displayName, policyDefinitionId } }, 'PUT');
    const policy = (await scene.look()).checks.find((one) => one.code === 'policies');
    expect(policy).toMatchObject({
      status: 'error',
      words: `The policy "${displayName}" denies the scale set as it is, with the agent extension of Weir. It looks at this: location is westeurope.`,
      evidence: [{ value: displayName }, { value: 'management group all' }],
    });
    const { code, message } = (await scene.fix('overprovision')).body as { code: string; message: string };
    expect(code).toBe('FIX_REFUSED');
    expect(message).toMatch(/disallowed by policy\. The policy is "Only the North's regions"\.$/);
  });

  it('say that the scale set is gone', async () => {
    await scene.change(scaleSet, {}, 'DELETE');
    scene.clouds.advance(now0 + 3_600_000);
    const view = await scene.look();
    expect(view.checks).toMatchObject([
      { code: 'exists', status: 'error', words: expect.stringContaining('deleted, renamed or moved') },
    ]);
  });

  it('see what stands in the model: balancers, identities, secrets, scripts and a foreign agent', async () => {
    const [id, nic] = [{ id: `${weirs}/providers/Microsoft.Network/loadBalancers/front/backendAddressPools/p` }, 'nic'];
    const subnet = { id: `${weirs}/providers/Microsoft.Network/virtualNetworks/agents/subnets/default` };
    const ip = { name: 'ip', properties: { subnet, loadBalancerBackendAddressPools: [id] } };
    await scene.change(scaleSet, {
      identity: { type: 'SystemAssigned' },
      tags: { note: 'AccountKey=abcdefghijklmnop1234' },
      properties: {
        virtualMachineProfile: {
          networkProfile: {
            networkInterfaceConfigurations: [{ name: nic, properties: { primary: true, ipConfigurations: [ip] } }],
          },
        },
      },
    });
    const agent = {
      publisher: 'Microsoft.VisualStudio.Services',
      type: 'TeamServicesAgentLinux',
      typeHandlerVersion: '1.0',
    };
    await scene.change(`${scaleSet}/extensions/theirs`, { properties: { ...agent, settings: {} } }, 'PUT');
    const view = await scene.look();
    const found = view.checks.filter((one) => one.status !== 'ok').map((one) => [one.code, one.status]);
    expect(found).toEqual([
      ['agent', 'error'],
      ['secrets', 'error'],
      ['identity', 'warning'],
      ['loadBalancer', 'warning'],
    ]);
    expect(JSON.stringify(view)).not.toContain('abcdefghijklmnop1234');
  });
});
