// What goes wrong with machines, by Azure's doing and by their own: no room for them (A10), systems that do not report (A12),
// extensions that fail or hang (A13), agents that never come online (A14) or fall silent (A15, D10), and wipes (A17);
// V1 is all that for the machines of a validation.
import { seededRandom } from '../../service/domain/chance.ts';
import type { Adversary, AzureEmulator } from '../azure/emulator.ts';
import type { ExtensionOutcome } from '../azure/guest.ts';
import type { HttpRequest, HttpResponse, Send } from '../http-message.ts';
import { pick } from './azure-faults.ts';
import { exponential } from './fault.ts';
import type { Happenings, World } from './moving-world.ts';
import { isTrialSet } from './trial-set.ts';

export const machineFaultIds = ['A10', 'A12', 'A13', 'A14', 'A15', 'A17', 'D10', 'V1'] as const;

export interface MachineFaultsOptions {
  readonly seed: number;
  readonly startAt: number;
  /** Id → chance for each occasion; of D10 the mean seconds between two. */
  readonly strengths: Readonly<Record<string, number>>;
  readonly onFault: (id: string, did: string) => void;
  readonly isCalm: () => boolean;
}

type Cut = 'nothing' | 'service' | 'azureDevOps' | 'everything';

export class MachineFaults implements Happenings {
  readonly adversary: Adversary;
  readonly #options: MachineFaultsOptions;
  readonly #random: () => number;
  /** vmId → what it cannot reach, and until when. */
  readonly #cuts = new Map<string, { readonly from: Cut; readonly until: number }>();
  readonly #polls = new Map<string, Set<(error: Error) => void>>();
  /** vmId → when its agent falls silent in the middle of its job. */
  readonly #duringJob = new Map<string, number>();
  #nextFlap: number | null;
  /** Image version → whether it is a bad one. */
  readonly #badImages = new Map<string, boolean>();
  #now: number;
  #world: World | null = null;

