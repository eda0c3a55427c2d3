// The emulator's answers against the official definitions, its routes against the published clients, and its words
// against their enumerations. The files are read in place beside the checkout; without them this is skipped, and says so.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { ACTION_FILTERS, POOL_OPTIONS, POOL_TYPES, RESULTS } from '../../sandbox/azure-devops/body.ts';
import { LOCATIONS } from '../../sandbox/azure-devops/locations.ts';
import { ROUTES, UNBUILT } from '../../sandbox/azure-devops/routes.ts';
import { scene, second, type Row, type Scene } from '../sandbox/azure-devops/organization.ts';

const folder = resolve(import.meta.dirname, '../../../shared/specs/azure-devops');
const isThere = existsSync(folder);
const read = (name: string): unknown => JSON.parse(readFileSync(resolve(folder, name), 'utf8').replace(/^\uFEFF/, ''));
/** Skipped, with the reason in its name, where the files are not beside this checkout. */
const suite = (name: string, tests: () => void): void => {
  if (isThere) describe(name, tests);
  else describe.skip(`${name} (skipped: the folder ../shared/specs is not beside this checkout)`, tests);
};

type Schema = Readonly<Record<string, unknown>>;

/** Where the specification is known to be wrong about the wire (azure-devops-wire.md 0 and 3, agent-enrolment.md 4). */
const CORRECTIONS: Readonly<Record<string, Schema>> = {
  Demand: { type: 'string' },
  ReferenceLinks: {
    type: 'object',
    additionalProperties: { type: 'object', properties: { href: { type: 'string' } }, required: ['href'] },
  },
  TaskAgentPublicKey: {
    type: 'object',
    properties: { exponent: { type: 'string' }, modulus: { type: 'string' } },
    required: ['exponent', 'modulus'],
  },
};

/** Every definition twice: open, to be inherited from, and closed, in which an unknown property is an error. */
function validators(file: string): (definition: string) => ValidateFunction {
  const { definitions } = read(file) as { readonly definitions: Readonly<Record<string, Schema>> };
  const open = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, closeReferences(CORRECTIONS[name] ?? schema)]),
  );
  const closed = Object.fromEntries(
    Object.keys(open).map((name) => [
      name,
      {
        allOf: [{ $ref: `#/definitions/${name}` }],
        ...(open[name]?.type === 'object' ? { unevaluatedProperties: false } : {}),
      },
    ]),
  );
  const ajv = addFormats(new Ajv2019({ strict: false, allErrors: true }));
  for (const format of ['JTokenType', 'JToken', 'JContainer']) ajv.addFormat(format, true);
  ajv.addSchema({ $id: 'spec', definitions: open, closed });
  return (definition) => ajv.getSchema(`spec#/closed/${definition}`) as ValidateFunction;
}

function closeReferences(schema: Schema): Schema {
  const { allOf, ...own } = schema;
  const text = JSON.stringify(own).replaceAll('#/definitions/', '#/closed/');
  return { ...(JSON.parse(text) as Schema), ...(allOf === undefined ? {} : { allOf }) };
}

function expectValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

async function livelyPool(): Promise<{
  readonly on: Scene;
  readonly pool: string;
  readonly agentId: number;
  readonly session: Row;
  readonly message: Row;
}> {
  const on = scene();
  const agent = await on.goOnline('weir-0001');
  await on.register('placeholder', { systemCapabilities: { 'Agent.Version': '5.278.0', maven: '1' } });
  await on.queue(['Agent.OS -equals linux']);
  await on.queue(['maven']);
  on.pass(2 * second);
  const message = (await agent.poll()).json;
  const pool = `_apis/distributedtask/pools/${on.poolId}`;
  const other = await on.register('other');
  const opening = { ownerName: 'host', agent: { id: other, name: 'other' }, systemCapabilities: { a: 'b' } };
  const session = (await on.ask('POST', `${pool}/sessions?api-version=7.2-preview.1`, opening)).json;
  return { on, pool, agentId: agent.id, session, message };
}

