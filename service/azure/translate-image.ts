// What Azure says about the versions of an image, in our words. Raw wire form, so that snapshots and live answers are read
// alike (azure-wire.md 2, "Gallery version").
import type { ImageVersion, Replication } from '../domain/image-state.ts';
import { type Fields, fieldsOf } from '../wire.ts';

/** `location` is the region in which machines are made. */
export function translateGalleryVersion(raw: unknown, location: string): ImageVersion {
  const version = fieldsOf(raw, 'imageVersion');
  const properties = version.object('properties');
  const publishing = properties?.object('publishingProfile') ?? null;
  const targets = publishing?.objects('targetRegions') ?? null;
  const region = targets?.find((target) => isRegion(target.text('name'), location)) ?? null;
  const isElsewhere = targets !== null && targets.length > 0 && region === null;
  return {
    version: version.requiredText('name'),
    publishedAt: publishing?.instant('publishedDate') ?? null,
    provisioningState: provisioningState(properties?.text('provisioningState') ?? null),
    isExcludedFromLatest: publishing?.flag('excludeFromLatest') === true || region?.flag('excludeFromLatest') === true,
    endOfLifeAt: publishing?.instant('endOfLifeDate') ?? null,
    ...(isElsewhere ? absent : copyTo(location, properties?.object('replicationStatus') ?? null)),
  };
}

/** Of a gallery that is shared: the region lists what it has. */
export function translateListedVersion(raw: unknown): ImageVersion {
  const version = fieldsOf(raw, 'imageVersion');
  const properties = version.object('properties');
  return {
    version: version.requiredText('name'),
    publishedAt: properties?.instant('publishedDate') ?? null,
    provisioningState: 'succeeded',
    isExcludedFromLatest: properties?.flag('excludeFromLatest') ?? false,
    endOfLifeAt: properties?.instant('endOfLifeDate') ?? null,
    replication: 'replicated',
  };
}

type Copy = Pick<ImageVersion, 'replication' | 'progress' | 'copyProblem'>;

const absent: Copy = { replication: 'absent' };

function copyTo(location: string, status: Fields | null): Copy {
  if (status === null) return { replication: 'unknown' };
  const summary = status.objects('summary')?.find((one) => isRegion(one.text('region'), location));
  if (summary === undefined) return absent;
  const replication = replications[summary.text('state')?.toLowerCase() ?? ''] ?? 'unknown';
  const progress = replication === 'replicating' ? summary.number('progress') : null;
  const problem = replication === 'failed' ? (summary.text('details') ?? '') : '';
  return {
    replication,
    ...(progress === null ? {} : { progress }),
    ...(problem === '' ? {} : { copyProblem: problem }),
  };
}

const replications: Readonly<Record<string, Replication>> = {
  completed: 'replicated',
  replicating: 'replicating',
  failed: 'failed',
};

const provisioningStates: Readonly<Record<string, ImageVersion['provisioningState']>> = {
  succeeded: 'succeeded',
  creating: 'creating',
  updating: 'succeeded',
  migrating: 'succeeded',
  failed: 'failed',
  deleting: 'deleting',
};

function provisioningState(text: string | null): ImageVersion['provisioningState'] {
  return provisioningStates[text?.toLowerCase() ?? ''] ?? 'unknown';
}

/** `West Europe` and `westeurope` are one region. */
function isRegion(name: string | null, location: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(' ', '');
  return name !== null && plain(name) === plain(location);
}
