// The verdict where Azure had no capacity or quota for the machines that a job waits for.
import type { LaneCapacity } from './lane-capacity.ts';
import { isRoomMadeFor } from './room-making.ts';
import { finding, type Evidence, type Finding } from './verdict.ts';
import type { Waiting } from './waiting.ts';

/** `lanes` are those whose machines the job could run on. Null where none of them rests. */
export function noCapacity({ memory, observation }: Waiting, lanes: readonly LaneCapacity[]): Finding | null {
  const untilOf = ({ scaleSetId }: LaneCapacity): number => memory.restUntil[scaleSetId] ?? 0;
  const resting = lanes.find((lane) => untilOf(lane) > observation.now);
  if (resting === undefined) return null;
  // A memory from before this was kept has the rest alone.
  const refusal = memory.capacityRefusals?.[resting.scaleSetId] ?? null;
  const isQuota = refusal?.isQuota === true;
  const isRoomMade = isRoomMadeFor(resting.scaleSetId, memory);
  const seconds = Math.ceil((untilOf(resting) - observation.now) / 1000);
  const what = `Azure had no ${isQuota ? 'quota' : 'capacity'} for scale set ${resting.name}`;
  const next = isRoomMade
    ? 'an idle machine that it cannot use makes room for it'
    : `it is asked again in ${seconds} s`;
  const evidence: readonly Evidence[] = refusal === null ? [] : [{ kind: 'message', text: refusal.words }];
  return finding('noCapacity', `${what}; ${next}${refusal === null ? '' : ` (${refusal.words})`}.`, {
    evidence,
    nextStep: isQuota ? 'Ask for more quota in the subscription.' : 'Wait, or use another size or region.',
    resolvesItself: isRoomMade || !isQuota,
  });
}
