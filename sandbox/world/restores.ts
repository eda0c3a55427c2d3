// S4: the store is set back to a backup, so that its ledger is older than the world. Whoever does that stops the service
// first, puts the settings right again, and looks through the agents that were disabled at that moment: why they are is
// written in the store alone.
import { seededRandom } from '../../service/domain/chance.ts';
import { exponential } from './fault.ts';
import type { Happenings, World } from './moving-world.ts';
import { hasLooked } from './people.ts';

export interface RestoresOptions {
  readonly seed: number;
  readonly startAt: number;
  /** Mean seconds from one restore to the next backup; null: there is none. */
  readonly everySeconds: number | null;
  /** Copies the store; what it gives back sets it to that copy. */
  readonly backUp: () => () => void;
  readonly onFault: (id: string, did: string) => void;
}

/** A backup is older than this when it is put back, mostly by much. */
const leastAgeSeconds = 60;
const meanAgeSeconds = 1800;

interface Backup {
  readonly takenAt: number;
  readonly putBack: () => void;
}

export class Restores implements Happenings {
  readonly #world: World;
  readonly #options: RestoresOptions;
  readonly #random: () => number;
  #at: number | null = null;
  #backup: Backup | null = null;
  readonly #doubtful = new Set<number>();

  constructor(world: World, options: RestoresOptions) {
    [this.#world, this.#options] = [world, options];
    this.#random = seededRandom(options.seed * 9601 + 29);
    this.#at = this.#after(options.startAt, 120, options.everySeconds);
  }

  nextAt(): number | null {
    return this.#at;
  }

  async deliver(now: number): Promise<void> {
    const backup = this.#backup;
    if (backup === null && !(await hasLooked(this.#world))) {
      this.#at = now + leastAgeSeconds * 1000;
      return;
    }
    if (backup === null) {
      this.#backup = { takenAt: now, putBack: this.#options.backUp() };
      this.#at = this.#after(now, leastAgeSeconds, meanAgeSeconds);
      return;
    }
    backup.putBack();
    this.#world.stopService();
    await this.#world.changeSettings({});
    const { settings, clouds } = this.#world;
    for (const agent of clouds.azureDevOps.agents())
      if (agent.poolId === settings.poolId && !agent.enabled) this.#doubtful.add(agent.id);
    this.#options.onFault('S4', `set back to a backup of ${String(Math.round((now - backup.takenAt) / 1000))} s ago`);
    this.#backup = null;
    this.#at = this.#after(now, 0, this.#options.everySeconds);
  }

  /** Nothing more is put back, and the agents of whom nobody knows why they were disabled are enabled. */
  async goHome(): Promise<void> {
    this.#at = null;
    const { organization, poolId } = this.#world.settings;
    for (const { id, enabled } of this.#world.clouds.azureDevOps.agents()) {
      if (enabled || !this.#doubtful.has(id)) continue;
      const url = `${organization}/_apis/distributedtask/pools/${String(poolId)}/agents/${String(id)}?api-version=7.1`;
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      await this.#world.sendAsPerson({ method: 'PATCH', url, headers, body: JSON.stringify({ id, enabled: true }) });
    }
  }

  #after(now: number, least: number, mean: number | null): number | null {
    return mean === null ? null : now + least * 1000 + exponential(this.#random, mean);
  }
}
