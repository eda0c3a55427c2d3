// What is known of an image version, in words that a tired person understands.
import type { ImageVersionView, Verdict } from '../../contract/images.ts';

const replications: Readonly<Record<ImageVersionView['replication'], string>> = {
  replicated: 'In the region',
  replicating: 'On its way into the region',
  failed: 'The copy into the region failed',
  absent: 'Not in the region',
  unknown: 'Not known whether it is in the region',
};

export function replicationWords(version: ImageVersionView): string {
  const more = [
    version.isExcludedFromLatest ? 'left out of "latest"' : null,
    version.endOfLifeAt === null ? null : `end of life ${version.endOfLifeAt.slice(0, 10)}`,
  ].filter((words) => words !== null);
  return [replications[version.replication], ...more].join(', ');
}

const verdicts: Readonly<Record<Verdict, string>> = {
  passed: 'Passed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  broken: 'No verdict',
};

export function verdictLabel(verdict: Verdict | null): string {
  return verdict === null ? 'Running' : verdicts[verdict];
}

/** People know an image by its name; of a resource id they read the last words. */
export function sourceWords(source: string): string {
  const [, gallery, image] = /\/galleries\/([^/]+)\/images\/([^/]+)$/i.exec(source) ?? [];
  if (gallery !== undefined && image !== undefined) return `${image} of the gallery ${gallery}`;
  const [, managed] = /^\/subscriptions\/.*\/images\/([^/]+)$/i.exec(source) ?? [];
  return managed === undefined ? source : `the managed image ${managed}`;
}
