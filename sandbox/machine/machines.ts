// All machines of the sandbox: what Azure tells them goes to the machine that it is about, and time moves for all.
import type { Guest, GuestHost, GuestIdentity } from '../azure/guest.ts';
import type { Send } from '../http-message.ts';
import { runExtension } from './extensions.ts';
import { startAgent } from './agent-process.ts';
import { Life } from './life.ts';
import { Machine, type Surroundings } from './machine.ts';
import type { MachineEvent } from './machine-event.ts';
import type { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { defaultTimings, type Timings } from './timings.ts';
import { Traffic } from './traffic.ts';

export interface MachinesOptions {
  /** Where their time begins: milliseconds since the epoch. */
  readonly now: number;
  readonly random: Random;
  readonly host: GuestHost;
  /** Rejects only where no whole answer came. */
  readonly send: Send;
  /** What one machine sends may go another way than the others'; asked at each boot. */
  readonly sendOf?: (send: Send, vmId: string) => Send;
  readonly onEvent?: (event: MachineEvent) => void;
  readonly timings?: Partial<Timings>;
}

export interface Machines extends Guest {
  /** Lets everything happen that is due up to `now`, in order. Throws what went wrong inside by our own mistake. */
  advance(now: number): void;
  nextEventAt(): number | null;
  /** Resolves when no request but long polls is under way and nothing is left to go on. */
  idle(): Promise<void>;
  /** Files of a machine's agent folder as they are now; for tests and for looking. */
  filesOf(vmId: string): ReadonlyMap<string, string>;
}

export function createMachines(options: MachinesOptions): Machines {
  const scheduler = new Scheduler(options.now);
  const machines = new Map<string, Machine>();
  const surroundings = surroundingsOf(options, scheduler);
  const { traffic } = surroundings;
  const machineOf = (identity: GuestIdentity) => {
    const machine = machines.get(identity.vmId) ?? new Machine(surroundings, identity);
    machines.set(identity.vmId, machine);
    return machine;
  };
  return {
    booted(identity, reason, now) {
      scheduler.reach(now);
      const machine = machineOf(identity);
      machine.boot(identity, reason === 'restart' || reason === 'start', reason);
      // Started by the script, an agent on Linux or a service-less one on Windows does not come back by itself.
      if (machine.disk.launch?.startsAtLogOn !== true) return;
      startAgent(machine, surroundings.timings.logOn);
      machine.disk.trialAtLogOn?.();
      machine.disk.trialAtLogOn = null;
    },
    runExtension(identity, extension, now) {
      scheduler.reach(now);
      runExtension(machineOf(identity), extension);
    },
    stopped(identity, reason, now) {
      scheduler.reach(now);
      const machine = machineOf(identity);
      machine.stop(reason);
      machine.emit({ kind: 'stopped', reason });
      if (reason === 'delete') machines.delete(identity.vmId);
    },
    advance(now) {
      traffic.throwFailure();
      scheduler.advance(now);
    },
    nextEventAt: () => scheduler.nextEventAt(),
    idle: () => traffic.idle(),
    filesOf: (vmId) => machines.get(vmId)?.disk.files ?? new Map(),
  };
}

function surroundingsOf(options: MachinesOptions, scheduler: Scheduler): Surroundings & { readonly traffic: Traffic } {
  const traffic = new Traffic();
  return {
    random: options.random,
    host: options.host,
    timings: { ...defaultTimings, ...options.timings },
    traffic,
    newLife: (vmId, onNetworkFailure) =>
      new Life(scheduler, traffic, options.sendOf?.(options.send, vmId) ?? options.send, onNetworkFailure),
    emit(identity, fact) {
      const { vmId, scaleSetId, instanceId } = identity;
      options.onEvent?.({ ...fact, at: scheduler.now, vmId, scaleSetId, instanceId });
    },
  };
}
