// Queues arrivals in the organisation when their time has come.
import type { AzureDevOpsEmulator } from '../azure-devops/emulator.ts';
import type { Arrival } from '../workload/arrivals.ts';

export class Feed {
  readonly queued: number[] = [];
  /** The words with which Azure DevOps refused jobs at once. */
  readonly failed: string[] = [];
  #arrival: Arrival | null;
  readonly #arrivals: Iterator<Arrival>;
  readonly #azureDevOps: AzureDevOpsEmulator;
  readonly #poolId: number;
  readonly #startAt: number;

  /** Arrivals are sorted, in seconds after `startAt` (milliseconds since the epoch). */
  constructor(azureDevOps: AzureDevOpsEmulator, poolId: number, arrivals: Iterable<Arrival>, startAt: number) {
    this.#azureDevOps = azureDevOps;
    this.#poolId = poolId;
    this.#startAt = startAt;
    this.#arrivals = arrivals[Symbol.iterator]();
    this.#arrival = this.#next();
  }

  /** Null where no job is left. */
  nextAt(): number | null {
    return this.#arrival === null ? null : this.#startAt + this.#arrival.at * 1000;
  }

  deliver(now: number): void {
    for (let at = this.nextAt(); at !== null && at <= now; at = this.nextAt()) {
      const arrival = this.#arrival;
      this.#arrival = this.#next();
      if (arrival === null) return;
      const queued = this.#azureDevOps.queueJob({
        poolId: this.#poolId,
        demands: arrival.demands ?? [],
        jobName: arrival.jobName,
        definitionName: arrival.definitionName,
        runName: arrival.runName,
        variables: {
          'weir.sandbox.durationSeconds': String(arrival.durationSeconds),
          ...(arrival.result === undefined ? {} : { 'weir.sandbox.result': arrival.result }),
        },
      });
      this.queued.push(queued.requestId);
      if ('failed' in queued) this.failed.push(queued.failed);
    }
  }

  #next(): Arrival | null {
    const next = this.#arrivals.next();
    return next.done === true ? null : next.value;
  }
}
