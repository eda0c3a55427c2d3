// What each pass leaves behind for charts: the states of the nodes, the starts of jobs, and the boots that ended.
import type { Boot, JobStart } from '../history.ts';
import type { Memory } from '../domain/memory.ts';
import type { Node } from '../domain/node.ts';
import type { Observation } from '../domain/observation.ts';
import type { PoolContext, Recollection } from './context.ts';

export async function noteHistory(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
  nodes: readonly Node[],
  memory: Memory,
): Promise<void> {
  const { store, lease } = context;
  // Written only where a state changed: most passes see what the last one saw.
  const states = nodes.map((node) => `${node.key} ${node.state}`).join('\n');
  if (states !== recollection.notedStates) {
    const seen = nodes.map(({ key, name, state, stateSince }) => ({ node: key, name, state, since: stateSince }));
    await store.noteNodes(lease, observation.now, seen);
    recollection.notedStates = states;
  }
  const starts = startsIn(observation);
  const unknown = starts.filter((one) => !recollection.notedStarts.has(one.requestId));
  if (unknown.length > 0) await store.noteStarts(lease, unknown);
  recollection.notedStarts = new Set(starts.map((one) => one.requestId));
  const boots = bootsIn(observation, nodes, memory, context.settings.images[0]?.aliases[0] ?? '');
  if (boots.length > 0) await store.noteBoots(lease, boots);
}

function startsIn({ jobRequests, finishedRequests = [] }: Observation): readonly JobStart[] {
  return [...jobRequests.value, ...finishedRequests].flatMap(({ requestId, queuedAt, receivedAt }) =>
    receivedAt === null ? [] : [{ requestId, queuedAt, startedAt: receivedAt }],
  );
}

/** The pass that first sees an agent online dates that by its own picture (generations.ts). */
function bootsIn({ now }: Observation, nodes: readonly Node[], memory: Memory, usualImage: string): readonly Boot[] {
  return nodes.flatMap(({ generation }): readonly Boot[] => {
    if (generation?.firstOnlineAt !== now) return [];
    const { generationId, startedBy, startedAt, vmId } = generation;
    const began = startedBy === 'reimage' ? (memory.reimagedAt?.[vmId] ?? startedAt) : startedAt;
    const image = generation.image ?? usualImage;
    // Where the clock was set back in between nobody knows how long it took.
    if (began > now) return [];
    const seconds = Math.round((now - began) / 1000);
    return [{ life: generationId, image, version: generation.version ?? null, startedBy, at: now, seconds }];
  });
}
