// Azure DevOps asked from the hub: whatever it answers, the person gets a sentence; and what a draft still lacks.
import { describe, expect, it } from '@jest/globals';
import { changesOf, seedOf } from '../../hub/new-pool/adopt.ts';
import { azureDevOpsOf } from '../../hub/new-pool/azure-devops.ts';
import {
  changed,
  documentOf,
  emptyDraft,
  faultsOf,
  preselected,
  seeded,
  type Draft,
  type StepId,
} from '../../hub/new-pool/draft.ts';
import { missingIn, sizeWords, type Wish } from '../../hub/new-pool/wish.ts';
import { HostProblem } from '../../hub/problem.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';

function answering(status: number, body: string, asked: string[] = []) {
  const host = { organizationUrl: 'https://dev.azure.com/fabrikam', accessToken: () => Promise.resolve('token') };
  return azureDevOpsOf(host, (url, init) => {
    asked.push(`${init.method ?? 'GET'} ${url}`);
    if (status === 0) return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve({ ok: status < 300, status, text: () => Promise.resolve(body) } as Response);
  });
}

describe('Azure DevOps, asked with the token of the person', () => {
  it.each([
    ['a token that is not valid', 401, '<html>sign in</html>', 'AUTH_REFUSED'],
    ['a sign-in page', 203, '<html>sign in</html>', 'AUTH_REFUSED'],
    ['a page where a list was meant', 200, '<html></html>', 'AUTH_REFUSED'],
    ['a refusal in words', 403, '{"message":"You need Manage."}', 'AZURE_DEVOPS_REFUSED'],
    ['a refusal without words', 500, '', 'AZURE_DEVOPS_REFUSED'],
    ['something else than a list', 200, '{"count":1}', 'AZURE_DEVOPS_STRANGE'],
    ['nothing', 0, '', 'AZURE_DEVOPS_SILENT'],
  ])('that answers %s becomes a sentence with what to do', async (_what, status, body, code) => {
    const problem: unknown = await answering(status, body)
      .managedPools()
      .catch((cause: unknown) => cause);
    expect(problem).toBeInstanceOf(HostProblem);
    const { code: told, message, nextStep } = problem as HostProblem;
    expect([told, message.endsWith('.'), nextStep.endsWith('.')]).toEqual([code, true, true]);
  });

  it('is asked by names that are kept whole', async () => {
    const asked: string[] = [];
    const azureDevOps = answering(200, '{"value":[{"id":3,"name":"a&b#c"}]}', asked);
    expect(await azureDevOps.ensurePool('a&b#c')).toEqual({ id: 3, name: 'a&b#c' });
    await azureDevOps.ensureQueue('Web / shop', { id: 3, name: 'a&b#c' });
    expect(asked).toEqual([
      'GET https://dev.azure.com/fabrikam/_apis/distributedtask/pools?poolName=a%26b%23c&api-version=7.1',
      'GET https://dev.azure.com/fabrikam/Web%20%2F%20shop/_apis/distributedtask/queues?poolIds=3&api-version=7.1',
    ]);
  });

  it('need not tell the log and nodes of its pools', async () => {
    expect(await answering(404, '{"message":"no"}').elasticLog(1)).toBeNull();
    await expect(answering(401, '').elasticNodes(1)).rejects.toBeInstanceOf(HostProblem);
  });
});

describe('a pool that Azure DevOps sizes', () => {
  it.each<[string, string | number | undefined, number, number, boolean]>([
    ['that keeps no machine of a failed job', 'elasticPool', 0, 0, false],
    ['whose pool says nothing of it', undefined, 2, 2, false],
    ['that keeps them', 'elasticPool, preserveAgentOnJobFailure', 3, 3, true],
    ['that keeps them though none may be saved', 'preserveAgentOnJobFailure', 0, 1, true],
    ['that keeps them, told as a number', 5, 0, 1, true],
    ['that keeps none, told as a number', 3, 0, 0, false],
  ])('%s, is adopted so', async (_what, options, maxSavedNodeCount, then, isKept) => {
    // Both lists are answered alike: what one has the other leaves unread.
    const row = { poolId: 7, id: 7, name: 'old', options, maxSavedNodeCount, azureId: '/subscriptions/s/x/y' };
    const [pool] = await answering(200, JSON.stringify({ value: [row] })).elasticPools();
    const { settings } = seedOf(pool ?? fail('there is one'));
    expect([settings.maxSavedNodeCount, settings.preserveAgentOnJobFailure === true]).toEqual([then, isKept]);
    const said = changesOf(pool ?? fail('there is one')).find(({ name }) => name === 'Machine of a job that failed');
    expect(said?.then.startsWith(isKept ? 'kept' : 'not kept')).toBe(true);
  });
});

