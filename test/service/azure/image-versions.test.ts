// The versions of an image through scripted answers: what is asked, and what each answer becomes.
import { describe, expect, it } from '@jest/globals';
import { createAzure } from '../../../service/azure/client.ts';
import type { AzurePort } from '../../../service/ports.ts';
import { fakeSend, html, json, type Scripted } from '../fake-send.ts';

const definition = '/subscriptions/s1/resourceGroups/g1/providers/Microsoft.Compute/galleries/gold/images/linux';
const gallery = { id: definition, publisher: null, offer: null, sku: null, version: null };
const query = { subscriptionId: 's1', image: gallery, location: 'westeurope', versions: [] as readonly string[] };

function azure(...script: readonly Scripted[]): { port: AzurePort; asked: () => readonly string[] } {
  const { send, requests } = fakeSend(...script);
  const clock = { now: () => 0, sleep: (): Promise<void> => Promise.resolve() };
  const credential = { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: 3_600_000 }) };
  const port = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0.5 } });
  return { port, asked: () => requests.map(({ method, url }) => `${method} ${new URL(url).pathname}${expandOf(url)}`) };
}

function expandOf(url: string): string {
  const expand = new URL(url).searchParams.get('$expand');
  return expand === null ? '' : ` ${expand}`;
}

const listed = (name: string, publishingProfile: object = { targetRegions: [{ name: 'West Europe' }] }) => ({
  name,
  properties: { provisioningState: 'Succeeded', publishingProfile },
});
const withState = (name: string, state: string) => ({
  name,
  properties: {
    ...listed(name).properties,
    replicationStatus: { aggregatedState: 'InProgress', summary: [{ region: 'West Europe', state, progress: 1 }] },
  },
});

describe('the versions of a gallery', () => {
  it('cost one read for the list and one for the newest, where that may be deployed', async () => {
    const { port, asked } = azure(
      json(200, { value: [listed('1.0.0'), listed('2.0.0')] }),
      json(200, withState('2.0.0', 'Completed')),
    );
    const found = await port.listImageVersions(query);
    expect(asked()).toEqual([`GET ${definition}/versions`, `GET ${definition}/versions/2.0.0 ReplicationStatus`]);
    expect(found.versions.map((one) => one.replication)).toEqual(['replicated', 'unknown']);
  });

  it('are looked through no deeper than ten', async () => {
    const names = Array.from({ length: 15 }, (_, index) => `1.${String(index)}.0`).reverse();
    const { port, asked } = azure(
      json(200, { value: names.map((name) => listed(name)) }),
      ...names.slice(0, 10).map((name) => json(200, withState(name, 'Replicating'))),
    );
    await port.listImageVersions(query);
    expect(asked()).toHaveLength(11);
  });

  it.each([
    ['Unknown', 'unknown'],
    ['Replicating', 'replicating'],
    ['Failed', 'failed'],
    ['Something new', 'unknown'],
  ])('in the state %s are %s', async (state, replication) => {
    const { port } = azure(json(200, { value: [listed('1.0.0')] }), json(200, withState('1.0.0', state)));
    await expect(port.listImageVersions(query)).resolves.toMatchObject({ versions: [{ replication }] });
  });

  it('stay unknown where a version is deleted between the list and the look', async () => {
    const gone = json(404, { error: { code: 'ResourceNotFound', message: 'm' } });
    const { port } = azure(json(200, { value: [listed('1.0.0')] }), gone);
    await expect(port.listImageVersions(query)).resolves.toMatchObject({ versions: [{ replication: 'unknown' }] });
  });

  it.each([
    ['a page of HTML', html(200), 'denied'],
    ['a page without a list', json(200, {}), 'unreadable'],
    ['a refusal', json(403, { error: { code: 'AuthorizationFailed', message: 'm' } }), 'denied'],
  ])('are an error after %s', async (_, answer, kind) => {
    const { port } = azure(answer);
    await expect(port.listImageVersions(query)).rejects.toMatchObject({ kind });
  });
});

describe('a gallery that is shared', () => {
  const version = { name: '1.0.0', properties: { publishedDate: '2026-01-01T00:00:00Z', excludeFromLatest: true } };
  it.each(['shared', 'community'])('with %s is asked in the region', async (kind) => {
    const { port, asked } = azure(json(200, { value: [version] }));
    const image = { ...gallery, id: `/${kind}Galleries/owner/images/linux` };
    await expect(port.listImageVersions({ ...query, image })).resolves.toEqual({
      kind: 'gallery',
      versions: [
        {
          version: '1.0.0',
          publishedAt: Date.UTC(2026, 0, 1),
          provisioningState: 'succeeded',
          isExcludedFromLatest: true,
          endOfLifeAt: null,
          replication: 'replicated',
        },
      ],
    });
    expect(asked()).toEqual([
      `GET /subscriptions/s1/providers/Microsoft.Compute/locations/westeurope/${kind}Galleries/owner/images/linux/versions`,
    ]);
  });
});

it('refuses an id that is no image before it asks anything', async () => {
  const { port, asked } = azure();
  await expect(port.listImageVersions({ ...query, image: { ...gallery, id: '/x/y' } })).rejects.toMatchObject({
    kind: 'invalid',
  });
  expect(asked()).toEqual([]);
});
