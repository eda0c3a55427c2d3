// The served OpenAPI document against the contract, and every answer against the document, to the field.
import { describe, expect, it } from '@jest/globals';
import { statusOf } from '../../../contract/problem-codes.ts';
import {
  azureRoutes,
  checkRoutes,
  guideRoutes,
  imageRoutes,
  nodeRoutes,
  routes,
  whatIfRoutes,
} from '../../../contract/routes.ts';
import {
  bootingMachine,
  busyMachine,
  generation,
  jobRequests,
  memory,
  now0,
  runningRequest,
  scene,
  settings,
} from '../../builders.ts';
import { ajv, documentOf, expectShape, templateOf } from './answer-shape.ts';
import { apiFixture, fabrikam } from './api-fixture.ts';
import { validationWrite } from '../../../service/image-records.ts';
import { validationOf } from '../domain/validation-scene.ts';
import { imageFixture, newKey } from './image-fixture.ts';
import { detailOf } from './pool-scene.ts';

/** Where a path has more than a pool in it. */
const examples: Readonly<Record<string, string>> = {
  '/v1/runs/{run}': '/v1/runs/7?project=11111111-2222-4333-8444-555555555555',
};

const guideNames = {
  ...{ start: 'azureImage', osType: 'linux', resourceGroup: 'images', baseImage: 'Ubuntu2204', vhd: '', diskGb: 128 },
  ...{ vmName: 'vm', vmSize: 'Standard_D2s_v5', adminUser: 'builder', imageName: 'tools', scaleSet: null },
};

/** What a request carries that changes or asks something. */
const changes: Readonly<Record<string, { readonly payload: object; readonly headers?: Record<string, string> }>> = {
  'put /v1/pools/{pool}/settings': {
    payload: settings({ organization: fabrikam }),
    headers: { 'if-match': '"1"' },
  },
  'post /v1/pools/{pool}/explain': { payload: { text: 'java' } },
  'post /v1/pools/{pool}/image-guide': { payload: guideNames },
};

