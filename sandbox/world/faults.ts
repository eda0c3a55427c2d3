// All wire faults of one run in a row: the first that takes an exchange has it. Each is counted, and counts as effective
// where the answer that the service saw was another one, or came at another time.
import { seededRandom } from '../../service/domain/chance.ts';
import type { HttpResponse, Send } from '../http-message.ts';
import { azureDevOpsFaults } from './azure-devops-faults.ts';
import { azureFaults, stale } from './azure-faults.ts';
import { bodyFaults } from './body-faults.ts';
import { callKind } from './call-kind.ts';
import type { Draw, Exchange, WireFault } from './fault.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type Strength = Omit<Draw, 'random'>;

export interface FaultsOptions {
  readonly seed: number;
  readonly startAt: number;
  readonly strengths: Readonly<Record<string, Strength>>;
  /** Called at the moment of each injection. */
  readonly onFault: (id: string, did: string) => void;
  /** Faults on the wire that need more than a draw. */
  readonly more?: readonly WireFault[];
}

export class Faults {
  isCalm = false;
  readonly effective = new Map<string, number>();
  readonly #faults: readonly WireFault[];
  readonly #onFault: FaultsOptions['onFault'];

  constructor(options: FaultsOptions) {
    this.#onFault = options.onFault;
    const drawn = Object.entries(options.strengths).flatMap(([id, strength], index) => {
      const draw = { ...strength, random: seededRandom(options.seed * 1009 + index * 31 + 7) };
      return faultOf(id, draw, options.startAt) ?? [];
    });
    this.#faults = [...(options.more ?? []), ...drawn];
  }

  count(id: string, did: string): void {
    this.effective.set(id, (this.effective.get(id) ?? 0) + 1);
    this.#onFault(id, did);
  }

  between(send: Send, clock: VirtualClock): Send {
    return async (request) => {
      const kind = callKind(request);
      const exchange: Exchange = {
        request,
        kind,
        now: clock.now(),
        pass: () => send(request),
        sleep: (milliseconds) => clock.sleep(milliseconds),
      };
      const taken = this.isCalm ? null : await this.#take(exchange);
      if (taken !== null) return taken;
      const response = await send(request);
      for (const fault of this.#faults) fault.note?.(exchange, response);
      return response;
    };
  }

  async #take(exchange: Exchange): Promise<HttpResponse | null> {
    for (const fault of this.#faults) {
      const injected = await fault.apply(exchange);
      if (injected === null) continue;
      if (injected.did !== 'nothing to hide') this.count(fault.id, injected.did);
      if (injected.response === 'lost') throw new TypeError(`fetch failed: ${injected.words ?? 'other side closed'}`);
      return injected.response;
    }
    return null;
  }
}

function faultOf(id: string, draw: Draw, startAt: number): WireFault | null {
  if (id === 'A23') {
    const hit = new Set<string>(['listInstances', 'readScaleSet']);
    return stale(id, draw, startAt, (kind) => hit.has(kind));
  }
  if (id === 'D5') {
    const hit = new Set<string>(['listAgents', 'jobRequests', ...(draw.random() < 0.3 ? ['readAgent'] : [])]);
    return stale(id, draw, startAt, (kind) => hit.has(kind));
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