  constructor(options: MachineFaultsOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed * 7919 + 13);
    this.#now = options.startAt;
    const { D10 } = options.strengths;
    this.#nextFlap = D10 === undefined ? null : options.startAt + exponential(this.#random, D10);
    this.adversary = {
      allocate: (_scaleSet, count) => this.#allocate(count),
      boots: (vmId, image) => !this.#spoils(vmId, 'its system never reports') && this.#boots(image),
      reimage: (vmId) => this.#reimage(vmId),
    };
  }

  watch(world: World): void {
    this.#world = world;
    world.also(this);
  }

  nextAt(): number | null {
    if (this.#options.isCalm()) return null;
    const due = [...this.#duringJob.values(), ...(this.#nextFlap === null ? [] : [this.#nextFlap])];
    return due.length === 0 ? null : Math.min(...due);
  }

  deliver(now: number): Promise<void> {
    this.#now = now;
    for (const [vmId, at] of this.#duringJob) {
      if (at > now) continue;
      this.#duringJob.delete(vmId);
      this.#silence('A15', vmId);
    }
    if (this.#nextFlap !== null && this.#nextFlap <= now) {
      this.#nextFlap = now + Math.max(1000, exponential(this.#random, this.#options.strengths.D10 ?? 3600));
      this.#silence('D10', this.#idleMachine());
    }
    return Promise.resolve();
  }

  /** All but the machines that never come back can be reached again. */
  heal(): void {
    for (const [vmId, cut] of this.#cuts) if (cut.until < Infinity) this.#cuts.delete(vmId);
  }

  /** A15: some machines are cut off at an instant of their job. */
  jobStarted(vmId: string, durationSeconds: number): void {
    if (!this.#draws('A15')) return;
    const now = this.#world?.clock.now() ?? this.#now;
    this.#duringJob.set(vmId, now + Math.floor(this.#random() * durationSeconds * 1000));
  }

  /** What this machine sends goes through here. */
  sendOf(send: Send, vmId: string): Send {
    return (request) => {
      if (this.#isCut(vmId, request)) return Promise.reject(new TypeError('connect ETIMEDOUT'));
      const answer = send(request);
      return request.method === 'GET' && request.url.includes('/messages?') ? this.#untilCut(vmId, answer) : answer;
    };
  }

  /** A14: drawn when a machine comes up, with whatever it had before. */
  booted(vmId: string): void {
    const isSilent = this.#cuts.get(vmId)?.from === 'everything';
    this.#cuts.delete(vmId);
    if (isSilent || this.#spoils(vmId, 'it reaches nothing'))
      this.#cuts.set(vmId, { from: 'everything', until: Infinity });
    if (!this.#draws('A14')) return;
    const from = pick(this.#random, ['service', 'azureDevOps', 'azureDevOps'] as const);
    this.#cuts.set(vmId, { from, until: Infinity });
    this.#options.onFault(
      'A14',
      `machine ${vmId.slice(0, 8)} never reaches ${from === 'service' ? 'the service' : 'Azure DevOps'}`,
    );
  }

  /** A13: null for one that never ends by itself. */
  extensionEnds(vmId: string, outcome: ExtensionOutcome): ExtensionOutcome | null {
    const isSpoilt = this.#spoils(vmId, 'its extension fails or hangs');
    if (!isSpoilt && !this.#draws('A13')) return outcome;
    const isHanging = this.#random() < 0.3;
    if (!isSpoilt) this.#options.onFault('A13', isHanging ? 'an extension hangs' : 'an extension fails');
    return isHanging ? null : { exitCode: 1, output: 'The disk is full.' };
  }

  /** V1: this happens to it because it is the machine of a validation. */
  #spoils(vmId: string, what: string): boolean {
    if (this.#options.strengths.V1 === undefined || !isOfTrial(this.#world?.clouds.azure, vmId)) return false;
    if (!this.#draws('V1')) return false;
    this.#options.onFault('V1', `machine ${vmId.slice(0, 8)} of a validation: ${what}`);
    return true;
  }

  #draws(id: string): boolean {
    return !this.#options.isCalm() && this.#random() < (this.#options.strengths[id] ?? 0);
  }

  #allocate(count: number): ReturnType<Adversary['allocate']> {
    if (!this.#draws('A10')) return null;
    const granted = Math.floor(this.#random() * count);
    const shape = pick(this.#random, ['missing', 'failedInstances', 'lowered'] as const);
    const code = pick(this.#random, [
      'AllocationFailed',
      'ZonalAllocationFailed',
      'OverconstrainedZonalAllocationRequest',
      'SkuNotAvailable',
    ] as const);
    this.#options.onFault('A10', `room for ${String(granted)} of ${String(count)}: ${code}, ${shape}`);
    return { granted, code, shape };
  }

  /** Some versions are bad ones, and of those nearly every machine fails. */
  #boots(image: Readonly<Record<string, string>>): boolean {
    const chance = this.#options.strengths.A12;
    if (chance === undefined || this.#options.isCalm()) return true;
    const version = JSON.stringify(image);
    const isBad = this.#badImages.get(version) ?? this.#random() < 0.3;
    this.#badImages.set(version, isBad);
    if (this.#random() >= (isBad ? 0.5 : chance)) return true;
    this.#options.onFault('A12', 'an operating system never reports');
    return false;
  }

  #reimage(vmId: string): ReturnType<Adversary['reimage']> {
    if (this.#spoils(vmId, 'its reimage fails')) return 'fails';
    if (!this.#draws('A17')) return 'works';
    const outcome = pick(this.#random, ['fails', 'hangs', 'wipesNothing'] as const);
    this.#options.onFault('A17', `a reimage ${outcome}`);
    return outcome;
  }

  #idleMachine(): string | null {
    const idle = this.#world?.clouds.azureDevOps
      .agents()
      .filter((agent) => agent.status === 'online' && agent.assignedRequestId === null);
    const agent = idle?.[Math.floor(this.#random() * idle.length)];
    return agent === undefined ? null : vmIdOf(this.#world?.clouds.azure, agent.systemCapabilities);
  }

  #silence(id: 'A15' | 'D10', vmId: string | null): void {
    if (vmId === null || this.#cuts.has(vmId)) return;
    const isForEver = id === 'A15' && this.#random() < 0.3;
    const minutes = 1 + this.#random() * (id === 'A15' ? 14 : 4);
    this.#cuts.set(vmId, { from: 'azureDevOps', until: isForEver ? Infinity : this.#now + minutes * 60_000 });
    for (const drop of this.#polls.get(vmId) ?? []) drop(new TypeError('read ECONNRESET'));
    const how = isForEver ? 'for ever' : `for ${String(Math.round(minutes))} minutes`;
    this.#options.onFault(id, `machine ${vmId.slice(0, 8)} falls silent ${how}`);
  }

  #isCut(vmId: string, request: HttpRequest): boolean {
    const cut = this.#cuts.get(vmId);
    const now = this.#world?.clock.now() ?? this.#now;
    if (cut === undefined) return false;
    if (now >= cut.until) {
      this.#cuts.delete(vmId);
      return false;
    }
    const isAzureDevOps = new URL(request.url).host.endsWith('dev.azure.com');
    return cut.from === 'everything' || (cut.from === 'azureDevOps') === isAzureDevOps;
  }

  #untilCut(vmId: string, answer: Promise<HttpResponse>): Promise<HttpResponse> {
    const open = this.#polls.get(vmId) ?? new Set();
    this.#polls.set(vmId, open);
    return new Promise((resolve, reject) => {
      open.add(reject);
      answer.then(resolve, reject).finally(() => open.delete(reject));
    });
  }
}

function vmIdOf(azure: AzureEmulator | undefined, capabilities: Readonly<Record<string, string>>): string | null {
  const computer = capabilities['Agent.ComputerName']?.toLowerCase();
  return azure?.instances().find((one) => one.computerName.toLowerCase() === computer)?.vmId ?? null;
}

function isOfTrial(azure: AzureEmulator | undefined, vmId: string): boolean {
  const machine = azure?.instances().find((one) => one.vmId === vmId);
  return machine !== undefined && isTrialSet(machine.scaleSet);
}
