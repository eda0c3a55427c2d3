// What happened in the organisation, told at the moment of effect: the truth that checkers and the world's journal read.
// `at` is in milliseconds since the epoch.

interface JobEvent {
  readonly at: number;
  readonly poolId: number;
  readonly requestId: number;
}

interface JobOnAgentEvent extends JobEvent {
  readonly agentId: number;
  readonly agentName: string;
}

interface AgentEvent {
  readonly at: number;
  readonly poolId: number;
  readonly agentId: number;
  readonly agentName: string;
}

export type AzureDevOpsEvent =
  /** Where no registered agent meets its demands it is about to fail. */
  | (JobEvent & { readonly kind: 'jobQueued'; readonly demands: readonly string[]; readonly isMatched: boolean })
  /** `isWorstMoment`: right after somebody read, or to an agent that was disabled already. */
  | (JobOnAgentEvent & { readonly kind: 'jobAssigned'; readonly isWorstMoment: boolean })
  /** The agent received the message; before this the job is only reserved for it. */
  | (JobOnAgentEvent & { readonly kind: 'jobStarted' })
  | (JobEvent & {
      readonly kind: 'jobFinished';
      readonly result: string;
      readonly agentId: number | null;
      readonly agentName: string | null;
      readonly message: string | null;
    })
  /** The lock ran out: nobody renewed it, because the agent was deleted or because it fell silent. */
  | (JobOnAgentEvent & { readonly kind: 'jobLost'; readonly cause: 'agentDeleted' | 'lockLost' })
  | (AgentEvent & {
      readonly kind: 'agentRegistered' | 'agentReplaced' | 'agentDeleted' | 'agentEnabled' | 'agentDisabled';
      readonly by: string;
    })
  | (AgentEvent & { readonly kind: 'agentOnline' | 'agentOffline' });

/** An event before the emulator stamps it; distributes over the union, which a plain Omit would not. */
export type Happening = AzureDevOpsEvent extends infer Each
  ? Each extends { readonly at: number }
    ? Omit<Each, 'at'>
    : never
  : never;
