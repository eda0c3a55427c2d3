// Takes a pool from a person, after every question that must be answered first: is the name free, do both clouds have what
// it names, does nobody else work there, may the person and may the service.
import type { NewPool } from '../../contract/new-pool.ts';
import { laneGroupFault } from '../domain/lane-group.ts';
import type { Instance } from '../domain/instance.ts';
import { namedResources } from '../domain/named-resources.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { validatePoolSettings } from '../domain/pool-rules.ts';
import { count } from '../domain/words.ts';
import type { PoolPlaces } from '../pool-places.ts';
import { poolLifeRemoval, poolLifeWrite, readPoolLife } from '../pool-life.ts';
import type { PoolRecord, Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { normalOrganization } from './access.ts';
import type { ApiOptions } from './options.ts';
import { ManyProblems } from './problem-answer.ts';
import type { Asker, Rights } from './rights.ts';
import { toProblems } from './settings-routes.ts';
import { requireSubscriptions } from './subscription-use.ts';
import { machinesOfPools, ownSet, setRefusal, takenSets } from './taken-sets.ts';

export async function makePool(
  asker: Asker,
  wanted: NewPool,
  options: ApiOptions,
  rights: Rights,
): Promise<PoolRecord> {
  const settings = settingsOf(wanted, asker);
  if (!(await rights.mayRead(asker, settings.poolId))) throw noAgentPool();
  if (!(await rights.mayManage(asker, settings.poolId)))
    throw new UserProblem('NEED_POOL_MANAGE', 'You need the Administrator role on this agent pool.', {
      field: 'poolId',
    });
  requireSubscriptions(options, asker.organization, namedResources(settings));
  await requireFree(settings, options);
  const { places } = options;
  if (places === undefined) throw new UserProblem('CLOUD_UNAVAILABLE', 'This service cannot look at scale sets.');
  await requireAgentPool(settings, places);
  const adopted = await requireScaleSet(settings, wanted.adoptInstances ?? [], places, options.store);
  return await keep(settings, adopted, asker, options);
}

function settingsOf(wanted: NewPool, asker: Asker): PoolSettings {
  const answer = validatePoolSettings(wanted.settings);
  if ('problems' in answer) throw toProblems(answer.problems);
  const { settings } = answer;
  if (normalOrganization(settings.organization) !== normalOrganization(asker.organization)) {
    throw new UserProblem('AUTH_ORG', 'The pool belongs to another organisation than the one that asks.', {
      field: 'organization',
    });
  }
  if (settings.poolId === 0) throw noAgentPool();
  if (settings.scaleSet === '')
    throw new UserProblem('SCALE_SET_NOT_FOUND', 'The settings name no scale set.', { field: 'scaleSet' });
  const fault = laneGroupFault(settings);
  if (fault !== null) throw toProblems([fault]);
  return { ...settings, organization: asker.organization };
}

/** What the person may not see answers exactly as what does not exist. */
function noAgentPool(): UserProblem {
  return new UserProblem('POOL_NOT_FOUND', 'There is no such agent pool in Azure DevOps, or you may not see it.', {
    field: 'poolId',
  });
}

async function requireFree(settings: PoolSettings, options: ApiOptions): Promise<void> {
  for (const { pool, settings: other, isManagedByFile } of await options.store.listPools()) {
    if (pool === settings.name) {
      const code = isManagedByFile ? 'POOL_MANAGED_BY_FILE' : 'POOL_EXISTS';
      throw new UserProblem(code, 'A pool of this name is there already.', { field: 'name', value: settings.name });
    }
    const clash = clashOf(settings, other);
    if (clash !== null) throw clash;
  }
}

/** Two pools of Weir on one scale set or one agent pool would undo each other's work. */
function clashOf(settings: PoolSettings, other: PoolSettings): UserProblem | null {
  if (settings.scaleSet.toLowerCase() === other.scaleSet.toLowerCase())
    return new UserProblem('SCALE_SET_TAKEN', 'Another pool of Weir works on this scale set.', { field: 'scaleSet' });
  const isSameOrganization = normalOrganization(settings.organization) === normalOrganization(other.organization);
  if (isSameOrganization && settings.poolId === other.poolId)
    return new UserProblem('AGENT_POOL_TAKEN', 'Another pool of Weir works on this agent pool.', { field: 'poolId' });
  return null;
}

async function requireAgentPool({ organization, poolId }: PoolSettings, places: PoolPlaces): Promise<void> {
  const { found } = await places.agentPool(organization, poolId);
  if (found === null || !(await places.mayServiceManage(organization, poolId))) {
    const name = await places.serviceName(organization, poolId);
    const who = name === null ? 'The identity of this service' : `The identity of this service, ${name},`;
    const words = `${who} is not an Administrator of this agent pool yet.`;
    throw new UserProblem('SERVICE_NEEDS_ADMINISTRATOR', words, { field: 'poolId' });
  }
  const why = found.isHosted ? 'is one of Microsoft' : found.isElastic ? 'is an elastic pool of Azure DevOps' : null;
  const fault = why ?? (found.poolType === 'deployment' ? 'is a deployment pool' : null);
  if (fault === null) return;
  throw new UserProblem('AGENT_POOL_UNSUITABLE', `The agent pool ${fault}, so Weir cannot work on it.`, {
    field: 'poolId',
    value: found.name,
  });
}

/** The vmIds that the person gave up, which are all that stand there. */
async function requireScaleSet(
  { scaleSet: id }: PoolSettings,
  adoptInstances: readonly string[],
  places: PoolPlaces,
  store: Store,
): Promise<readonly string[]> {
  const { found, why } = await places.scaleSet(id);
  const field = 'scaleSet';
  if (found === null) {
    throw why === 'denied'
      ? new UserProblem('SCALE_SET_DENIED', 'Azure does not let this service look at the scale set.', { field })
      : new UserProblem('SCALE_SET_NOT_FOUND', 'Azure knows no such scale set.', { field });
  }
  const { scaleSet, instances } = found;
  const refusal = setRefusal({ ...scaleSet, id }, await takenSets(store));
  if (refusal !== null) throw refusal;
  const standing = instances.map((one) => one.vmId).toSorted();
  if (JSON.stringify(standing) !== JSON.stringify(adoptInstances.toSorted()))
    throw hasInstances(scaleSet.name, instances);
  const [theirs] = await machinesOfPools(store, standing);
  if (theirs === undefined) return standing;
  const machine = instances.find((one) => one.vmId === theirs)?.name ?? theirs;
  const whose = `The machine ${machine} is one of another pool of Weir.`;
  throw new UserProblem('SCALE_SET_TAKEN', whose, { field: 'adoptInstances', value: theirs, nextStep: ownSet });
}

function hasInstances(name: string, instances: readonly Instance[]): UserProblem {
  const code = 'SCALE_SET_HAS_INSTANCES';
  const field = 'adoptInstances';
  if (instances.length === 0)
    return new UserProblem(code, 'The machines that were agreed to be deleted are not there any more.', { field });
  const words = `The scale set ${name} has ${count(instances.length, 'machine')} that Weir did not make.`;
  const each = instances.map((one) => new UserProblem(code, `${one.name} stands there.`, { field, value: one.vmId }));
  return new ManyProblems(new UserProblem(code, words, { field }), each);
}

/** Between the record and the pool lies one write. */
const abandonedMilliseconds = 60_000;
/** Replicas' clocks differ by seconds, so what lies a little ahead may be what another one makes now. */
const aheadMilliseconds = 5 * 60_000;

/** The record goes first: a pass that saw the pool without it would take the machines for somebody else's. */
async function keep(
  settings: PoolSettings,
  adopted: readonly string[],
  asker: Asker,
  { store, clock, onSettingsSaved }: ApiOptions,
): Promise<PoolRecord> {
  const { name } = settings;
  const taken = (): UserProblem =>
    new UserProblem('POOL_EXISTS', 'Somebody makes a pool of this name or place at this moment.', { field: 'name' });
  const life = { createdBy: asker.userName, createdAt: clock.now(), adopted, ending: null };
  const before = await readPoolLife(store, name);
  // No pool came of it: whoever wrote it ended in between.
  const age = clock.now() - (before?.value.createdAt ?? 0);
  // A record that lies far ahead was written before the clock was set back, by whoever is long gone.
  const isAbandoned = before !== null && (age < -aheadMilliseconds || age > abandonedMilliseconds);
  const revision = isAbandoned ? before.revision : null;
  // The questions before this took a while: whose pool came meanwhile keeps its record.
  if ((await store.readPool(name)) !== null) throw taken();
  if (!(await store.writeRecords([poolLifeWrite(name, revision, life)]))) throw taken();
  try {
    const saved = await store.savePool(settings, null, false, { by: life.createdBy, at: life.createdAt });
    const others = (await store.listPools()).filter((one) => one.pool !== name);
    if (others.some((one) => clashOf(settings, one.settings) !== null)) {
      await store.deletePool(name);
      throw taken();
    }
    onSettingsSaved?.(name);
    return saved;
  } catch (error) {
    if (error instanceof UserProblem && error.code === 'STALE_REVISION') {
      const written = (revision ?? 0) + 1;
      // What looked abandoned is the record of the pool that came after all, and says which machines are its own.
      await store.writeRecords([
        isAbandoned ? poolLifeWrite(name, written, before.value) : poolLifeRemoval(name, written),
      ]);
      throw taken();
    }
    throw error;
  }
}
