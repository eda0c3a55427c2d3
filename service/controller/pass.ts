// One pass of one pool: observe → decide → act → record. Nothing else decides, and nothing here waits for Azure.
import { withRests } from '../domain/capacity-refusal.ts';
import { contentionsIn } from '../domain/contention.ts';
import { decide } from '../domain/decide.ts';
import { bootingStates, busyStates, countMachines, idleStates } from '../domain/machine-use.ts';
import { emptyMemory, memoryIn, notAhead, type Memory } from '../domain/memory.ts';
import { nodesOf, type Node } from '../domain/node.ts';
import type { Observation } from '../domain/observation.ts';
import { jobRequestState } from '../domain/job-request.ts';
import { withRefusals } from '../domain/refusal.ts';
import { judge } from '../domain/trust.ts';
import { act } from './act.ts';
import { endingOf, readPoolLife } from '../pool-life.ts';
import { isDueAgain } from '../steady.ts';
import { agentBanners, agentsInForce, followAgentRollouts } from './agent-rollouts.ts';
import { reclaimAdopted } from './adopted.ts';
import { configureModels, type Configuring } from './configure.ts';
import { bannersOf } from './banners.ts';
import type { PoolContext, Recollection, ViewInput } from './context.ts';
import { cancelTrials, endWhenEmpty, withoutGoneSet } from './ending.ts';
import { sweepBereft } from './bereft.ts';
import { keepGenerations } from './generations.ts';
import { followRollouts, inForce, readImagePolicy } from './image-policy.ts';
import { followLanes } from './lanes.ts';
import { withFinished } from './finished.ts';
import { learn } from './learn.ts';
import { observe } from './observe.ts';
import { readopt } from './older-ledger.ts';
import { sweepOrphans } from './orphans.ts';
import { recordLost } from './lost-placeholders.ts';
import { bringKeptNear } from './near-deadline.ts';
import { advanceReclaims } from './reclaim.ts';
import { closeRelabels } from './relabel.ts';
import { followScaleOuts } from './scale-out.ts';
import { noteHistory } from './history.ts';
import { show } from './show.ts';
import { noteModel } from './models.ts';
import { doubtStrangers, strangersAtFirst, withoutStrangers } from './strangers.ts';
import { obeyPeople } from './wishes.ts';

export interface PassOutcome {
  readonly observation: Observation;
  readonly nodes: readonly Node[];
  /** The earliest instant at which something is due by itself, or null. */
  readonly nextDueAt: number | null;
  /** True while jobs wait, machines move or operations are open. */
  readonly isMoving: boolean;
}

/** Samples of the time series are at least this far apart. */
const sampleMilliseconds = 15_000;
/** The whole picture is large, and whoever tests demands can bear it a minute old. */
const pictureMilliseconds = 60_000;

export async function runPass(given: PoolContext, recollection: Recollection): Promise<PassOutcome> {
  const kept = await readKept(given);
  const policy = await readImagePolicy(given);
  const life = (await readPoolLife(given.store, given.pool))?.value ?? null;
  const isEnding = endingOf(life, given) !== null;
  if (isEnding) await cancelTrials(given);
  const seen = await observe({ ...given, admitted: policy.admitted }, recollection, isEnding);
  await noteModel(given, recollection, seen);
  const first = isEnding ? { ...(await withoutGoneSet(given, recollection, seen)), isEnding } : seen;
  const strangers = kept.strangers ?? strangersAtFirst(first, life?.adopted);
  // Before anything is asked for: who came after an end in the middle would take the first machines of Weir for somebody else's.
  if (kept.strangers === null && strangers !== null)
    await given.store.writeMemory(given.lease, { ...kept.memory, strangers });
  const ours = isEnding ? withoutStrangers(first, strangers ?? []) : doubtStrangers(first, strangers ?? []);
  const recorded = await readopt(given, await keepGenerations(given, ours, recollection.answered));
  const dated = await bringKeptNear(given, recorded, kept.memory);
  const lives = await reclaimAdopted(given, dated, life?.adopted ?? []);
  const known = await withFinished(given, recollection, await learn(given, recollection, lives));
  const observed = await obeyPeople(given, (await given.discover?.(known)) ?? known);
  const trials = (await given.advanceTrials?.(observed)) ?? noTrials;
  const { settings, observation: withImages } = inForce(given, observed, policy, trials.machines);
  const context = { ...given, settings, trialMachines: trials.machines };
  const { observation: picture, policies: agents } = await agentsInForce(context, withImages);
  recollection.isPanicStopped ??= isPanicStopped(context, observed, kept.memory);
  const isSizedByOthers = contentionsIn(observed.lanes).some((one) => one.forbidsDestroying);
  const isStopped = recollection.isPanicStopped !== false || isSizedByOthers;
  await sweepOrphans(context, observed, recollection.leftovers, isStopped, recollection.freeSince);
  await recordLost(context, observed, recollection.lostPlaceholders);
  await sweepBereft(context, observed, recollection.bereft, isStopped);
  await followLanes(context, observed);
  const refusals = await followScaleOuts(context, observed, recollection.failedScaleOuts);
  await closeRelabels(context, observed.operations);
  const { settling, carried, chosenTags } = recollection;
  await advanceReclaims(context, observed, settling, isStopped, carried, chosenTags);
  const observation = { ...picture, operations: await context.store.listOpenOperations(context.pool) };
  const configuring = isEnding ? nothing : await configureModels(context, observation, recollection);

  const memory = withRests(notAhead(kept.memory, observation.now), refusals, observation.now);
  const verdict = decide(observation, context.settings, memory);
  recollection.isPanicStopped = verdict.isPanicStopped ?? recollection.isPanicStopped;
  const lasts = await whatLasts(context, verdict.workFolders.length + verdict.aliases.length);
  for (const { generationId, workFolder } of verdict.workFolders)
    if (lasts(generationId)) await context.store.changeGeneration(context.lease, generationId, { workFolder });
  for (const { generationId, alias } of verdict.aliases)
    if (lasts(generationId)) await context.store.changeGeneration(context.lease, generationId, { alias });
  const decisions = verdict.decisions.filter(
    ({ kind, target }) => kind !== 'scaleOut' || !configuring.has(target?.scaleSetId?.toLowerCase() ?? ''),
  );
  const acted = await act(context, observation, decisions, recollection);
  const rests = withRests(verdict.memory, acted.refusedScaleSets, observation.now);
  const remembered = withRefusals(rests, acted.refusals, acted.taken, observation.now);
  // Until the instances were listed once, nobody knows which of them were there before.
  if (strangers !== null) await context.store.writeMemory(context.lease, { ...remembered, strangers });
  if (acted.entries.length > 0) await context.store.appendLog(context.lease, acted.entries);

  await noteHistory(context, recollection, observation, verdict.nodes, kept.memory);
  await followRollouts(given, observation, verdict.nodes, verdict.memory, policy);
  const agentRollouts = await followAgentRollouts(context, observation, verdict.nodes, verdict.memory, agents);
  await record(context, recollection, observation, verdict.nodes, verdict.memory, {
    problem: [...configuring.values()][0] ?? null,
    banners: bannersOf(verdict.decisions, policy, agentBanners(agents)),
    agentRollouts,
  });
  const hasEnded = isEnding && (await endWhenEmpty(given, recollection, observation, verdict.nodes));
  if (hasEnded) return { observation, nodes: [], nextDueAt: null, isMoving: true };
  const openCount = (await context.store.listOpenOperations(context.pool)).length;
  const isMoving = trials.isMoving || isEnding || openCount > 0 || moves(observation, verdict.nodes);
  return { observation, nodes: verdict.nodes, nextDueAt: verdict.nextDueAt, isMoving };
}

