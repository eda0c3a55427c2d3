// What one pass of one pool works with. Everything that differs between production and the world comes in here.
import type { Diagnosis } from '../domain/diagnosis.ts';
import type { ScaleSet, ScaleSetExtension } from '../domain/instance.ts';
import type { Node } from '../domain/node.ts';
import type { Observation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import type { Clock, AzureDevOpsPort, AzurePort, Lease, Store } from '../ports.ts';

export interface ViewInput {
  readonly observation: Observation;
  readonly nodes: readonly Node[];
  readonly verdicts: readonly Diagnosis[];
  readonly settings: PoolSettings;
  /** What keeps the pool from scaling out though the picture is whole, in words. */
  readonly problem: string | null;
}

export type WriteLine = (
  level: 'error' | 'warn' | 'info' | 'debug',
  words: string,
  fields?: Record<string, unknown>,
) => void;

export interface PoolContext {
  readonly pool: string;
  readonly settings: PoolSettings;
  readonly lease: Lease;
  readonly store: Store;
  readonly azure: AzurePort;
  readonly azureDevOps: AzureDevOpsPort;
  readonly clock: Clock;
  readonly line: WriteLine;
  /** The contract's PoolDetail as JSON: the controller does not know the API. */
  readonly renderView: (input: ViewInput) => string;
  /** The extension that the model of this scale set must carry. */
  readonly extensionFor: (scaleSet: ScaleSet) => Promise<ScaleSetExtension>;
  /** A public key whose private half is thrown away: a placeholder never connects. */
  readonly placeholderKey: () => Promise<{ readonly modulus: string; readonly exponent: string }>;
  readonly newId: () => string;
}

/** What a controller keeps between passes without the store; losing it costs nothing but a fresh read. */
export interface Recollection {
  lastObservation: Observation | null;
  /** Decisions of the last pass that only say something; said again only when they change. */
  lastSaid: ReadonlySet<string>;
  /** What a cloud refused in a row, by decision: it is not tried again before `until`. */
  readonly refused: Map<string, { readonly tries: number; readonly until: number; readonly words: string }>;
  lastSampleAt: number | null;
  lastConfiguredModel: string | null;
  /** Parts of the picture that could not be read, by name. */
  readonly unread: Set<string>;
  /** Until when Azure DevOps asked us to rest, and Azure likewise. */
  restUntil: { azure: number; azureDevOps: number };
}

export function freshRecollection(): Recollection {
  return {
    lastObservation: null,
    lastSaid: new Set(),
    refused: new Map(),
    lastSampleAt: null,
    lastConfiguredModel: null,
    unread: new Set(),
    restUntil: { azure: 0, azureDevOps: 0 },
  };
}
