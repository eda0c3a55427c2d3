// Placeholders that stand in Azure DevOps and in no record: they count to the most, and go when nobody wants them.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshRecollection, type Recollection } from '../../../service/controller/context.ts';
import { giveBack } from '../../../service/controller/give-back.ts';
import { runPass } from '../../../service/controller/pass.ts';
import type { Agent } from '../../../service/domain/agent.ts';
import { lostPlaceholders } from '../../../service/domain/lost-placeholder.ts';
import { poolLifeWrite } from '../../../service/pool-life.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, fresh, generation, hour, jobRequest, minute, now0, observation, settings } from '../../builders.ts';
import { emptyPool, standPlaceholders } from './empty-pool.ts';
import { agentExtension } from './lane-stage.ts';
import { passContext } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
let recollection: Recollection;

beforeEach(async () => {
  now = now0;
  ({ store, lease, clouds } = await emptyPool(() => now, { extensions: [agentExtension] }));
  recollection = freshRecollection();
  // What is wanted stands, and only then what is not wanted goes.
  await standPlaceholders(store, lease, clouds);
});

/** Of an image that the settings do not declare any more. */
const lost = (overrides: Partial<Agent> = {}): Agent =>
  agent({
    ...{ agentId: 50, name: 'weir-placeholder-ubuntu-20.04', isOnline: false },
    systemCapabilities: { 'Weir.Placeholder': 'linux', ImageOverride: 'ubuntu-20.04' },
    ...overrides,
  });

async function passes(count: number): Promise<void> {
  const placeholderKey = () => Promise.resolve({ modulus: 'AQAB', exponent: 'AQAB' });
  const extensionFor = () => Promise.resolve(agentExtension);
  for (let one = 0; one < count; one += 1) {
    if ((await store.readPool('linux')) === null) return;
    lease = (await store.acquireLease('linux', 'me', hour))!;
    await runPass(
      passContext({ store, lease, clouds, now: () => now }, { placeholderKey, extensionFor }),
      recollection,
    );
    now += minute;
  }
}

describe('a placeholder that no record knows', () => {
  it.each<[string, Partial<Agent>, boolean]>([
    ['goes after minutes where nobody wants it', {}, false],
    ['stays where it is of another pool of Weir', { systemCapabilities: { 'Weir.Placeholder': 'other' } }, true],
    ['stays where only its name is like ours', { systemCapabilities: {} }, true],
    ['stays while it is online', { isOnline: true }, true],
  ])('%s', async (_, overrides, stays) => {
    clouds.agents.set(50, lost(overrides));
    await passes(5);
    expect(clouds.agents.has(50)).toBe(true);
    await passes(3);
    expect(clouds.agents.has(50)).toBe(stays);
  });

  it('stays while a job waits on it', async () => {
    clouds.agents.set(50, lost());
    clouds.requests.push(jobRequest({ matchedAgentIds: [50] }));
    await passes(8);
    expect(clouds.agents.has(50)).toBe(true);
    expect((await store.listPlaceholders('linux')).map((one) => one.agentId)).toContain(50);
  });

  it('is left to the machine that takes it over meanwhile', async () => {
    clouds.agents.set(50, lost());
    const { azureDevOps } = clouds;
    const before = { ...azureDevOps };
    const taken = lost({ name: 'agents-7-123456', systemCapabilities: {} });
    Object.assign(azureDevOps, {
      readAgent: async (pool: number, id: number) => (id === 50 ? taken : await before.readAgent(pool, id)),
    });
    await passes(8);
    expect((await store.listPlaceholders('linux')).map((one) => one.agentId)).not.toContain(50);
    expect(clouds.agents.has(50)).toBe(true);
  });

  it('goes before a pool that is being deleted is', async () => {
    clouds.agents.set(50, lost());
    const ending = { by: 'ada', at: now0 };
    await store.writeRecords([poolLifeWrite('linux', null, { createdBy: '', createdAt: now0, adopted: [], ending })]);
    await passes(10);
    expect([clouds.agents.size, await store.listPools()]).toEqual([0, []]);
  });
});

it('one that is recorded stays, whatever life it still says that it was for', async () => {
  const given = lost({ createdAt: now0 - hour, systemCapabilities: { 'Weir.Generation': 'g-gone' } });
  clouds.agents.set(50, given);
  await store.savePlaceholder(lease, { agentId: 50, name: given.name, image: 'ubuntu-22.04' });
  clouds.requests.push(jobRequest({ matchedAgentIds: [50] }));
  await passes(3);
  expect(clouds.agents.has(50)).toBe(true);
});

it('an agent that was given back says that it is a placeholder, and of no life that it is its', async () => {
  clouds.agents.set(
    1,
    agent({ isEnabled: false, systemCapabilities: { 'Weir.Generation': 'g-1', bash: '/bin/bash' } }),
  );
  clouds.requests.push(jobRequest({ matchedAgentIds: [1] }));
  const pool = settings({ demands: { ...settings().demands, matching: 'atQueueTime' } });
  const placeholderKey = () => Promise.resolve({ modulus: 'AQAB', exponent: 'AQAB' });
  const context = passContext({ store, lease, clouds, now: () => now }, { settings: pool, placeholderKey });
  expect(await giveBack(context, 1, null)).toBe('givenBack');
  const name = 'weir-placeholder-returned-1';
  const capabilities = { bash: '/bin/bash', 'Agent.Name': name, 'Weir.Placeholder': 'linux' };
  expect(clouds.agents.get(1)).toMatchObject({ name });
  expect(clouds.agents.get(1)?.systemCapabilities).toEqual(capabilities);
});

it('one is lost that says of which pool it is, is offline, and is in no record', () => {
  const agents = fresh([lost(), lost({ agentId: 51 }), lost({ agentId: 52 }), lost({ agentId: 53, isOnline: true })]);
  const placeholders = [{ agentId: 51, name: 'weir-placeholder-1', image: '' }];
  const picture = observation({ agents, placeholders, generations: [generation({ agentId: 52 })] });
  expect(lostPlaceholders(picture, settings().name).map((one) => one.agentId)).toEqual([50]);
});