suite('the answers fit the official definitions, without one unknown property', () => {
  it.each([
    ['TaskAgentPool', '_apis/distributedtask/pools'],
    ['TaskAgentQueue', 'Fabrikam/_apis/distributedtask/queues'],
    ['TaskAgent', 'POOL/agents'],
    ['TaskAgent', 'POOL/agents?includeCapabilities=true&includeAssignedRequest=true&includeLastCompletedRequest=true'],
    ['TaskAgentJobRequest', 'POOL/jobrequests?completedRequestCount=5'],
    ['TaskAgentJobRequest', 'POOL/jobrequests?$top=5'],
    ['PackageMetadata', '_apis/distributedtask/packages/agent/linux-x64'],
  ])('%s from %s', async (definition, path) => {
    const { on, pool } = await livelyPool();
    const rows = await on.rows(path.replace('POOL', pool));
    expect(rows.length).toBeGreaterThan(0);
    const validate = validators('distributedTask-7.2-taskAgent.json')(definition);
    for (const row of rows) expectValid(validate, row);
  });

  it('a session, a message and one request with its status', async () => {
    const { on, pool, session, message } = await livelyPool();
    const validator = validators('distributedTask-7.2-taskAgent.json');
    expectValid(validator('TaskAgentSession'), session);
    expectValid(validator('TaskAgentMessage'), message);
    expectValid(
      validator('TaskAgentJobRequest'),
      (await on.ask('GET', `${pool}/jobrequests/2?includeStatus=true`)).json,
    );
  });

  it('an elastic pool', async () => {
    const on = scene();
    on.emulator.addPool({
      name: 'theirs',
      elastic: {
        azureId: '/subscriptions/0/x',
        serviceEndpointId: '11111111-1111-4111-8111-111111111111',
        serviceEndpointScope: '22222222-2222-4222-8222-222222222222',
        osType: 'linux',
        orchestrationType: 'uniform',
        maxCapacity: 4,
        desiredIdle: 1,
        recycleAfterEachUse: true,
        maxSavedNodeCount: 0,
        timeToLiveMinutes: 30,
        agentInteractiveUI: false,
        state: 'online',
      },
    });
    const [pool] = await on.rows('_apis/distributedtask/elasticpools');
    expectValid(validators('distributedTask-7.2-elastic.json')('ElasticPool'), pool);
  });

  it('a timeline record and a log', async () => {
    const { on, message } = await livelyPool();
    const { plan, jobId } = JSON.parse(String(message.body)) as { readonly plan: Row; readonly jobId: string };
    const base = `${String(plan.scopeIdentifier)}/_apis/distributedtask/hubs/build/plans/${String(plan.planId)}`;
    const sent = {
      count: 1,
      value: [{ id: jobId, type: 'Job', name: 'build', state: 'inProgress', startTime: '2026-01-05T08:00:02Z' }],
    };
    const [record] = (await on.ask('PATCH', `${base}/timelines/${jobId}/records?api-version=7.1`, sent)).json
      .value as readonly Row[];
    const validator = validators('distributedTask-7.2-task.json');
    expectValid(validator('TimelineRecord'), record);
    expectValid(validator('TaskLog'), (await on.ask('POST', `${base}/logs?api-version=7.1`, { path: 'logs\\1' })).json);
  });

  it('and an unknown property would be seen', () => {
    const validate = validators('distributedTask-7.2-taskAgent.json')('TaskAgentJobRequest');
    expect(validate({ requestId: 1, reservedAgent: { id: 1, busy: true } })).toBe(false);
    expect(validate({ requestId: 'one' })).toBe(false);
  });
});

suite('a running request', () => {
  it('has every field that a recorded one has', async () => {
    const { on, pool } = await livelyPool();
    const recorded = Object.keys(read('examples/keda-assignedNotFinishedJob.json') as Row);
    const ours = Object.keys((await on.ask('GET', `${pool}/jobrequests/1`)).json);
    expect(recorded.filter((field) => !ours.includes(field))).toEqual([]);
  });

  it('is told to its agent in every part that the agent’s own tests send', async () => {
    const { message } = await livelyPool();
    const ours = JSON.parse(String(message.body)) as Readonly<Record<string, Row>>;
    const template = read('examples/agent-L1-PipelineAgentJobRequest-template.json') as Readonly<Record<string, Row>>;
    expect(Object.keys(template).filter((field) => !(field in ours))).toEqual([]);
    for (const part of ['plan', 'timeline', 'resources'])
      expect(Object.keys(ours[part] ?? {})).toEqual(expect.arrayContaining(Object.keys(template[part] ?? {})));
  });
});

