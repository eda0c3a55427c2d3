// Others who work on the same estate: a second autoscaler (A20), people who edit the model (A21) or register agents under our
// names (D8), hooks that wake the service for nothing (D13), and settings that change under way (S9).
import { seededRandom } from '../../service/domain/chance.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { pick } from './azure-faults.ts';
import { exponential } from './fault.ts';
import type { Happenings, World } from './moving-world.ts';
import { setOfMachines } from './people.ts';

export const meddlerIds = ['A20', 'A21', 'D8', 'D13', 'S9'] as const;

export interface MeddlersOptions {
  readonly seed: number;
  readonly startAt: number;
  /** Id → mean seconds between two. */
  readonly rates: Readonly<Record<string, number>>;
  readonly onFault: (id: string, did: string) => void;
  /** Told after each change of the settings. */
  readonly onSettings: () => void;
}

interface Act {
  readonly id: string;
  readonly everySeconds: number;
  at: number;
}

type Model = Readonly<Record<string, unknown>>;

/** What people change in a model, and how it was: each is a thing that Azure then does by itself, or that Weir must not touch. */
const edits: readonly { readonly field: string; readonly changed: Model; readonly restored: Model }[] = [
  {
    field: 'overprovision',
    changed: { properties: { overprovision: true } },
    restored: { properties: { overprovision: false } },
  },
  {
    field: 'upgradePolicy.mode',
    changed: { properties: { upgradePolicy: { mode: 'Automatic' } } },
    restored: { properties: { upgradePolicy: { mode: 'Manual' } } },
  },
  { field: 'sku.name', changed: { sku: { name: 'Standard_D4s_v3' } }, restored: { sku: { name: 'Standard_D2s_v3' } } },
  {
    field: 'automaticRepairsPolicy',
    changed: { properties: { automaticRepairsPolicy: { enabled: true } } },
    restored: { properties: { automaticRepairsPolicy: { enabled: false } } },
  },
];

const elasticTag = '__AzureDevOpsElasticPool';

export class Meddlers implements Happenings {
  readonly #world: World;
  readonly #options: MeddlersOptions;
  readonly #random: () => number;
  #acts: Act[];
  /** How to undo what stands changed, by id. */
  readonly #undo = new Map<string, () => Promise<unknown>>();
  #registered = 0;

  constructor(world: World, options: MeddlersOptions) {
    this.#world = world;
    this.#options = options;
    this.#random = seededRandom(options.seed * 3571 + 17);
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
      // Between two passes, so that every pass has one answer to what the maximum is.
      const isUntimely = act.id === 'S9' && this.#world.isPassing;
      act.at = now + (isUntimely ? 1000 : Math.max(1000, exponential(this.#random, act.everySeconds)));
      if (isUntimely) continue;
      const did = await this.#do(act.id);
      if (did !== null) this.#options.onFault(act.id, did);
    }
  }

  /** They stop, and put the model back: nothing that they left would go away by itself. */
  async goHome(): Promise<void> {
    this.#acts = [];
    for (const undo of this.#undo.values()) await undo();
    this.#undo.clear();
  }

  async #do(id: string): Promise<string | null> {
    const undo = this.#undo.get(id);
    if (undo !== undefined) {
      this.#undo.delete(id);
      await undo();
      return 'it is put back';
    }
    switch (id) {
      case 'A20':
        return await this.#compete();
      case 'A21':
        return await this.#edit();
      case 'D8':
        return await this.#register();
      case 'D13':
        this.#world.wake();
        return 'a hook wakes the service';
      default:
        return await this.#settle();
    }
  }

  /** The tag of Azure DevOps' own elastic pool appears, and somebody scales. */
  async #compete(): Promise<string | null> {
    const url = this.#url(await setOfMachines(this.#world));
    if (url === null) return null;
    const before = await this.#read(url);
    const tags = { ...(before.tags as Model | undefined), [elasticTag]: 'linux' };
    const { capacity } = before.sku as { readonly capacity: number };
    const wanted = Math.min(this.#world.settings.maxCapacity, capacity + 1);
    if (!(await this.#patch({ tags, sku: { capacity: wanted } }, url))) return null;
    this.#undo.set('A20', async () => {
      const { [elasticTag]: _, ...left } = ((await this.#read(url)).tags as Model | undefined) ?? {};
      await this.#patch({ tags: left }, url);
    });
    return `an elastic pool takes the scale set and scales ${String(capacity)} → ${String(wanted)}`;
  }

  async #edit(): Promise<string | null> {
    const edit = edits[Math.floor(this.#random() * edits.length)];
    if (edit === undefined || !(await this.#patch(edit.changed))) return null;
    this.#undo.set('A21', () => this.#patch(edit.restored));
    return `a person changes ${edit.field}`;
  }

  /** Our own names in other letters in another pool, and a name that Weir might give next in ours. */
  async #register(): Promise<string | null> {
    const { azureDevOps } = this.#world.clouds;
    const { poolId } = this.#world.settings;
    const ours = azureDevOps.agents().filter((agent) => agent.poolId === poolId && agent.name !== 'build-box-7');
    const model = ours[Math.floor(this.#random() * ours.length)];
    this.#registered += 1;
    const isElsewhere = this.#random() < 0.5;
    const name = isElsewhere
      ? (model?.name.toUpperCase() ?? 'AGENTS')
      : `${model?.name.replace(/[^-]*$/, '') ?? 'agents-'}${String(this.#registered)}x`;
    const other = azureDevOps.agents().find((agent) => agent.poolId !== poolId)?.poolId ?? 1;
    const pool = isElsewhere ? other : poolId;
    const url = `${this.#world.settings.organization}/_apis/distributedtask/pools/${String(pool)}/agents?api-version=7.1`;
    const capabilities = { 'Agent.ComputerName': model?.systemCapabilities['Agent.ComputerName'] ?? name };
    const body = JSON.stringify({ name, version: '3.236.1', maxParallelism: 1, systemCapabilities: capabilities });
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const { status } = await this.#world.sendAsPerson({ method: 'POST', url, headers, body });
    return status < 300 ? `a person registers agent ${name} in pool ${String(pool)}` : null;
  }

  async #settle(): Promise<string> {
    const { maxCapacity, desiredIdle } = this.#world.settings;
    const most = 1 + Math.floor(this.#random() * 8);
    const change = pick<Partial<PoolSettings>>(this.#random, [
      { maxCapacity: most, desiredIdle: Math.min(most, desiredIdle) },
      { desiredIdle: Math.floor(this.#random() * (maxCapacity + 1)) },
      { timeToLiveMinutes: pick(this.#random, [1, 5, 30]) },
    ]);
    await this.#world.changeSettings(change);
    this.#options.onSettings();
    return `the settings are changed: ${JSON.stringify(change)}`;
  }

  async #read(url: string): Promise<Model> {
    const answer = await this.#world.sendAsPerson({ method: 'GET', url, headers: {} });
    return JSON.parse(answer.body) as Model;
  }

  async #patch(body: Model, url = this.#url(this.#world.settings.scaleSet)): Promise<boolean> {
    const headers = { 'content-type': 'application/json' };
    const { status } = await this.#world.sendAsPerson({
      ...{ method: 'PATCH', url, headers },
      body: JSON.stringify(body),
    });
    return status < 300;
  }

  #url(scaleSet: string): string;
  #url(scaleSet: string | null): string | null;
  #url(scaleSet: string | null): string | null {
    return scaleSet === null ? null : `https://management.azure.com${scaleSet}?api-version=2024-03-01`;
  }
}
