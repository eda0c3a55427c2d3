// How far a version is from machines in the pool's region, in words: both for a job that waits and for one that failed.
import { shorten } from './demand-faults.ts';
import type { VersionFault } from './image-version.ts';

export type NotReplicated = Extract<VersionFault, { kind: 'notReplicated' }>;

/** Follows the name of the version: "is still being copied to the pool's region (40 % done)". */
export function copyWords({ state, progress, problem }: NotReplicated): string {
  const words: Readonly<Record<string, string>> = {
    replicating: `is still being copied to the pool's region${progress === undefined ? '' : ` (${progress} % done)`}`,
    creating: 'is still being made',
    failed: `could not be copied to the pool's region${problem === undefined ? '' : ` (Azure says: ${shorten(problem)})`}`,
    deleting: 'is being deleted',
    absent: "is not meant for the pool's region",
  };
  return words[state] ?? `is ${state}`;
}

/** What somebody can do, without a full stop. */
export function copyStep({ state }: NotReplicated): string {
  const steps: Readonly<Record<string, string>> = {
    replicating: 'Wait, a copy takes minutes to hours',
    creating: 'Wait',
    failed: 'Ask for the copy again ("Update replication" of the version in its gallery)',
  };
  return steps[state] ?? "Publish the version to the pool's region";
}
