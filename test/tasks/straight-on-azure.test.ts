// ValidateImage without the service: a bundled process that signs in at the emulated Entra and looks at the emulated Azure over a port.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureTaskBundles } from '../../cli/bundles.ts';
import { sandboxSubscription, sandboxTenant } from '../../sandbox/azure/emulator.ts';
import { selfSignedCertificate } from '../../sandbox/certificate.ts';
import { createClouds, type Clouds } from '../../sandbox/world/clouds.ts';
import { layOutEstate } from '../../sandbox/world/estate.ts';
import { serveClouds, type ServedClouds } from '../../sandbox/world/served-clouds.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import { runBundledTask, type TaskRun } from './bundled-task.ts';
import { scriptedService, type Scripted } from './scripted-service.ts';

const now = Date.UTC(2026, 0, 5, 9);
const group = `/subscriptions/${sandboxSubscription}/resourceGroups/weir-agents/providers/Microsoft.Compute`;
const image = `${group}/galleries/gold/images/linux`;
const connection = 'aaaaaaaa-0000-4000-8000-000000000001';
let served: ServedClouds;
let scripted: Scripted;
let scaleSet: string;

beforeAll(async () => {
  await ensureTaskBundles(() => undefined);
  const clouds = createClouds({
    ...{ now: Date.UTC(2026, 0, 5, 8), random: seededRandom(7), organization: 'fabrikam' },
    sendElsewhere: () => Promise.reject(new Error('nobody is there')),
  });
  scaleSet = await layOut(clouds);
  served = await serveClouds({
    ...{ clouds, now: () => now, speed: 1, httpPort: 0, httpsPort: 0 },
    certificate: await selfSignedCertificate(),
    onProblem: (problem) => {
      throw problem;
    },
  });
  scripted = await scriptedService(() => ({ status: 404, body: {} }));
}, 120_000);

afterAll(async () => {
  await served.close();
  await scripted.close();
});

async function layOut(clouds: Clouds): Promise<string> {
  const azureUrl = 'https://management.azure.com';
  const estate = await layOutEstate({
    ...{ send: clouds.send, azureUrl, azureToken: 'x', organizationUrl: 'https://dev.azure.com/fabrikam' },
    ...{ azureDevOpsToken: 'x', subscriptionId: sandboxSubscription, resourceGroup: 'weir-agents' },
    ...{ scaleSetName: 'agents', poolName: 'linux', osType: 'linux' },
  });
  const put = async (path: string, body: object): Promise<void> => {
    const url = `${azureUrl}${path}?api-version=2026-04-01`;
    const answer = await clouds.send({
      method: 'PUT',
      url,
      headers: { authorization: 'Bearer x' },
      body: JSON.stringify(body),
    });
    if (answer.status >= 300) throw new Error(answer.body);
  };
  const location = 'westeurope';
  const identifier = { publisher: 'weir', offer: 'agents', sku: 'linux' };
  const definition = {
    osType: 'Linux',
    osState: 'Generalized',
    hyperVGeneration: 'V2',
    architecture: 'x64',
    identifier,
  };
  await put(image.replace(/\/images\/.*/, ''), { location });
  await put(image, { location, properties: definition });
  await put(`${image}s`, {
    location,
    properties: { ...definition, osState: 'Specialized', identifier: { ...identifier, sku: 's' } },
  });
  const source = { id: `${group}/snapshots/s` };
  const publishingProfile = { targetRegions: [{ name: 'West Europe', regionalReplicaCount: 1 }] };
  const version = { location, properties: { publishingProfile, storageProfile: { osDiskImage: { source } } } };
  for (const one of [image, `${image}s`]) await put(`${one}/versions/1.0.0`, version);
  clouds.advance(now);
  return estate.scaleSetId;
}

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly scheme?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly url?: string;
}