/** Answered with other states than 200: pool-life.test.ts, what-if.test.ts. */
const elsewhere: ReadonlySet<string> = new Set([
  ...['post /v1/pools', 'delete /v1/pools/{pool}', 'post /v1/pools/{pool}/what-if'],
  ...['get', 'delete'].map((method) => `${method} /v1/pools/{pool}/what-if/{whatIf}`),
]);

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 with every route of the contract in it, and nothing without a summary', async () => {
    const document = await documentOf(await apiFixture());
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Weir', version: '0.1.0' });
    const all: readonly string[] = [
      ...Object.values(routes),
      ...Object.values(imageRoutes),
      ...Object.values(azureRoutes),
      ...Object.values(nodeRoutes),
      ...Object.values(checkRoutes),
      ...Object.values(guideRoutes),
      ...Object.values(whatIfRoutes),
    ];
    const own = all.filter((route) => route !== routes.openApi);
    expect(Object.keys(document.paths).sort()).toEqual(own.map(templateOf).sort());
    for (const operations of Object.values(document.paths)) {
      for (const operation of Object.values(operations)) expect(operation.summary).toMatch(/\w/);
    }
  });

  it('has only valid JSON Schemas, declares each parameter of its paths, and names what it needs', async () => {
    const document = await documentOf(await apiFixture());
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => `{${one.name}}`);
        expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
        for (const parameter of operation.parameters ?? []) ajv.compile(parameter.schema);
        for (const { content, description } of Object.values(operation.responses)) {
          expect(description).toMatch(/\w/);
          for (const { schema } of Object.values(content)) ajv.compile(schema);
        }
        expect(operation.security !== undefined).toBe(path.startsWith('/v1/'));
      }
    }
  });

  it('is what every route answers, to the field', async () => {
    const fixture = await apiFixture();
    const { store, lease, ask } = fixture;
    const detail = detailOf(
      scene({
        machines: [bootingMachine(1), busyMachine(2, 40)],
        requests: [runningRequest(40, 2), ...jobRequests(1, {}, 50)],
      }),
    );
    await store.writeView(lease, { at: now0, document: JSON.stringify(detail) });
    await store.appendLog(lease, [
      { at: now0, level: 'warning', decision: { kind: 'wait', reason: { code: 'a', words: 'b' } }, outcome: 'c' },
    ]);
    await store.appendSample(lease, {
      ...{ at: now0, queued: 1, running: 1, agentsIdle: 0, agentsBusy: 1, agentsStarting: 1, instances: 2 },
    });
    const picture = JSON.stringify({ observation: scene({}), memory: memory() });
    await store.writePicture(lease, { at: now0, document: picture });
    const document = await documentOf(fixture);
    const ofImages = new Set(
      // Lists of Azure and checks need both clouds, so their own tests hold them: azure-lists.test.ts and checks.test.ts.
      [
        ...Object.values(imageRoutes),
        ...Object.values(azureRoutes),
        ...Object.values(nodeRoutes),
        ...Object.values(checkRoutes),
      ].map(templateOf),
    );
    for (const [path, operations] of Object.entries(document.paths).filter(([one]) => !ofImages.has(one))) {
      for (const [method, operation] of Object.entries(operations)) {
        if (elsewhere.has(`${method} ${path}`)) continue;
        const url = examples[path] ?? path.replace('{pool}', 'linux');
        const answer = await ask(url, { method: method.toUpperCase() as 'GET', ...changes[`${method} ${path}`] });
        expect([method, url, answer.status]).toEqual([method, url, 200]);
        expectShape(operation, '200', 'application/json', answer.body);
        const refused = await ask(url, { method: method.toUpperCase() as 'GET', token: '' });
        if (refused.status !== 200) expectShape(operation, 'default', 'application/problem+json', refused.body);
      }
    }
  });

  it('is what the routes of images, validations and tokens answer, to the field', async () => {
    const fixture = await imageFixture();
    const document = await documentOf(fixture);
    const connection = await fixture.issue('pin');
    await fixture.pin({ image: 'ubuntu', action: 'pin', version: '1.1.0', scope: 'pool' });
    const { pool: _pool, ...live } = validationOf('linux');
    await fixture.store.writeRecords([validationWrite(null, { ...live, pool: 'linux', validationId: 'v1' })]);
    const asked: readonly (readonly [string, string, string, object?])[] = [
      ['get', imageRoutes.images, '200'],
      ['post', imageRoutes.pins, '200', { image: 'ubuntu', action: 'pin', version: '1.2.0', scope: 'pool' }],
      ['get', imageRoutes.validations, '200'],
      ['post', imageRoutes.validations, '202', { image: 'ubuntu' }],
      ['get', imageRoutes.validation, '200'],
      ['delete', imageRoutes.validation, '200'],
      ['get', imageRoutes.tokens, '200'],
      ['post', imageRoutes.tokens, '200', { role: 'pin', name: 'a' }],
      ['delete', imageRoutes.token, '200'],
      ['get', imageRoutes.connection, '200'],
    ];
    for (const [method, route, status, payload] of asked) {
      const { tokens } = (await fixture.ask('/v1/pools/linux/tokens')).body as { tokens: { tokenId: string }[] };
      const url = route.replace(':pool', 'linux').replace(':validation', 'v1').replace(':token', tokens[0]!.tokenId);
      const answer = await fixture.ask(url, {
        method: method.toUpperCase() as 'GET',
        ...(payload === undefined ? {} : { payload, headers: { 'if-match': '"2"', 'idempotency-key': newKey() } }),
        ...(route === imageRoutes.connection ? { token: connection } : {}),
      });
      expect([method, url, String(answer.status)]).toEqual([method, url, status]);
      expectShape(document.paths[templateOf(route)]![method]!, status, 'application/json', answer.body);
    }
    expect(asked.map(([, route]) => route)).toEqual(expect.arrayContaining(Object.values(imageRoutes)));
  });

  it('is what the routes of nodes and of the past answer, to the field', async () => {
    const fixture = await apiFixture();
    const { store, lease, ask } = fixture;
    await store.startGeneration(lease, generation());
    await store.noteNodes(lease, now0, [{ node: 'g-1', name: 'agents_1', state: 'idle', since: now0 }]);
    await store.noteBoots(lease, [
      { life: 'g-1', image: 'ubuntu', version: null, startedBy: 'create', at: now0, seconds: 90 },
    ]);
    const document = await documentOf(fixture);
    for (const [method, route, status] of [
      ['post', nodeRoutes.node, '202'],
      ['get', nodeRoutes.timeline, '200'],
      ['get', nodeRoutes.statistics, '200'],
    ] as const) {
      const url = route.replace(':pool', 'linux').replace(':node', 'g-1').replace(':action', 'drain');
      const change = method === 'post' ? { payload: {}, headers: { 'idempotency-key': newKey() } } : {};
      const answer = await ask(url, { method: method.toUpperCase() as 'GET', ...change });
      expect([url, String(answer.status)]).toEqual([url, status]);
      expectShape(document.paths[templateOf(route)]![method]!, status, 'application/json', answer.body);
    }
  });

  it('covers a refusal with many problems', async () => {
    const fixture = await apiFixture();
    const document = await documentOf(fixture);
    const { body } = await fixture.ask('/v1/pools/linux/settings', {
      method: 'PUT',
      payload: { maxCapacity: -1, desiredIdle: -1 },
      headers: { 'if-match': '1' },
    });
    const operation = document.paths['/v1/pools/{pool}/settings']?.put;
    expectShape(operation!, 'default', 'application/problem+json', body);
    expect((body as { problems: unknown[] }).problems.length).toBeGreaterThan(1);
  });
});

describe('the codes of problems', () => {
  it('have a status each, and what is not in the list is about what somebody wrote', () => {
    expect(statusOf('STALE_REVISION')).toBe(412);
    expect(statusOf('MAX_AGENTS_RANGE')).toBe(400);
    expect(statusOf('toString')).toBe(400);
  });
});
