// What the gate cannot close: a job that was queued between Weir's look and the assignment may be given to a machine that it
// is not meant for (DESIGN, fact 3). Each one is told once, so that everybody can see how often it happens.
import type { Decision } from './decision.ts';
import { parseDemand, type Demand } from './demand.ts';
import { targetOf } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import { laneKeyWord, laneWord } from './lane-room.ts';
import type { Node } from './node.ts';
import type { Pass, Plan } from './pass.ts';
import { placeOfNode } from './placed-class.ts';
import { requestsByState } from './requests-by-state.ts';
import { jobWord, say, sentence } from './words.ts';

/** Older assignments were right for the images of their time, or were told. */
const freshMs = 2 * 60_000;

/** A picture without records cannot tell what was meant when the job was given away. */
export function sayWhatSlippedThrough(pass: Pass, plan: Plan): Plan {
  const { observation, claims } = pass;
  if (observation.ownsEverything || claims.catalog.isOwnSet || !pass.trust.canEnable) return plan;
  const running = requestsByState(observation.jobRequests.value).given.filter((request) => isFresh(request, pass.now));
  const alarms = running.flatMap((request) => {
    const node = pass.nodes.find((one) => one.requestId === request.requestId);
    return node === undefined ? [] : (alarmFor(request, node, pass) ?? []);
  });
  return alarms.length === 0 ? plan : { ...plan, decisions: [...plan.decisions, ...alarms] };
}

function isFresh(request: JobRequest, now: number): boolean {
  const at = request.assignedAt ?? request.receivedAt;
  return at !== null && now - at <= freshMs;
}

function alarmFor(request: JobRequest, node: Node, { claims }: Pass): Decision | null {
  const { catalog } = claims;
  const demands = request.demands.map(parseDemand).filter((one): one is Demand => one.kind !== 'fault');
  const target = targetOf(demands, catalog)?.target ?? null;
  const place = placeOfNode(node, catalog);
  if (target === null || place.image < 0) return null;
  // A machine of an older version is right for a job that names none: the newest one may be minutes old.
  const isOther = !target.isDefault && place.version !== null && place.version !== target.version;
  if (place.image === target.image && !isOther) return null;
  const has = laneKeyWord({ image: catalog.images[place.image]?.alias ?? '', version: place.version, template: '' });
  const words =
    `${sentence(jobWord(request))} runs on ${node.name} (${has}) and is meant for ${laneWord(target, catalog)}: it was queued between ` +
    'two looks, and Azure DevOps gave it away at once. A job that names its image is never given to another.';
  return { kind: 'alarm', reason: say('slippedThrough', words), node: node.name, request: request.requestId };
}
