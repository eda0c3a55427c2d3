// Watches the model of the scale set that the customer made: whoever changes it changes what machines are, and the log of
// the pool names what. Its size, image and extensions are the customer's own, so nothing is put back.
import { hasLanes } from '../domain/lane-owner.ts';
import { lookAtModel, partWords } from '../domain/model-drift.ts';
import type { Observation } from '../domain/observation.ts';
import { readModel, writeModel } from '../model-records.ts';
import type { PoolContext, Recollection } from './context.ts';

export async function noteModel(
  context: PoolContext,
  recollection: Recollection,
  { now, lanes }: Observation,
): Promise<void> {
  const own = lanes.find((lane) => (lane.key ?? null) === null)?.scaleSet;
  const parts = own?.value.modelParts;
  if (own?.freshness !== 'fresh' || parts === undefined) return;
  const text = JSON.stringify(parts);
  if (recollection.notedModel === text) return;
  const { store, lease, pool, settings } = context;
  const before = await readModel(store, pool, own.value.id);
  const { seen, change } = lookAtModel(before?.value ?? null, parts, now);
  if (seen !== null && !(await writeModel(store, lease, own.value.id, before?.revision ?? null, seen))) return;
  recollection.notedModel = text;
  if (change === null) return;
  const role = hasLanes(settings) ? 'template' : 'scale set';
  const words = `The model of the ${role} ${own.value.name} was changed: ${partWords(change.parts)}.`;
  const decision = { kind: 'alarm' as const, reason: { code: 'modelChanged', words } };
  await store.appendLog(lease, [{ at: now, level: 'warning', decision, outcome: 'done' }]);
  context.line('warn', words);
}
