// The living organisation behind every route: its state, its clock, its chance and its open long polls. Handlers get it
// as their first argument; nothing here knows HTTP.

import type { AzureDevOpsEvent, Happening } from './events.ts';
import type { PublicKey, State } from './state.ts';

export interface Organization {
  readonly name: string;
  readonly rules: Rules;
  state: State;
  readonly polls: Set<Poll>;
  /** Answers that are kept back because their client used up its budget. */
  readonly late: Set<LateAnswer>;
  packages: readonly AgentPackage[];
  readonly random: () => number;
  readonly verifySignature: VerifySignature;
  /** Null: no job gets an OIDC token. */
  readonly jobTokens: JobTokenSigner | null;
  readonly onEvent: (event: AzureDevOpsEvent) => void;
  now: number;
  /** As the last client addressed it: the base of the links in messages that nobody asked for. */
  origin: string;
}

export interface AgentPackage {
  readonly platform: string;
  /** `major.minor.patch` */
  readonly version: string;
  readonly downloadUrl: string;
  readonly filename: string;
  /** SHA-256, 64 hex digits (agent-enrolment.md 8). */
  readonly hashValue: string;
  readonly createdOn: number;
}

/** RS256 of `data` by the registered key; the signature is base64url, the key's numbers are base64. */
export type VerifySignature = (publicKey: PublicKey, data: string, signature: string) => boolean;

/** Who signs the OIDC tokens of jobs: RS256, with a key that lives as long as the process. */
export interface JobTokenSigner {
  /** Gives the signature in base64url. */
  readonly sign: (data: string) => string;
  /** The public half; `n` and `e` in base64url. */
  readonly key: { readonly kid: string; readonly n: string; readonly e: string };
  /** Tokens live on the wall, where the sandbox's clock may run faster. Absent: the organisation's own clock. */
  readonly now?: () => number;
}

/** What is not known of the real service, or differs between organisations. */
export interface Rules {
  /** `live`: a waiting request is matched again whenever an agent registers or changes; else only when it is queued. */
  readonly matching: 'live' | 'atQueueTime';
  /** Between a change and the service's next look for an agent, drawn evenly. */
  readonly assignDelayMs: readonly [number, number];
  /** Chance that a due assignment lands right after a read was answered: the worst moment for the reader. */
  readonly assignAfterRead: number;
  /** For so long after `enabled: false` an assignment may still land. */
  readonly assignAfterDisableMs: number;
  /** Which agents with a job are not deleted; whether assigned-not-received counts is unproved. */
  readonly deleteRefusal: 'assigned' | 'running' | 'never';
  /** For so long after an assignment the agent is still shown without it, as another service did for a minute; unproved. */
  readonly assignedRequestLateMs: number;
  /** Silence after which a session is over and its agent offline; unproved. */
  readonly sessionTimeoutMs: number;
  /** Whether POST agents honours these two; unproved. */
  readonly registrationKeepsEnabled: boolean;
  readonly registrationKeepsUserCapabilities: boolean;
  /** Appended to each job as `Agent.Version -gtVersion …`. */
  readonly minimumAgentVersion: string;
  /** Whether a job's OIDC token has the claim `run_id`: two of three sources say so. */
  readonly jobTokenNamesRun: boolean;
  /** Whether a token of the extension may ask about many pools at once: no scope is documented for it. */
  readonly answersPermissionBatch: boolean;
  readonly strictTokens: boolean;
  readonly tokens: Readonly<Record<string, Identity>>;
  readonly recognise: (token: string) => Identity | null;
  /** The one seam for throttling: headers for the answer, or a refusal in its place. */
  readonly throttle: (call: {
    readonly operation: string;
    readonly identity: Identity;
    readonly at: number;
  }) => Throttle | null;
}

export interface Identity {
  readonly name: string;
  /** Sum of the RIGHTS of identity.ts on every pool; a pool named in `poolRights` has those instead. */
  readonly rights: number;
  readonly poolRights?: Readonly<Record<number, number>>;
  /** Pipelines, runs and their permissions on queues; absent means yes. */
  readonly readsPipelines?: boolean;
}

export interface Throttle {
  /** 429 refuses the call; absent, the call is answered and only carries the headers. */
  readonly status?: 429;
  readonly headers: Readonly<Record<string, string>>;
  /** The call has its effect at once, and its answer comes so much later. */
  readonly delaySeconds?: number;
}

export interface LateAnswer {
  readonly dueAt: number;
  readonly give: () => void;
}

/** One waiting GET of an agent's listener. */
export interface Poll {
  readonly sessionId: string;
  readonly agentId: number;
  readonly lastMessageId: number;
  readonly dueAt: number;
  /** Look again: answers if there is something to say, and then returns true. */
  readonly settle: (outcome: 'message' | 'timeout' | 'ended') => boolean;
}

export function tell(organization: Organization, happening: Happening): void {
  organization.onEvent({ ...happening, at: organization.now });
}

/** Something changed that may let a waiting request of this pool start; when the service looks is left to chance. */
export function wakeAssignment(organization: Organization, poolId: number): void {
  const pool = organization.state.pools.get(poolId);
  if (pool?.assignAt !== null) return;
  const [least, most] = organization.rules.assignDelayMs;
  pool.assignAt = organization.now + Math.round(least + organization.random() * (most - least));
}

/** The same instants are written in list after list. */
const writtenTimes = new Map<number, string>();
const mostWritten = 5_000;

/** As the service writes dates. */
export function isoTime(instant: number): string {
  const known = writtenTimes.get(instant);
  if (known !== undefined) return known;
  if (writtenTimes.size >= mostWritten) writtenTimes.clear();
  const written = new Date(instant).toISOString();
  writtenTimes.set(instant, written);
  return written;
}