async function look({
  inputs = {},
  scheme = 'WorkloadIdentityFederation',
  parameters = {},
  url,
}: Given = {}): Promise<TaskRun> {
  const all: Readonly<Record<string, string>> = {
    tenantid: sandboxTenant,
    serviceprincipalid: 'weir-task',
    ...parameters,
  };
  const id = connection;
  return await runBundledTask('ValidateImage', {
    ...{ serviceUrl: '', oidcUrl: `${scripted.oidcUrl}?form=jwt` },
    inputs: { azureSubscription: id, staticOnly: 'true', image, version: '1.0.0', scaleSet, ...inputs },
    environment: {
      INPUT_WEIRCONNECTION: inputs.weirConnection ?? '',
      [`ENDPOINT_URL_${id}`]: url ?? `${served.httpUrl}/`,
      [`ENDPOINT_AUTH_${id}`]: JSON.stringify({ scheme, parameters: all }),
      [`ENDPOINT_AUTH_SCHEME_${id}`]: scheme,
      ...Object.fromEntries(
        Object.entries(all).map(([name, value]) => [`ENDPOINT_AUTH_PARAMETER_${id}_${name.toUpperCase()}`, value]),
      ),
      [`ENDPOINT_DATA_${id}_ENVIRONMENTAUTHORITYURL`]: `${served.httpUrl}/`,
    },
  });
}

describe('ValidateImage straight on Azure', () => {
  it.each<[string, Given]>([
    ['workload identity federation', {}],
    [
      'the secret of a service principal',
      { scheme: 'ServicePrincipal', parameters: { serviceprincipalkey: 'hidden-key' } },
    ],
  ])('finds a good version good, by %s', async (_what, given) => {
    const run = await look({ ...given, inputs: { junitFile: 'checks.xml' } });
    expect(run).toMatchObject({
      ...{ result: 'Succeeded', words: 'Version 1.0.0 passed: Every static check passed; no machine was made.' },
      variables: { imageVersion: '1.0.0', verdict: 'passed', reportUrl: '' },
    });
    expect(readFileSync(join(run.folder, 'checks.xml'), 'utf8')).toContain('failures="0"');
    const summary = readFileSync(join(run.folder, 'weir-validation-on-azure.md'), 'utf8');
    expect(summary).toContain('| ✅ | The version exists |');
    expect(summary).not.toContain('whole report');
    const printed = run.output.split('\n').filter((line) => !/^##vso\[task\.(setsecret|debug)/.test(line));
    expect(printed.join('\n')).not.toMatch(/hidden-key|oidc-\d|eyJ/);
  });

  it('finds what is wrong, with what mends it', async () => {
    const run = await look({ inputs: { image: `${image}s` } });
    expect(run).toMatchObject({ result: 'Failed', variables: { verdict: 'failed' } });
    expect(run.words).toContain('The image is generalized:');
    const missing = await look({ inputs: { version: '7.0.0' } });
    expect(missing.words).toContain('Version 7.0.0 did not pass: The version exists:');
    const marketplace = { image: 'Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2', version: '0.0.1' };
    expect((await look({ inputs: marketplace })).words).toContain('The version exists:');
  });

  it.each<[string, Given, string]>([
    ['machines', { inputs: { staticOnly: 'false' } }, 'Write staticOnly: true'],
    ['the service as well', { inputs: { weirConnection: 'conn' } }, 'Both weirConnection and azureSubscription'],
    ['an alias', { inputs: { image: 'ubuntu' } }, 'must say where the image is'],
    ['no version', { inputs: { version: '' } }, 'a version is needed'],
    [
      'a scale set by its name',
      { inputs: { scaleSet: 'agents' } },
      'must be the resource id of a virtual machine scale set',
    ],
    ['a certificate', { scheme: 'ServicePrincipal' }, 'signs in with a certificate'],
    ['a managed identity', { scheme: 'ManagedServiceIdentity' }, 'signs in by ManagedServiceIdentity'],
    ['plain http to elsewhere', { url: 'http://management.example/' }, 'is no https address'],
  ])('refuses %s in words', async (_what, given, words) => {
    expect(await look(given)).toMatchObject({ result: 'Failed', words: expect.stringContaining(words) });
  });

  it('says so where nobody signs in, and where the scale set is not there', async () => {
    const unknown = await look({ parameters: { serviceprincipalid: '' } });
    expect(unknown.words).toContain(
      "Azure gave this job no token: AADSTS900144: The request body must contain the following parameter: 'client_id'",
    );
    const gone = await look({ inputs: { scaleSet: scaleSet.replace(/agents$/, 'gone') } });
    expect(gone).toMatchObject({ result: 'Failed', words: expect.stringContaining('Correct scaleSet') });
  });
});
