// What every step of a new pool gets.
import type { HubClient } from '../service.ts';
import type { FieldFault } from '../settings/local-check.ts';
import type { AzureDevOps } from './azure-devops.ts';
import type { Draft } from './draft.ts';

export interface StepProps {
  readonly client: HubClient;
  readonly azureDevOps: AzureDevOps;
  /** An agent pool that the person manages: the lists of Azure are for nobody else. */
  readonly proof: number;
  readonly draft: Draft;
  /** Shown once somebody has tried to go on. */
  readonly faults: readonly FieldFault[];
  readonly onChange: (change: Partial<Draft>) => void;
}
