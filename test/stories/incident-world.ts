// A world for one named incident: the whole service, what happens to it by the minute, and every law judged from the journal.
import type { HttpRequest, HttpResponse, Send } from '../../sandbox/http-message.ts';
import { callKind, type CallKind } from '../../sandbox/world/call-kind.ts';
import { Invariants } from '../../sandbox/world/invariants/all.ts';
import { Journal, type JournalEvent } from '../../sandbox/world/journal.ts';
import type { VirtualClock } from '../../sandbox/world/virtual-clock.ts';
import { createWorld, type World, type WorldOptions } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { minute, now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

/** What stands on the wire in the incident: an answer instead of the cloud's own, or null. */
export type Interference = (call: {
  readonly kind: CallKind;
  readonly request: HttpRequest;
  /** Minutes after the start. */
  readonly at: number;
  readonly pass: () => Promise<HttpResponse>;
}) => HttpResponse | Promise<HttpResponse> | null;

export interface Incident {
  readonly world: World;
  readonly events: readonly JournalEvent[];
  readonly kinds: (kind: string) => readonly JournalEvent[];
  /** Runs to that minute. */
  until(minutes: number): Promise<void>;
  /** Laws that were broken; liveness is asked of the story itself. */
  violations(): readonly string[];
}

export async function incident(
  options: Partial<Omit<WorldOptions, 'arrivals' | 'settings'>> & {
    readonly settings: WorldOptions['settings'];
    /** Minute and length in minutes of each job. */
    readonly jobs: readonly (readonly [at: number, minutes: number])[];
    readonly interference?: Interference;
  },
): Promise<Incident> {
  const events: JournalEvent[] = [];
  const laws = new Invariants();
  const found: { world: World | null; journal: Journal | null; poolId: number } = {
    world: null,
    journal: null,
    poolId: -1,
  };
  const journal = (): Journal =>
    (found.journal ??= new Journal({
      pool: 'linux',
      get poolId() {
        return found.poolId;
      },
      startAt: now0,
      onEvent: (event) => {
        events.push(event);
        laws.see(event);
      },
      whoStops: (vmId) => found.world?.clouds.azure.instances().find((one) => one.vmId === vmId)?.by ?? 'azure',
      maximum: () => found.world?.settings.maxCapacity ?? 0,
      tagOf: () => null,
    }));
  const { jobs, interference, ...rest } = options;
  const names = { label: '', jobName: 'build', definitionName: 'web', runName: 'run' };
  const world = await createWorld({
    seed: 7,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    generateKeys: await fixedKeys(),
    arrivals: jobs.map(([at, minutes], index) => ({
      ...names,
      at: at * 60,
      durationSeconds: minutes * 60,
      runId: index,
    })),
    skipsQuietPasses: true,
    journal,
    sendOfService: (send, clock) => between(send, clock, interference ?? (() => null)),
    onAzureEvent: (event) => journal().azure(event),
    onAzureDevOpsEvent: (event) => {
      if (event.kind === 'agentRegistered' && found.poolId < 0) found.poolId = event.poolId;
      journal().azureDevOps(event);
    },
    onMachineEvent: (event) => journal().machine(event),
    ...rest,
  });
  found.world = world;
  found.poolId = world.settings.poolId;
  const { maxCapacity, desiredIdle, recycleAfterEachUse } = world.settings;
  journal().write(now0, 'poolSettings', { maxCapacity, desiredIdle, recycleAfterEachUse });
  return {
    world,
    events,
    kinds: (kind) => events.filter((event) => event.kind === kind),
    until: (minutes) => world.run(now0 + minutes * minute),
    violations: () => laws.violations.map((one) => `${one.invariant} at ${String(one.t)} s: ${one.words}`),
  };
}

function between(send: Send, clock: VirtualClock, interference: Interference): Send {
  return async (request) => {
    const at = (clock.now() - now0) / minute;
    const pass = () => send(request);
    return (await interference({ kind: callKind(request), request, at, pass })) ?? (await pass());
  };
}
