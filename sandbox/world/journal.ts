// The truth of what happened, one JSON object per line, written at the moment of effect from what the emulators and the
// machines tell. The controller never writes here, so a checker that reads this file judges it from outside.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AzureEvent } from '../azure/emulator.ts';
import type { AzureDevOpsEvent } from '../azure-devops/events.ts';
import type { MachineEvent } from '../machine/machine-event.ts';
import { demandedValue, type Deployed, type ImageNames } from './image-names.ts';
import { causeOfLoss, whoOf, type Actor } from './journal-words.ts';

/** Every line has these; the other fields are those of the table in docs/journal.md. `t` is in seconds. */
export interface JournalEvent {
  readonly t: number;
  readonly kind: string;
  readonly pool: string;
  readonly [field: string]: unknown;
}

type Nullable<T> = { readonly [Name in keyof T]: T[Name] | null };

export interface JournalOptions {
  readonly pool: string;
  readonly poolId: number;
  /** Milliseconds since the epoch: where `t` is 0. */
  readonly startAt: number;
  readonly onEvent: (event: JournalEvent) => void;
  /** Who stops this machine right now, as the cloud knows it. */
  readonly whoStops: (vmId: string) => string;
  readonly maximum: () => number;
  /** The tag that the agent carries now, as Azure DevOps knows it. */
  readonly tagOf: (agentId: number) => string | null;
  /** Of a pool with several images; absent: machines are whatever the scale set says. */
  readonly images?: ImageNames | undefined;
  /** What the machine was made of, as the cloud knows it. */
  readonly imageOf?: (vmId: string) => Readonly<Record<string, string>>;
}

export class Journal {
  readonly #options: JournalOptions;
  /** The machine for which an agent is being registered, through every await of the claim. */
  readonly #claiming = new AsyncLocalStorage<string>();
  readonly #vmIdOf = new Map<number, string>();
  readonly #deregisteredBy = new Map<number, Actor>();
  readonly #agentOf = new Map<number, number>();
  readonly #ended = new Set<number>();
  /** Request → the work folder that it asked for. */
  readonly #folderOf = new Map<number, string>();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  write(at: number, kind: string, fields: Readonly<Record<string, unknown>>): void {
    const t = Math.round(at - this.#options.startAt) / 1000;
    this.#options.onEvent({ t, kind, pool: this.#options.pool, ...fields });
  }

  /** What is registered inside belongs to this machine. */
  whileClaiming<T>(vmId: string, work: () => T): T {
    return this.#claiming.run(vmId, work);
  }

