// What people and Azure itself do to the estate while the service works: evictions, machines deleted in the portal, scaling
// by hand, agents disabled and enabled, jobs cancelled. Each comes by chance at its own rate.
import { seededRandom } from '../../service/domain/chance.ts';
import { pick } from './azure-faults.ts';
import { exponential } from './fault.ts';
import type { Happenings, World } from './moving-world.ts';

interface Act {
  readonly id: string;
  readonly everySeconds: number;
  at: number;
}

export interface PeopleOptions {
  readonly seed: number;
  readonly startAt: number;
  /** Fault id → mean seconds between two. */
  readonly rates: Readonly<Record<string, number>>;
  readonly onFault: (id: string, did: string) => void;
}

export const peopleIds = ['A16', 'A18', 'A19', 'D9', 'D12'] as const;

export class People implements Happenings {
  readonly #world: World;
  readonly #options: PeopleOptions;
  readonly #random: () => number;
  readonly #disabled = new Set<number>();
  #acts: Act[];

  constructor(world: World, options: PeopleOptions) {
    this.#world = world;
    this.#options = options;
    this.#random = seededRandom(options.seed * 2003 + 11);
    this.#acts = Object.entries(options.rates).map(([id, everySeconds]) => ({
      id,
      everySeconds,
      at: options.startAt + exponential(this.#random, everySeconds),
    }));
  }

  nextAt(): number | null {
    return this.#acts.length === 0 ? null : Math.min(...this.#acts.map((act) => act.at));
  }

  async deliver(now: number): Promise<void> {
    for (const act of this.#acts) {
      if (act.at > now) continue;
      act.at = now + Math.max(1000, exponential(this.#random, act.everySeconds));
      const did = await this.#do(act.id);
      if (did !== null) this.#options.onFault(act.id, did);
    }
  }

  /** They stop, and put back what only they may put back: the agents that they disabled. */
  async goHome(): Promise<void> {
    this.#acts = [];
    for (const agent of this.#disabled) await this.#setEnabled(agent, true);
    this.#disabled.clear();
  }

  async #do(id: string): Promise<string | null> {
    switch (id) {
      case 'A16':
        return this.#evict();
      case 'A18':
        return await this.#deleteInstance();
      case 'A19':
        return await this.#scale();
      case 'D9':
        return await this.#toggle();
      default:
        return this.#cancel();
    }
  }

  #evict(): string | null {
    const machine = this.#one(this.#world.clouds.azure.instances().filter((one) => one.isUp));
    if (machine === null) return null;
    this.#world.clouds.azure.evict(machine.vmId);
    return `instance ${machine.instanceId} is evicted`;
  }

  async #deleteInstance(): Promise<string | null> {
    const { azure } = this.#world.clouds;
    const machine = this.#one(azure.instances().filter((one) => one.provisioningState !== 'Deleting'));
    if (machine === null) return null;
    const url = `https://management.azure.com${machine.scaleSet}/virtualMachines/${machine.instanceId}?api-version=2024-03-01`;
    const { status } = await this.#world.sendAsPerson({ method: 'DELETE', url, headers: {} });
    return status < 300 ? `a person deletes instance ${machine.instanceId}` : null;
  }

  async #scale(): Promise<string | null> {
    const scaleSet = await setOfMachines(this.#world);
    if (scaleSet === null) return null;
    const url = `https://management.azure.com${scaleSet}?api-version=2024-03-01`;
    const read = await this.#world.sendAsPerson({ method: 'GET', url, headers: {} });
    if (read.status >= 300) return null;
    const model = JSON.parse(read.body) as { readonly sku: { readonly capacity: number } };
    const capacity = Math.max(0, model.sku.capacity + pick(this.#random, [-1, -2, 1, 2]));
    if (capacity === model.sku.capacity || capacity > this.#world.settings.maxCapacity) return null;
    const { status } = await this.#world.sendAsPerson({
      method: 'PATCH',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sku: { capacity } }),
    });
    return status < 300 ? `a person scales ${String(model.sku.capacity)} → ${String(capacity)}` : null;
  }

  async #toggle(): Promise<string | null> {
    const again = this.#one([...this.#disabled]);
    if (again !== null && this.#random() < 0.5) {
      this.#disabled.delete(again);
      return (await this.#setEnabled(again, true)) ? `a person enables agent ${String(again)}` : null;
    }
    const agent = this.#one(
      this.#world.clouds.azureDevOps.agents().filter((one) => one.enabled && one.status === 'online'),
    );
    if (agent === null) return null;
    this.#disabled.add(agent.id);
    return (await this.#setEnabled(agent.id, false)) ? `a person disables agent ${String(agent.id)}` : null;
  }

  async #setEnabled(id: number, enabled: boolean): Promise<boolean> {
    const { organization, poolId } = this.#world.settings;
    const url = `${organization}/_apis/distributedtask/pools/${String(poolId)}/agents/${String(id)}?api-version=7.1`;
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const body = JSON.stringify({ id, enabled });
    return (await this.#world.sendAsPerson({ method: 'PATCH', url, headers, body })).status < 300;
  }

  #cancel(): string | null {
    const request = this.#one(this.#world.clouds.azureDevOps.requests().filter((one) => one.result === null));
    if (request === null) return null;
    this.#world.clouds.azureDevOps.cancelJob(request.id);
    return `job request ${String(request.id)} is cancelled`;
  }

  #one<T>(values: readonly T[]): T | null {
    return values[Math.floor(this.#random() * values.length)] ?? null;
  }
}

/** A scale set whose machines are the pool's: of a pool with lanes one that has some, for its template has none. */
export async function setOfMachines(world: World): Promise<string | null> {
  const { clouds, settings } = world;
  if (!(await hasLooked(world))) return null;
  if ((settings.laneResourceGroup ?? null) === null) return settings.scaleSet;
  return clouds.azure.instances()[0]?.scaleSet ?? null;
}

/**
 * True once Weir has seen the scale set. What stands in it before that is not Weir's, and only a person takes it away: whoever
 * scales waits so long, and whoever makes a backup.
 */
export async function hasLooked({ store, settings }: World): Promise<boolean> {
  return ((await store.readMemory(settings.name)) ?? null) !== null;
}
