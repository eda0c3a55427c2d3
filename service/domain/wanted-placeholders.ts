// Which placeholder agents there should be: one for each admissible set, with a name that a person understands and the whole
// set of capabilities that a machine of it would show.
import type { Capabilities } from './agent.ts';
import type { AdmissibleSet } from './admissible-set.ts';
import { admissionOf, mostPlaceholders } from './admission.ts';
import { learnedOf } from './learned.ts';
import type { Observation } from './observation.ts';
import { onceForBoth } from './once-for-both.ts';
import type { PoolSettings } from './pool.ts';

export interface WantedPlaceholder {
  /** The agent's name, unique in the pool. */
  readonly name: string;
  readonly set: AdmissibleSet;
  readonly capabilities: Capabilities;
}

type Picture = Pick<Observation, 'now' | 'images' | 'admittedVersions' | 'discovered' | 'learned' | 'agentVersions'>;

/** The most needed first. A pass asks again for each that it registers. */
export const wantedPlaceholders = onceForBoth(wantedIn);

function wantedIn(picture: Picture, settings: PoolSettings): readonly WantedPlaceholder[] {
  const copies = copiesOf(settings);
  const { sets } = admissionOf(picture, settings, Math.floor(mostPlaceholders / copies));
  const taken = new Set<string>();
  const once = sets.map((set) => {
    const name = freeName(placeholderName(set), set, taken);
    return { name, set };
  });
  return Array.from({ length: copies }, (_, copy) => copy + 1).flatMap((copy) =>
    once.map(({ name, set }) => {
      const own = copy === 1 ? name : `${name}~${copy}`;
      return { name: own, set, capabilities: promisedCapabilities(own, set, picture) };
    }),
  );
}

/**
 * Where a waiting job only ever gets one of the agents that were registered when it was queued, each machine takes over a
 * placeholder, so there is one for each machine that may serve a set at the same time.
 */
export function copiesOf(settings: PoolSettings): number {
  return settings.demands.matching === 'atQueueTime' ? Math.min(settings.maxCapacity, mostCopies) : 1;
}

const mostCopies = 20;

/** The labels, what the image's agents were seen to have, and what every agent has. */
function promisedCapabilities(name: string, set: AdmissibleSet, picture: Picture): Capabilities {
  const learned = learnedOf(picture.learned ?? [], set.image, set.labels.ImageVersionOverride ?? null);
  const version = picture.agentVersions?.[set.osType] ?? learned?.agentVersion;
  return {
    'Agent.OS': set.osType === 'windows' ? 'Windows_NT' : 'Linux',
    'Agent.OSArchitecture': 'X64',
    ...learned?.capabilities,
    'Agent.Name': name,
    ...(version === undefined ? {} : { 'Agent.Version': version }),
    ...set.labels,
  };
}

/** Image first, then every label that is not the usual one. */
function placeholderName({ image, labels, usual }: AdmissibleSet): string {
  const alias = labels.ImageOverride ?? image;
  const said = ['ImageVersionOverride', 'Priority', 'WorkFolder', 'CustomCapabilities'].flatMap((label) => {
    const value = labels[label];
    return value === undefined || usual.has(label) ? [] : [value];
  });
  const words = [alias === '' ? 'default' : alias, ...said].map(plain);
  const name = `weir-placeholder-${words.join('-')}`;
  return name.length <= longestName ? name : `${name.slice(0, longestName - 7)}-${digest(labels)}`;
}

const longestName = 80;

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^-+|-+$/g, '');
}

/** Two values may differ only in signs that a name does not keep. */
function freeName(name: string, { labels }: AdmissibleSet, taken: Set<string>): string {
  const key = name.toLowerCase();
  const free = taken.has(key) ? `${name.slice(0, longestName - 7)}-${digest(labels)}` : name;
  taken.add(free.toLowerCase());
  return free;
}

/** FNV-1a, six digits: not a secret, only the same for the same labels. */
function digest(labels: AdmissibleSet['labels']): string {
  let hash = 0x811c9dc5;
  for (const sign of JSON.stringify(labels)) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 8).toString(16).padStart(6, '0');
}