  azure(event: AzureEvent): void {
    const by = whoOf(event.by);
    if (event.kind === 'capacitySet') {
      this.write(event.at, event.kind, { scaleSet: event.scaleSet, from: event.from, to: event.to, by });
      return;
    }
    if (!('vmId' in event)) return;
    const instance = { scaleSet: event.scaleSet, instance: event.instanceId, vmId: event.vmId, by };
    const asked = event.kind === 'instanceCreated' ? { maximumWhenAsked: this.#options.maximum() } : {};
    const made = event.kind === 'instanceCreated' ? this.#madeOf(this.#options.imageOf?.(event.vmId) ?? {}) : {};
    this.write(event.at, event.kind, { ...instance, ...asked, ...made });
  }

  azureDevOps(event: AzureDevOpsEvent): void {
    if (event.poolId !== this.#options.poolId) return;
    switch (event.kind) {
      case 'jobQueued': {
        const place = placeOf(event.demands);
        if (place.workFolder !== null) this.#folderOf.set(event.requestId, place.workFolder);
        this.write(event.at, event.kind, {
          request: event.requestId,
          demands: event.demands,
          admissible: event.isMatched,
          ...(this.#options.images?.wanted(event.demands) ?? { image: null, version: null }),
          ...place,
        });
        return;
      }
      case 'jobAssigned':
        this.#agentOf.set(event.requestId, event.agentId);
        this.#job(event.at, event.kind, event.requestId, event.agentId, {});
        return;
      case 'jobFinished':
        this.#ended.add(event.requestId);
        this.#job(event.at, event.kind, event.requestId, event.agentId, { result: event.result });
        return;
      case 'jobLost':
        this.#lost(event.at, event.requestId, event.agentId, null);
        return;
      case 'agentRegistered':
        this.#registered(event.at, event.agentId, event.agentName, event.by);
        return;
      case 'agentDeleted':
        this.#deregisteredBy.set(event.agentId, whoOf(event.by));
        this.write(event.at, event.kind, { agent: event.agentId, by: whoOf(event.by) });
        return;
      case 'agentEnabled':
      case 'agentDisabled':
        this.write(event.at, event.kind, { agent: event.agentId, by: whoOf(event.by) });
        return;
      case 'jobStarted':
      case 'agentReplaced':
      case 'agentOnline':
      case 'agentOffline':
    }
  }

  machine(event: MachineEvent): void {
    if (event.kind === 'jobStarted') {
      const { ImageOverride, ImageVersionOverride } = event.labels;
      this.write(event.at, event.kind, {
        request: event.requestId,
        agent: event.agentId,
        vmId: event.vmId,
        image: ImageOverride ?? null,
        version: ImageVersionOverride ?? event.image.version ?? null,
        ...this.#placeOf(event.image),
        workFolder: asWritten(this.#folderOf.get(event.requestId), event.workFolder),
        tag: this.#options.tagOf(event.agentId)?.toLowerCase() ?? null,
      });
    } else if (event.kind === 'jobLost') {
      this.#lost(event.at, event.requestId, event.agentId, event.reason);
    }
  }

  /** Of a pool with several images the truth is what was deployed, whatever its labels say. */
  #madeOf(reference: Readonly<Record<string, string>>): Partial<Nullable<Deployed>> {
    const { images } = this.#options;
    return images === undefined ? {} : (images.deployed(reference) ?? { image: null, version: null });
  }

  #placeOf(reference: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
    const { isUsual: _, ...place } = this.#madeOf(reference);
    return place;
  }

  #job(at: number, kind: string, request: number, agent: number | null, more: Readonly<Record<string, unknown>>): void {
    const vmId = agent === null ? null : (this.#vmIdOf.get(agent) ?? null);
    this.write(at, kind, { request, agent, vmId, ...more });
  }

  #registered(at: number, agent: number, name: string, by: string): void {
    const vmId = this.#claiming.getStore();
    if (vmId !== undefined) this.#vmIdOf.set(agent, vmId);
    const where = vmId === undefined ? (whoOf(by) === 'controller' ? { placeholder: true } : {}) : { vmId };
    this.write(at, 'agentRegistered', { agent, name, ...where, by: whoOf(by) });
  }

  /** Told by the machine when it stops, and by Azure DevOps when the lock runs out: the first one counts. */
  #lost(at: number, request: number, agent: number, reason: string | null): void {
    if (this.#ended.has(request)) return;
    this.#ended.add(request);
    const vmId = this.#vmIdOf.get(agent) ?? null;
    const stopper = vmId === null ? 'azure' : whoOf(this.#options.whoStops(vmId));
    const cause = causeOfLoss(reason, stopper, this.#deregisteredBy.get(agent) ?? null);
    this.write(at, 'jobLost', { request, agent, vmId, cause });
  }
}

/** Azure DevOps compares without regard to case, so a folder that is the same to it is told as the job wrote it. */
function asWritten(wanted: string | undefined, got: string): string {
  return wanted?.toLowerCase() === got.toLowerCase() ? wanted : got;
}

/** Where the demands say that the job must run; null: anywhere. Tags are in small letters, for case makes no difference. */
function placeOf(demands: readonly string[]): { readonly workFolder: string | null; readonly tag: string | null } {
  return {
    workFolder: demandedValue(demands, 'WorkFolder'),
    tag: demandedValue(demands, 'CustomCapabilities')?.toLowerCase() ?? null,
  };
}

/** The vmId that a claim's document names, or null where the request is no claim. */
export function vmIdOfClaim(body: string | undefined): string | null {
  if (body === undefined) return null;
  const signature = /"signature":"([^"\\]+)"/.exec(body.replaceAll('\\"', '"'))?.[1];
  if (signature === undefined) return null;
  return /"vmId":"([^"]+)"/.exec(Buffer.from(signature, 'base64').toString('latin1'))?.[1] ?? null;
}
