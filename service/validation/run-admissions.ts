// A version that was let in for one run is let in no longer than the run goes on: the run is looked at from time to time, and when it is
// over at two looks in a row the admission ends.
import { admissionEnd, readAdmissions, type VersionAdmission } from '../image-records.ts';
import type { Clock, Lease, Store } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';

export interface RunAdmissionParts {
  readonly pool: string;
  readonly organization: string;
  readonly lease: Lease;
  readonly store: Store;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  /** Null where there is no such run. Throws `CloudError`: then nothing is known of it, and the admission stands. */
  readonly readRun: (
    organization: string,
    projectId: string,
    runId: number,
  ) => Promise<{ readonly isInProgress: boolean } | null>;
  /** What the last look at each run was; it may be lost without harm. */
  readonly looks: RunLooks;
}

/** By pool, for a pool forgets what it did not let in; within one by project and run. */
export type RunLooks = Map<string, Map<string, RunLook>>;

interface RunLook {
  /** By `steadyNow`. */
  readonly at: number;
  readonly isOver: boolean;
}

/** Runs last for minutes to days, and a machine of a version that nobody asks for any more costs nothing but its idle time. */
const lookEveryMs = 120_000;

export async function endAdmissionsOfRuns(parts: RunAdmissionParts): Promise<void> {
  const { store, pool, clock } = parts;
  const looks = parts.looks.get(pool) ?? new Map<string, RunLook>();
  parts.looks.set(pool, looks);
  const now = steadyNow(clock);
  // Whom a person named cannot be found: the number of a run says nothing without its project.
  const ofRuns = (await readAdmissions(store, pool)).filter(({ value }) => value.projectId !== null);
  const runs = new Set(ofRuns.map(runOf));
  for (const run of looks.keys()) if (!runs.has(run)) looks.delete(run);
  for (const run of runs) {
    const last = looks.get(run);
    const admissions = ofRuns.filter((one) => runOf(one) === run);
    const [first] = admissions;
    if (first === undefined || (last !== undefined && now - last.at < lookEveryMs)) continue;
    const isOver = await isRunOver(parts, first.value.projectId ?? '', first.value.runId ?? 0);
    if (isOver === null) continue;
    looks.set(run, { at: now, isOver });
    // Between two of its stages a run may look over for a moment.
    if (!isOver || last?.isOver !== true) continue;
    for (const admission of admissions) await store.writeRecords([admissionEnd(pool, admission)], parts.lease);
  }
}

function runOf({ value }: { readonly value: Pick<VersionAdmission, 'projectId' | 'runId'> }): string {
  return `${value.projectId ?? ''} ${value.runId ?? 0}`;
}

async function isRunOver({ organization, readRun }: RunAdmissionParts, projectId: string, runId: number) {
  try {
    const run = await readRun(organization, projectId, runId);
    return run?.isInProgress !== true;
  } catch (error) {
    if (error instanceof CloudError) return null;
    throw error;
  }
}
