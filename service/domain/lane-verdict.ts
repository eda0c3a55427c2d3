// What keeps a machine from coming for a request whose image and version have no scale set yet, or no room for one.
import { targetOf, wantedKey, type Target } from './image-catalog.ts';
import { laneIdOf } from './lane-owner.ts';
import { lanesThatMayGo } from './lane-rest.ts';
import { laneCount, laneRoom, laneWord, type LaneRoom } from './lane-room.ts';
import { parseDemand, type Demand } from './demand.ts';
import { refusalVerdict } from './refusal.ts';
import { finding, type Evidence, type Finding } from './verdict.ts';
import { oncePerPicture, oncePerWriting, type Asking } from './waiting.ts';

/** Null on the customer's own set, for what is no known image, and where a scale set stands that may grow. */
export function laneVerdict(waiting: Asking, bootSeconds: number): Finding | null {
  const target = targetOfWaiting(waiting);
  const { catalog } = waiting.claims;
  if (target === null || catalog.isOwnSet) return null;
  const room = roomOf(waiting);
  if (room === null) return null;
  const what = laneWord(target, catalog);
  switch (room.kind) {
    case 'lane':
    case 'resting':
    case 'full':
      return null;
    case 'creating':
      return creating(
        `${room.reason.words} It starts when a machine of it is up.`,
        bootSeconds,
        evidenceOf(waiting, target, bootSeconds),
      );
    case 'missing': {
      const id = laneIdOf(waiting.settings, wantedKey(target, catalog));
      const refused = refusalVerdict(waiting.memory, id, `a scale set for ${what}`);
      if (refused !== null) return refused;
      const words = `Within a minute Weir makes a scale set for ${what}, and in it a machine for this job.`;
      return creating(words, bootSeconds + passSeconds, evidenceOf(waiting, target, bootSeconds));
    }
    case 'limited':
      return room.limit === 'versions'
        ? versionsLimited(room.reason.words)
        : lanesLimited(waiting, target, bootSeconds);
    case 'impossible':
      return impossible(room.reason.code, room.reason.words, what);
  }
}

/** Null for demands that do not parse and for an image that nobody declared. */
export const targetOfWaiting = oncePerWriting(({ writing, claims }): Target | null => {
  const demands = writing.demands.map(parseDemand);
  if (!demands.every((demand): demand is Demand => demand.kind !== 'fault')) return null;
  return targetOf(demands, claims.catalog)?.target ?? null;
});

/** Null where there is no target. */
export const roomOf = oncePerWriting((asking): LaneRoom | null => {
  const target = targetOfWaiting(asking);
  return target === null ? null : laneRoom(target, asking, 0);
});

const restingLanes = oncePerPicture(lanesThatMayGo);

/** From the PUT until Azure takes a capacity (azure-wire.md 3: a model-only PUT took 12 s). */
const creationSeconds = 20;
const passSeconds = 10;
const assignmentSeconds = 5;

function creating(words: string, bootSeconds: number, evidence: readonly Evidence[]): Finding {
  const estimatedStartSeconds = Math.round(creationSeconds + bootSeconds + assignmentSeconds);
  return finding('laneCreating', words, { estimatedStartSeconds, evidence });
}

/** Which scale set, and how long its machines take to boot. */
function evidenceOf(waiting: Asking, target: Target, bootSeconds: number): readonly Evidence[] {
  const key = wantedKey(target, waiting.claims.catalog);
  const id = laneIdOf(waiting.settings, key) ?? '';
  const scaleSet = id.slice(id.lastIndexOf('/') + 1);
  const boots = waiting.memory.boots.create.length;
  return [
    { kind: 'lane', scaleSet, image: key.image === '' ? null : key.image, version: key.version },
    { kind: 'bootTime', of: 'create', usualSeconds: Math.round(bootSeconds), boots },
  ];
}

function lanesLimited(waiting: Asking, target: Target, bootSeconds: number): Finding {
  const { settings, claims, observation } = waiting;
  const what = laneWord(target, claims.catalog);
  const [going] = restingLanes(waiting);
  if (going !== undefined) {
    const words = `The pool has all the ${settings.maxLanes} scale sets that it may; ${going.name}, ${going.isStandby ? 'where machines only stand by' : 'which nobody needs now'}, makes room for one for ${what}.`;
    return creating(words, bootSeconds + 2 * creationSeconds, evidenceOf(waiting, target, bootSeconds));
  }
  const words = `Machines of ${what} need a scale set of their own, and the pool has ${laneCount(waiting)} of at most ${settings.maxLanes}, all of them in use.`;
  const evidence: readonly Evidence[] = observation.lanes.slice(0, 20).map(({ scaleSet, key }) => ({
    kind: 'lane',
    scaleSet: scaleSet.value.name,
    image: key?.image ?? null,
    version: key?.version ?? null,
  }));
  return finding('laneLimit', words, {
    evidence,
    nextStep:
      'Raise "Most scale sets at a time" (maxLanes) in the settings of the pool, or let jobs ask for fewer images and versions.',
  });
}

/** A day passes by itself; whoever cannot wait for it raises the number. */
function versionsLimited(words: string): Finding {
  const nextStep =
    'Raise "New image versions a day" (demands.newVersionsPerDay) in the settings of the pool, or validate the version.';
  return finding('laneLimit', words, { nextStep });
}

function impossible(code: string, words: string, what: string): Finding {
  if (code === 'templateUnknown') return finding('azureUnknown', words);
  const nextStep = `Name a resource group only for Weir as laneResourceGroup of the pool in weir.yaml, so that a scale set for ${what} can be made.`;
  return finding('scaleSetMissing', words, { nextStep });
}