/** Before a process has decided anything: what was swept then would be gone when it knows. */
function isPanicStopped({ settings }: PoolContext, picture: Observation, memory: Memory): boolean | null {
  return judge(picture, nodesOf(picture, settings, memory)).isPanicStopped;
}

/**
 * A reclaim that has just seen a wipe done began another life of its machine, and what is chosen for the one before would be written to a
 * record that is no more; another process may have ended it, too (dealt seed 5). Nothing is decided on the new one: the picture is of
 * before it, and a machine of that picture might be wiped once more (I-3). Where nothing was chosen nothing is read.
 */
async function whatLasts({ store, pool }: PoolContext, choices: number): Promise<(id: string) => boolean> {
  const lives = new Set(choices === 0 ? [] : (await store.listGenerations(pool)).map((one) => one.generationId));
  return (id) => lives.has(id);
}

function moves({ jobRequests }: Observation, nodes: readonly Node[]): boolean {
  const states = jobRequests.value.map(jobRequestState);
  if (states.includes('queued') || states.includes('assigned')) return true;
  return nodes.some((node) => node.state !== 'idle' && node.state !== 'assigned' && node.state !== 'saved');
}

/** The models of a pool that ends stay as they are. */
const nothing: Configuring = new Map();
const noTrials = { machines: 0, isMoving: false };

interface Kept {
  readonly memory: Memory;
  /** Null before the first look at the scale set. */
  readonly strangers: readonly string[] | null;
}

async function readKept(context: PoolContext): Promise<Kept> {
  const stored = await context.store.readMemory(context.pool);
  if (stored === null || stored === undefined) return { memory: emptyMemory, strangers: null };
  // A memory of another version is dropped: it is learned again, and nothing but comfort is lost.
  return { memory: memoryIn(stored), strangers: strangersIn(stored) };
}

function strangersIn(stored: unknown): readonly string[] {
  if (typeof stored !== 'object' || stored === null || !('strangers' in stored)) return [];
  return Array.isArray(stored.strangers) ? stored.strangers.filter((one) => typeof one === 'string') : [];
}

async function record(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
  nodes: readonly Node[],
  memory: Memory,
  said: Pick<ViewInput, 'problem' | 'banners' | 'agentRollouts'>,
): Promise<void> {
  const { now } = observation;
  await show(context, recollection, observation, nodes, memory, said);
  if (isDueAgain(recollection.lastPictureAt, pictureMilliseconds, now)) {
    recollection.lastPictureAt = now;
    const picture = JSON.stringify({ observation, memory });
    await context.store.writePicture(context.lease, { at: now, document: picture });
  }
  if (!isDueAgain(recollection.lastSampleAt, sampleMilliseconds, now)) return;
  recollection.lastSampleAt = now;
  const states = observation.jobRequests.value.map(jobRequestState);
  const count = (wanted: readonly string[]) => nodes.filter((node) => wanted.includes(node.state)).length;
  await context.store.appendSample(context.lease, {
    at: now,
    queued: states.filter((state) => state === 'queued').length,
    running: states.filter((state) => state === 'running' || state === 'assigned').length,
    agentsIdle: count(idleStates),
    agentsBusy: count(busyStates),
    agentsStarting: count(bootingStates),
    instances: observation.lanes.reduce((sum, lane) => sum + lane.instances.value.length, 0),
    machines: countMachines(observation.lanes, nodes, context.settings.images[0]?.aliases[0] ?? ''),
  });
}
