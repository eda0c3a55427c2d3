// The truth of what happened on machines, for whoever keeps the journal of a world.

export type MachineEvent = MachineFact & {
  readonly at: number;
  readonly vmId: string;
  readonly scaleSetId: string;
  readonly instanceId: string;
};

export interface JobFacts {
  readonly requestId: number;
  readonly agentId: number;
  readonly agentName: string;
}

export type MachineFact =
  | { readonly kind: 'booted'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly reason: string }
  | {
      readonly kind: 'extensionFinished';
      readonly extension: string;
      readonly exitCode: number;
      readonly output: string;
    }
  | { readonly kind: 'agentEnrolled'; readonly agentId: number; readonly agentName: string }
  | { readonly kind: 'agentOnline'; readonly agentId: number; readonly agentName: string }
  /** `exitCode` null: it was killed or lost, not ended. */
  | { readonly kind: 'agentEnded'; readonly agentName: string; readonly exitCode: number | null; readonly why: string }
  | (JobFacts & {
      readonly kind: 'jobStarted';
      readonly durationSeconds: number;
      /** What the machine is: the labels in its `.capabilities`, its work folder, and the image that was deployed. */
      readonly labels: Readonly<Record<string, string>>;
      readonly workFolder: string;
      readonly image: Readonly<Record<string, string>>;
    })
  | (JobFacts & { readonly kind: 'jobFinished'; readonly result: string })
  /** The machine went away under the job, or its lock was lost. */
  | (JobFacts & { readonly kind: 'jobLost'; readonly reason: string })
  | { readonly kind: 'networkFailed'; readonly words: string };
