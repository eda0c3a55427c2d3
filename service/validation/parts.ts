// What one look at the validations of a pool works with, and how they are changed: a new value for each step, written
// before what it announces is done.
import type { ScaleSet, ScaleSetExtension, OsType } from '../domain/instance.ts';
import type { Observation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import type { Validation, ValidationPhase, ValidationVerdict } from '../domain/validation.ts';
import type { ImagePort } from '../image-port.ts';
import type { FreeSince } from '../never-connected.ts';
import type { AzureDevOpsPort, AzurePort, Clock, Lease, Store } from '../ports.ts';

export interface TrialParts {
  readonly pool: string;
  readonly settings: PoolSettings;
  readonly lease: Lease;
  readonly store: Store;
  readonly azure: AzurePort;
  readonly azureDevOps: AzureDevOpsPort;
  readonly images: ImagePort;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  /** The extension that starts agents, as a scale set made after the template carries it. */
  readonly extensionFor: (scaleSet: ScaleSet, osType: OsType, agentVersion?: string) => Promise<ScaleSetExtension>;
  /** Renews the lease before what cannot be taken back; throws `LeaseLost`. */
  readonly keepLease: () => Promise<void>;
  /** Of agents of trials that have never connected. */
  readonly freeSince: FreeSince;
  readonly line: (level: 'warn' | 'info', words: string) => void;
  readonly newId: () => string;
  /** When this process began: before, nobody may have answered the machines. */
  readonly serviceStartedAt: number;
  /** As the newest pass sees the pool. */
  readonly observation: Observation;
  /** Its machines and those that were asked for, without those of trials, as the store and Azure know them right now. */
  readonly countPool: () => Promise<number>;
}

/** Gives the same value where nothing is to be done now. Throws `CloudError`: the step is tried again. */
export type Step = (parts: TrialParts, validation: Validation) => Promise<Validation>;

const mostEvents = 100;

export function told(validation: Validation, now: number, words: string): Validation {
  if (validation.words === words) return validation;
  const events = [...validation.events, { at: now, words }].slice(-mostEvents);
  return { ...validation, words, events };
}

export function entered(
  validation: Validation,
  phase: ValidationPhase,
  now: number,
  words: string,
  change: Partial<Validation> = {},
): Validation {
  return { ...told(validation, now, words), ...change, phase, phaseSince: now };
}

/** The outcome is known; whatever was made for the trial goes first. */
export function ended(validation: Validation, verdict: ValidationVerdict, now: number, words: string): Validation {
  if (validation.scaleSetId !== null) {
    const outcome = told({ ...validation, verdict }, now, words);
    return entered(outcome, 'cleaning', now, `${withoutStop(words)}; the trial machines are being removed.`);
  }
  return entered(validation, 'finished', now, words, { verdict, finishedAt: now });
}

/** What the outcome was, in the words from before the cleaning. */
export function outcomeWords({ events, verdict }: Validation): string {
  const before = events.findLast((event) => event.words.endsWith('; the trial machines are being removed.'));
  const words = before?.words.replace('; the trial machines are being removed.', '.');
  return words ?? `It ended: ${verdict ?? 'without a verdict'}.`;
}

export function bootMsOf(settings: PoolSettings): number {
  return settings.sizing.stepMinutes * 60_000;
}

function withoutStop(words: string): string {
  return words.replace(/\.$/, '');
}
