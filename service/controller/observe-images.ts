// The images of a pool in the picture: the versions that each of them has, read rarely, because they change rarely and a
// gallery is asked version by version.
import { parseDemand } from '../domain/demand.ts';
import type { AdmittedVersion, ImageState } from '../domain/image-state.ts';
import type { ScaleSet } from '../domain/instance.ts';
import type { JobRequest } from '../domain/job-request.ts';
import { pinnedVersion, sourceOf } from '../domain/lane-image.ts';
import type { Lane, Part } from '../domain/observation.ts';
import type { PoolImage } from '../domain/pool.ts';
import type { CloudError } from '../problem.ts';
import type { PoolContext, Recollection } from './context.ts';
import type { KeptImage } from './kept-image.ts';
import { readAzure } from './reading.ts';

export interface ImagesSeen {
  readonly part: Part<readonly ImageState[]>;
  /** Of the reads of this pass, by the image's name for people. */
  readonly errors: Readonly<Record<string, CloudError | null>>;
}

/** Replication takes minutes to hours, and publishing is a person's work: five minutes old is new. */
const keepMilliseconds = 5 * 60_000;
/** After a failed read, and for a version that somebody asks for and that was not looked at or is still on its way. */
const againMilliseconds = 60_000;

/** `asked` are versions that jobs, pins, admissions and lanes name. */
export async function observeImages(
  context: PoolContext,
  recollection: Recollection,
  template: ScaleSet | null,
  asked: readonly string[],
): Promise<ImagesSeen> {
  const { images } = context.settings;
  const declared: readonly (PoolImage | null)[] = images.length === 0 ? [null] : images;
  const errors: Record<string, CloudError | null> = {};
  const parts: Part<ImageState | null>[] = [];
  for (const image of declared) {
    const alias = image?.aliases[0] ?? '';
    const kept = recollection.images.get(alias.toLowerCase());
    if (template === null) {
      parts.push(kept?.part ?? unknown);
      continue;
    }
    const source = JSON.stringify([sourceOf(image, template), image?.source == null ? pinnedVersion(template) : null]);
    const known = kept?.source === source ? kept : undefined;
    if (known !== undefined && !isDue(known, asked, context.clock.now())) {
      parts.push(known.part);
      continue;
    }
    const reading = await readAzure<ImageState | null>(
      context,
      recollection,
      () => readImage(context, image, template, asked),
      known?.part,
      null,
    );
    errors[`versions of the image ${alias}`] = reading.error;
    parts.push(reading.part);
    recollection.images.set(alias.toLowerCase(), { triedAt: context.clock.now(), part: reading.part, source, asked });
  }
  return { part: together(parts), errors };
}

/** Every version that is named anywhere, so that it is judged by what the gallery says of it now. */
export function versionsAsked(
  settings: { readonly images: readonly PoolImage[] },
  requests: readonly JobRequest[],
  lanes: readonly Lane[],
  admitted: readonly AdmittedVersion[],
): readonly string[] {
  const ofJobs = requests.flatMap((request) =>
    request.demands.flatMap((text) => {
      const demand = parseDemand(text);
      const isVersion = demand.kind === 'equals' && demand.name.toLowerCase() === 'imageversionoverride';
      return isVersion ? [demand.value] : [];
    }),
  );
  const ofImages = settings.images.map((image) => image.version).filter((version) => version !== 'latest');
  const ofLanes = lanes.flatMap((lane) => lane.key?.version ?? []);
  return [...new Set([...ofImages, ...ofLanes, ...admitted.map((one) => one.version), ...ofJobs])].sort();
}

function isDue({ triedAt, part, asked }: KeptImage, wanted: readonly string[], now: number): boolean {
  const age = now - triedAt;
  // After a clock was set back the age says nothing.
  if (age < 0 || age >= keepMilliseconds) return true;
  if (age < againMilliseconds) return false;
  const isWaitedFor = part.value?.versions.some((one) => one.replication === 'replicating') === true;
  return part.freshness !== 'fresh' || isWaitedFor || wanted.some((version) => !asked.includes(version));
}

async function readImage(
  context: PoolContext,
  image: PoolImage | null,
  template: ScaleSet,
  asked: readonly string[],
): Promise<ImageState> {
  const reference = sourceOf(image, template);
  const subscriptionId = template.id.split('/')[2] ?? '';
  const query = { subscriptionId, image: reference, location: template.location, versions: asked };
  const { kind, versions } = await context.azure.listImageVersions(query);
  // A template that pins a version offers this one alone: whoever pinned it did not mean the newest.
  const pinned = image?.source == null ? pinnedVersion(template) : null;
  const offered = pinned === null ? versions : versions.filter((one) => one.version === pinned);
  return { alias: image?.aliases[0] ?? '', kind, versions: offered };
}

const unknown: Part<ImageState | null> = { freshness: 'unknown', readAt: null, value: null, problem: null };

/** As old as its oldest image, and as fresh as its least fresh. */
function together(parts: readonly Part<ImageState | null>[]): Part<readonly ImageState[]> {
  const reads = parts.map((part) => part.readAt);
  const worst =
    parts.find((part) => part.freshness === 'unknown') ?? parts.find((part) => part.freshness === 'stale') ?? null;
  return {
    freshness: worst?.freshness ?? 'fresh',
    readAt: reads.reduce<number | null>(
      (oldest, at) => (at === null || oldest === null ? (at ?? oldest) : Math.min(oldest, at)),
      null,
    ),
    value: parts.flatMap((part) => part.value ?? []),
    problem: worst?.problem ?? null,
  };
}