suite('the routes are the clients’ own', () => {
  interface ClientRoute {
    readonly http: string;
    readonly route: string;
    readonly locationId: string | null;
    readonly method: string;
  }
  const clients = (): readonly ClientRoute[] =>
    (read('taskagent-client-routes.json') as { readonly routes: readonly ClientRoute[] }).routes;
  const paths = (file: string): readonly string[] =>
    Object.entries((read(file) as { readonly paths: Readonly<Record<string, Row>> }).paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => shape(verb, path.replace('/{organization}/', ''))),
    );
  /** Parameters by place, not by name; the clients leave an absent last one out. */
  const shape = (verb: string, path: string): string =>
    `${verb.toUpperCase()} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`.toLowerCase();
  const known = (): ReadonlySet<string> =>
    new Set([
      ...clients().flatMap(({ http, route }) => [shape(http, route), shape(http, route.replace(/\/\{[^}]*\}$/, ''))]),
      ...paths('distributedTask-7.2-elastic.json'),
      ...paths('distributedTask-7.2-task.json'),
    ]);
  /** Read by older agents and by tests; in the clients, though not in these two files. */
  const elsewhere = ['GetTimeline', 'GetRecords', 'GetLogs', 'GetLog', 'AppendTimelineRecordFeed'].map((name) =>
    name.toLowerCase(),
  );

  it('for every operation of the area that is built', () => {
    const routes = ROUTES.filter(
      ({ template, operation }) => template.includes('distributedtask') && !elsewhere.includes(operation.toLowerCase()),
    );
    expect(routes.length).toBeGreaterThan(30);
    expect(
      routes.map(({ method, template }) => shape(method, template)).filter((route) => !known().has(route)),
    ).toEqual([]);
  });

  it('and for every one that is named as not built', () => {
    const named = UNBUILT.filter(([, template]) => template.includes('distributedtask'));
    expect(named.map(([method, template]) => shape(method, template)).filter((route) => !known().has(route))).toEqual(
      [],
    );
  });

  it('with the location ids that the clients look for', () => {
    const wrong = ROUTES.filter(({ operation, location }) =>
      clients().some(
        (client) => client.method === operation && client.locationId !== null && client.locationId !== location.id,
      ),
    );
    expect(wrong.map(({ operation }) => operation)).toEqual([]);
    const looked = new Set(clients().map((client) => client.locationId));
    expect(
      [LOCATIONS.pools, LOCATIONS.agents, LOCATIONS.jobRequests, LOCATIONS.sessions].every((location) =>
        looked.has(location.id),
      ),
    ).toBe(true);
  });
});

suite('the words', () => {
  const enums = (): Readonly<Record<string, Readonly<Record<string, number>>>> =>
    (read('taskagent-enums.json') as { readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>> })
      .enums;

  it.each([
    ['TaskResult', RESULTS],
    ['TaskAgentPoolType', POOL_TYPES],
    ['TaskAgentPoolOptions', POOL_OPTIONS],
    ['TaskAgentPoolActionFilter', ACTION_FILTERS],
    ['TaskAgentQueueActionFilter', ACTION_FILTERS],
  ])('of %s are the published ones', (name, words) => {
    expect(words).toEqual(enums()[name]);
  });

  it('of an agent’s status are the published ones', async () => {
    const { on, pool } = await livelyPool();
    const statuses = new Set((await on.rows(`${pool}/agents`)).map((agent) => String(agent.status)));
    expect([...statuses].sort()).toEqual(Object.keys(enums().TaskAgentStatus ?? {}).sort());
  });
});
