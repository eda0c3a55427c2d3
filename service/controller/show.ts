// The view of a pool for people, with the verdict of every job. For tens of thousands of jobs that is megabytes of text and most of the
// work of a pass, while its decisions take a small part of it: so a large view is written anew less often than decisions are taken.
import { diagnoser } from '../domain/diagnosis.ts';
import type { Memory } from '../domain/memory.ts';
import type { Node } from '../domain/node.ts';
import type { Observation } from '../domain/observation.ts';
import type { PoolContext, Recollection, ViewInput } from './context.ts';

/** A view of twenty megabytes is at most twenty seconds old; one of a megabyte or less is written in every pass. */
const charactersASecond = 1_000_000;

type Said = Pick<ViewInput, 'problem' | 'banners' | 'agentRollouts'>;

export async function show(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
  nodes: readonly Node[],
  memory: Memory,
  said: Said,
): Promise<void> {
  const { now } = observation;
  const whole = JSON.stringify(said);
  if (isYoung(recollection.lastView, whole, now)) return;
  const diagnose = diagnoser(observation, nodes, context.settings, memory);
  const requests = [...observation.jobRequests.value, ...(observation.finishedRequests ?? [])];
  const verdicts = requests.map((request) => diagnose(request));
  const document = context.renderView({ observation, nodes, verdicts, settings: context.settings, ...said });
  await context.store.writeView(context.lease, { at: now, document });
  recollection.lastView = { at: now, size: document.length, said: whole };
}

/** What is said of the pool as a whole, such as an alarm, is shown at once. */
function isYoung(last: Recollection['lastView'], said: string, now: number): boolean {
  if (last === null || last.size <= charactersASecond || last.said !== said) return false;
  // Written by a clock that has been set back since: nobody knows how old it is.
  if (now < last.at) return false;
  return now - last.at < (last.size / charactersASecond) * 1000;
}
