// Machines that are kept for investigation: how many more there may be, for how long, and which reclaim they may still end.
import type { OpenOperation, OperationPhase } from './observation.ts';
import type { Pass, Plan } from './pass.ts';
import type { PoolSettings } from './pool.ts';
import { span } from './words.ts';

/** What Weir keeps by itself is deleted after this time, for it costs as long as it is there. */
export const defaultSavedNodeHours = 72;

const hourMs = 3_600_000;

/** Null: until somebody gives it back. */
export function savedUntil(settings: PoolSettings, now: number): number | null {
  const hours = settings.savedNodeHours ?? defaultSavedNodeHours;
  return hours === 0 ? null : now + hours * hourMs;
}

export function savedWords(settings: PoolSettings): string {
  const until = savedUntil(settings, 0);
  const words = 'It is kept so that somebody can look at it';
  return until === null ? `${words}, until somebody gives it back.` : `${words}, and deleted after ${span(until)}.`;
}

/** Whoever kept them, and with those that this pass keeps already. One machine of the pool always stays free for jobs. */
export function roomForSaved(pass: Pass, plan: Pick<Plan, 'decisions'>): number {
  const saved = pass.nodes.filter((node) => node.generation?.isSaved === true).length;
  const most = Math.min(mostSaved(pass.settings), placesOf(pass) - 1);
  return most - saved - plan.decisions.filter(({ kind }) => kind === 'save').length;
}

/**
 * Where Azure had no room for another machine those that are there are all that jobs get, whatever the maximum says. A rest
 * that has just ended counts, too: whether there is room by now is not known before Azure was asked again.
 */
function placesOf({ settings, memory, lanes }: Pass): number {
  if (Object.keys(memory.restUntil).length === 0) return settings.maxCapacity;
  return lanes.reduce((sum, { live }) => sum + live, 0);
}

export function mostSaved({ maxSavedNodeCount, maxCapacity }: PoolSettings): number {
  return Math.min(maxSavedNodeCount, maxCapacity - 1);
}

/** The reason of machines that somebody gave up when the pool was made. */
export const stoodBefore = 'stoodBefore';

/** By a person, or by whoever agreed, when the pool was made, that a machine which stood there goes. */
export function isAskedFor({ reason }: Pick<OpenOperation, 'reason'>): boolean {
  return reason.code === stoodBefore || reason.code.endsWith('ByPerson');
}

/** A registration that is deleted, or may be, does not come back. */
export function isStoppable({ phase }: Pick<OpenOperation, 'phase'>): boolean {
  return stoppable.has(phase);
}

const stoppable: ReadonlySet<OperationPhase> = new Set<OperationPhase>([
  'intended',
  'cordoning',
  'draining',
  'settling',
]);