function fail(words: string): never {
  throw new Error(words);
}

const scaleSet = {
  ...{
    id: '/subscriptions/x/resourceGroups/g/virtualMachineScaleSets/a',
    name: 'a',
    resourceGroup: 'g',
    location: 'westeurope',
  },
  ...{ size: 'Standard_D2s_v5', osType: 'windows' as const, image: 'Windows', capacity: 0, refusal: null },
};
const imageOf = (more: object = {}) => ({
  ...{ aliases: ['ubuntu'], source: null, version: 'latest', standbyPercent: '*' },
  ...more,
});
const market = { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04' };
const whole: Draft = {
  ...emptyDraft('Web'),
  ...{ subscription: 'x', scaleSet, machines: [], images: [imageOf({ aliases: ['win', ' windows-2022 ', ''] })] },
  settings: { ...emptyDraft(null).settings, name: 'pool' },
};

describe('the draft of a pool', () => {
  it.each<[StepId, Partial<Draft>, readonly string[]]>([
    ['subscription', { subscription: '' }, ['subscription']],
    ['scaleSet', { scaleSet: null }, ['scaleSet']],
    ['scaleSet', { machines: null }, ['scaleSet']],
    ['scaleSet', { machines: [{ vmId: 'v', name: 'a_0', state: 'succeeded', createdAt: null }] }, ['machines']],
    ['settings', { project: '' }, ['project']],
    ['settings', { settings: { ...whole.settings, name: '' } }, ['name']],
    ['settings', { settings: { ...whole.settings, name: 'a?b' } }, ['name']],
    ['settings', { settings: { ...whole.settings, desiredIdle: 99 } }, ['desiredIdle']],
    ['images', { images: [imageOf({ aliases: ['x'.repeat(65)] })] }, ['images[0].aliases']],
    ['images', { images: [imageOf(), imageOf({ aliases: [] })], laneGroup: 'lanes' }, ['images[1].aliases']],
    ['images', { images: [imageOf(), imageOf({ aliases: ['Ubuntu'] })], laneGroup: 'lanes' }, ['images[1].aliases']],
    ['images', { images: [imageOf({ version: '2.0' })], laneGroup: 'lanes' }, ['images[0].version']],
    ['images', { images: [imageOf({ standbyPercent: 101 })] }, ['images[0].standbyPercent']],
    ['images', { images: [imageOf({ standbyPercent: 30 })] }, ['images']],
    ['images', { images: [imageOf({ size: 'a b' })], laneGroup: 'lanes' }, ['images[0].size']],
    ['images', { images: [imageOf({ source: { ...market, sku: '' } })], laneGroup: 'lanes' }, ['images[0].source.sku']],
    ['images', { images: [imageOf({ source: { id: 'ubuntu' } })], laneGroup: 'lanes' }, ['images[0].source.id']],
    ['images', { images: [imageOf(), imageOf({ aliases: ['win'] })] }, ['laneGroup']],
    ['images', { images: [imageOf(), imageOf({ aliases: ['win'] })], laneGroup: 'G' }, ['laneGroup']],
    ['images', { images: [imageOf(), imageOf({ aliases: ['win'] })], laneGroup: 'a/b' }, ['laneGroup']],
    // Without lanes every machine is the scale set's own, whatever a single image says of itself.
    ['images', { images: [imageOf({ source: market })] }, ['laneGroup']],
    ['images', { images: [imageOf({ version: '2.0.0' })] }, ['laneGroup']],
    ['images', { images: [imageOf({ size: 'Standard_D4s_v5' })] }, ['laneGroup']],
    ['images', { images: [imageOf({ osType: 'linux' })] }, ['laneGroup']],
  ])('does not leave the step %s with %j', (step, change, fields) => {
    expect(faultsOf(step, { ...whole, ...change }).map((one) => one.field)).toEqual(fields);
    expect(faultsOf(step, whole)).toEqual([]);
  });

  it('forgets that machines were given up when others stand there', () => {
    const machine = (vmId: string) => ({ vmId, name: vmId, state: 'succeeded', createdAt: null });
    const agreed: Draft = { ...whole, machines: [machine('a'), machine('b')], isGivenUp: true };
    expect(changed(agreed, { machines: [machine('b'), machine('a')] }).isGivenUp).toBe(true);
    expect(changed(agreed, { machines: [machine('a')] }).isGivenUp).toBe(false);
    expect(changed(agreed, { project: 'Other' }).isGivenUp).toBe(true);
  });

  it('begins with the scale set of an adopted pool, once that is listed and can be chosen', () => {
    const id = scaleSet.id.toUpperCase();
    const draft = seeded(emptyDraft('Web'), { subscription: 'x', scaleSet: id, settings: { maxCapacity: 7 } });
    expect(preselected(draft, [{ ...scaleSet, id: '/other' }, scaleSet])).toBe(scaleSet);
    expect(preselected(draft, [{ ...scaleSet, refusal: 'It has an autoscale.' }])).toBeNull();
    expect(preselected({ ...draft, scaleSet }, [scaleSet])).toBeNull();
    expect(preselected(emptyDraft('Web'), [scaleSet])).toBeNull();
  });

  it('becomes settings with the names of its image', () => {
    const document = documentOf(whole, 'https://dev.azure.com/fabrikam', 7);
    expect(document).toMatchObject({
      ...{ name: 'pool', poolId: 7, osType: 'windows', maxCapacity: 10 },
      images: [imageOf({ aliases: ['win', 'windows-2022'] })],
    });
    expect(document).not.toHaveProperty('laneResourceGroup');
    expect(documentOf({ ...whole, images: emptyDraft(null).images }, '', 7)).not.toHaveProperty('images');
  });

  it('has no image of its own where somebody touched the fields and put all of them back', () => {
    // What the form writes into a field that is empty again.
    const emptied = { ...whole, images: [imageOf({ aliases: [''], size: null, osType: null })] };
    expect(faultsOf('images', emptied)).toEqual([]);
    expect(documentOf(emptied, '', 7)).not.toHaveProperty('images');
  });

  it('with several images names them in their order, and the group where their machines live', () => {
    const images = [imageOf({ source: market, standbyPercent: 30 }), imageOf({ aliases: ['win'], version: '2.0.0' })];
    const draft: Draft = { ...whole, images, laneGroup: ' weir-lanes ' };
    expect(faultsOf('images', draft)).toEqual([]);
    const document = documentOf(draft, 'https://dev.azure.com/fabrikam', 7);
    expect(document).toMatchObject({ images, laneResourceGroup: '/subscriptions/x/resourceGroups/weir-lanes' });
    // The service, which has the last word, takes it as it stands.
    expect(validatePoolSettings(document)).not.toHaveProperty('problems');
  });
});

describe('a wish for a scale set', () => {
  const wish: Wish = {
    ...{ subscriptionId: 'x', resourceGroup: 'g', location: 'westeurope', name: 'a', size: 's', image: 'i' },
    ...{ isEphemeral: true, subnetId: null, trialMachines: 0 },
  };

  it.each([
    [{}, null],
    [{ resourceGroup: 'a/b' }, 'resource group'],
    [{ location: 'West Europe' }, 'region'],
    [{ name: '-a' }, 'scale set'],
    [{ size: '' }, 'size'],
  ])('with %j lacks %j', (change, words) => {
    const missing = missingIn({ ...wish, ...change });
    expect(words === null ? missing === null : missing?.includes(words)).toBe(true);
  });

  it('tells of a size what one chooses by, and no price that nobody read', () => {
    const size = { name: 'Standard_D4ds_v5', cores: 4, memoryGigabytes: 16, priceClass: 'middle' as const };
    const words = { words: 'for general work', ephemeralGigabytes: 100, quotaLeft: null, restriction: null };
    expect(sizeWords({ ...size, ...words }, 127)).toBe(
      'Standard_D4ds_v5: 4 cores, 16 GB, middle price, for general work, own disk does not fit, quota not told',
    );
  });
});
