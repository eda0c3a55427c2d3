// Somebody who looks at the pool now and then, as the hub shows it, and reads why each job waits and which machines are kept.
import type { KeptMachine } from './invariants/saved.ts';
import type { JournalEvent } from './journal.ts';
import type { Happenings, World } from './moving-world.ts';

const everyMilliseconds = 4 * 60_000;

export interface VerdictReaderOptions {
  readonly startAt: number;
  /**
   * A line of kind `verdicts`: `at` is when the picture was made, in seconds; `kept` the machines that are kept, and `others`
   * the ids of those that it shows and that are not; `atWork` of these the ones that are idle or have a job.
   */
  readonly onLine: (line: JournalEvent) => void;
  /** Once for each machine that is seen to be kept. */
  readonly onKept: (machine: KeptInstance) => void;
}

export interface KeptInstance extends KeptMachine {
  readonly scaleSet: string;
  readonly instance: string;
}

type Machine = ReturnType<World['clouds']['azure']['instances']>[number];

interface View {
  readonly now: string;
  readonly nodes: readonly {
    readonly state: string;
    readonly instanceName: string | null;
    readonly deadlineAt: string | null;
    readonly savedBecause: string | null;
  }[];
  readonly jobRequests: readonly {
    readonly requestId: number;
    readonly verdict: string | null;
    readonly words: string | null;
    readonly nextStep: string | null;
    readonly resolvesItself: boolean | null;
  }[];
}

export class VerdictReader implements Happenings {
  readonly #world: World;
  readonly #options: VerdictReaderOptions;
  #at: number;
  readonly #known = new Set<string>();

  constructor(world: World, options: VerdictReaderOptions) {
    this.#world = world;
    this.#options = options;
    this.#at = options.startAt + everyMilliseconds;
  }

  /** Nobody looks at a pool in which nothing is asked for. */
  nextAt(): number | null {
    return this.#world.queued.length === 0 ? null : this.#at;
  }

  async deliver(now: number): Promise<void> {
    this.#at = now + everyMilliseconds;
    const stored = await this.#world.store.readView(this.#world.settings.name);
    if (stored === null) return;
    const { now: at, jobRequests, nodes } = JSON.parse(stored.document) as View;
    const requests = jobRequests.map(({ requestId, verdict, words, nextStep, resolvesItself }) => ({
      ...{ request: requestId, verdict: verdict ?? 'none', words: words ?? '', nextStep },
      resolvesItself: resolvesItself === true,
    }));
    const seconds = (instant: number): number => (instant - this.#options.startAt) / 1000;
    const machines = this.#machines();
    const shown = nodes.flatMap((node) => {
      const machine = machines.get(node.instanceName ?? '');
      return machine === undefined ? [] : [{ ...node, machine }];
    });
    const others = shown.filter((node) => node.state !== 'saved').map(({ machine }) => machine.vmId);
    const atWork = shown
      .filter(({ state }) => state === 'idle' || state === 'assigned')
      .map(({ machine }) => machine.vmId);
    const kept = shown
      .filter((node) => node.state === 'saved')
      .map(({ machine: { vmId, scaleSet, instanceId }, deadlineAt, savedBecause }) => ({
        ...{ vmId, scaleSet, instance: instanceId },
        until: deadlineAt === null ? null : seconds(Date.parse(deadlineAt)),
        // What Weir has kept says why; what waits to be kept is shown without a reason.
        isAboutTo: savedBecause === null,
      }));
    for (const one of kept.filter(({ vmId }) => !this.#known.has(vmId))) this.#options.onKept(one);
    for (const { vmId } of kept) this.#known.add(vmId);
    this.#options.onLine({
      ...{ t: seconds(now), kind: 'verdicts', pool: this.#world.settings.name },
      ...{ at: seconds(Date.parse(at)), requests, kept, others, atWork },
    });
  }

  /** By name: Azure calls a machine after its scale set and its id. */
  #machines(): ReadonlyMap<string, Machine> {
    const all = this.#world.clouds.azure.instances();
    return new Map(all.map((one) => [`${one.scaleSet.split('/').at(-1) ?? ''}_${one.instanceId}`, one]));
  }
}
