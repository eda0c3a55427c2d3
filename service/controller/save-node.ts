// A decision to keep a machine goes the way of a person's wish: its agent is disabled and read again before the mark is set. Where
// a job has come meanwhile, or Azure DevOps did not answer, it stays open as a wish and later passes carry it out.
import type { Decision } from '../domain/decision.ts';
import type { Observation } from '../domain/observation.ts';
import { wishWrite, type NodeWish } from '../node-wishes.ts';
import type { PoolContext } from './context.ts';
import { keep } from './wishes.ts';

export async function saveNode(context: PoolContext, observation: Observation, decision: Decision): Promise<string> {
  const generation = observation.generations.find((one) => one.generationId === decision.target?.generationId);
  if (generation === undefined) return 'The node has no record to save.';
  // A reclaim that this pass carried to its end before it decided, or another process, may have begun another life of its machine.
  const lives = await context.store.listGenerations(context.pool);
  if (!lives.some((one) => one.generationId === generation.generationId))
    return 'That life of its machine has ended meanwhile.';
  const wish: NodeWish = {
    ...{ action: 'save', generationId: generation.generationId, node: decision.node ?? generation.vmId, by: 'Weir' },
    ...{ reason: decision.reason.words, at: context.clock.now(), outcome: null },
    own: { code: decision.reason.code, request: decision.request ?? null },
  };
  const { words } = await keep(context, generation, wish);
  if (words !== null) return words;
  await context.store.writeRecords([wishWrite(context.pool, context.newId(), wish)], context.lease);
  return 'Its agent takes no further job, and it is kept once none runs there.';
}
