// All wire faults of one run in a row: the first that takes an exchange has it. One counts, and is told, where it was
// effective: the answer that the service saw was another one, or came at another time. An old list that is still true,
// or "in progress" of what is in progress, changes nothing.
import { seededRandom } from '../../service/domain/chance.ts';
import type { HttpResponse, Send } from '../http-message.ts';
import { azureDevOpsFaults } from './azure-devops-faults.ts';
import { azureFaults, stale } from './azure-faults.ts';
import { bodyFaults } from './body-faults.ts';
import { callKind, type CallKind } from './call-kind.ts';
import type { Draw, Exchange, WireFault } from './fault.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type Strength = Omit<Draw, 'random'>;

export interface FaultsOptions {
  readonly seed: number;
  readonly startAt: number;
  readonly strengths: Readonly<Record<string, Strength>>;
  /** Called at the moment of each injection. */
  readonly onFault: (id: string, did: string) => void;
  /** What can be read of both clouds, in short: an old answer is another one only where this has changed since. */
  readonly digest?: () => string;
  /** Old answers are given of images' versions and of their copies, too. */
  readonly hitsVersions?: boolean;
  /** Faults on the wire that need more than a draw. */
  readonly more?: readonly WireFault[];
}

export class Faults {
  isCalm = false;
  readonly effective = new Map<string, number>();
  readonly #faults: readonly WireFault[];
  readonly #onFault: FaultsOptions['onFault'];
  readonly #digest: (() => string) | null;
  /** Address → what the clouds were like when it was last answered truly. */
  readonly #digestOf = new Map<string, string>();

  constructor(options: FaultsOptions) {
    this.#onFault = options.onFault;
    this.#digest = options.digest ?? null;
    const drawn = Object.entries(options.strengths).flatMap(([id, strength], index) => {
      const draw = { ...strength, random: seededRandom(options.seed * 1009 + index * 31 + 7) };
      return faultOf(id, draw, options.startAt, options.hitsVersions === true) ?? [];
    });
    this.#faults = [...(options.more ?? []), ...drawn];
  }

  /** What was under way when the faults stopped is told no more: `calm` says that there are none. */
  count(id: string, did: string): void {
    if (this.isCalm) return;
    this.effective.set(id, (this.effective.get(id) ?? 0) + 1);
    this.#onFault(id, did);
  }

  between(send: Send, clock: VirtualClock): Send {
    return async (request) => {
      const kind = callKind(request);
      const passed: Passed = { real: null };
      const exchange: Exchange = {
        request,
        kind,
        now: clock.now(),
        pass: async () => (passed.real = await send(request)),
        sleep: (milliseconds) => clock.sleep(milliseconds),
      };
      const taken = this.isCalm ? null : await this.#take(exchange, passed, clock);
      if (taken !== null) return taken;
      const response = await send(request);
      if (this.#digest !== null && this.#mayBeOld(kind, request.url)) this.#digestOf.set(request.url, this.#digest());
      for (const fault of this.#faults) fault.note?.(exchange, response);
      return response;
    };
  }

  /** Of other addresses nobody asks what the clouds were like, and to say so takes a look at everything in them. */
  #mayBeOld(kind: CallKind, url: string): boolean {
    return this.#digestOf.has(url) || this.#faults.some((fault) => fault.hits?.(kind) === true);
  }

  async #take(exchange: Exchange, passed: Passed, clock: VirtualClock): Promise<HttpResponse | null> {
    for (const fault of this.#faults) {
      const injected = await fault.apply(exchange);
      if (injected === null) continue;
      const isLate = clock.now() > exchange.now;
      if (isLate || this.#isAnother(fault, exchange, injected.response, passed.real))
        this.count(fault.id, injected.did);
      if (injected.response === 'lost') throw new TypeError(`fetch failed: ${injected.words ?? 'other side closed'}`);
      return injected.response;
    }
    return null;
  }

  #isAnother(fault: WireFault, exchange: Exchange, seen: HttpResponse | 'lost', real: HttpResponse | null): boolean {
    if (seen === 'lost') return true;
    if (fault.note !== undefined)
      return this.#digest === null || this.#digestOf.get(exchange.request.url) !== this.#digest();
    return real?.status !== seen.status || real.body !== seen.body;
  }
}

/** The true answer, where the fault passed the request on. */
interface Passed {
  real: HttpResponse | null;
}

function faultOf(id: string, draw: Draw, startAt: number, hitsVersions: boolean): WireFault | null {
  if (id === 'A23') {
    const versions = hitsVersions ? ['listVersions', 'readVersion'] : [];
    const hit = new Set<string>(['listInstances', 'readScaleSet', ...versions]);
    return stale(id, draw, startAt, 600, (kind) => hit.has(kind));
  }
  if (id === 'D5') {
    const hit = new Set<string>(['listAgents', 'jobRequests', ...(draw.random() < 0.3 ? ['readAgent'] : [])]);
    return stale(id, draw, startAt, 120, (kind) => hit.has(kind));
  }
  const make = azureFaults[id] ?? azureDevOpsFaults[id] ?? bodyFaults[id];
  return make === undefined ? null : { id, apply: make(draw, startAt) };
}

export const wireFaultIds: readonly string[] = [
  ...Object.keys(azureFaults),
  'A23',
  ...Object.keys(azureDevOpsFaults),
  'D5',
  ...Object.keys(bodyFaults),
];
