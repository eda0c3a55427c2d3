// The organisation as one JSON document and back. Only a document that this emulator wrote is read; any other is refused.

import { emptyState, type State } from './state.ts';

const FORMAT = 'weir-sandbox-azure-devops';
const VERSION = 1;

/** JSON-compatible; the reader is `readState`. */
export interface SavedState {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly now: number;
  readonly organizationId: string;
  readonly counters: State['counters'];
  readonly projects: readonly unknown[];
  readonly pools: readonly unknown[];
  readonly queues: readonly unknown[];
  readonly agents: readonly unknown[];
  readonly sessions: readonly unknown[];
  readonly messages: readonly unknown[];
  readonly requests: readonly unknown[];
  readonly tokens: readonly unknown[];
  readonly plans: readonly unknown[];
  readonly definitions: readonly unknown[];
  readonly pipelines?: readonly unknown[];
  readonly releaseDefinitions?: readonly unknown[];
  readonly runs?: readonly unknown[];
  readonly queuePermissions?: readonly unknown[];
  readonly serviceConnections?: readonly unknown[];
}

export function saveState(state: State, now: number): SavedState {
  const saved: SavedState = {
    format: FORMAT,
    version: VERSION,
    now,
    organizationId: state.organizationId,
    counters: state.counters,
    projects: [...state.projects.values()],
    pools: [...state.pools.values()],
    queues: [...state.queues.values()],
    agents: [...state.agents.values()],
    sessions: [...state.sessions.values()],
    messages: [...state.messages.values()],
    requests: [...state.requests.values()],
    tokens: [...state.tokens.values()],
    plans: [...state.plans.values()],
    definitions: [...state.definitions.values()],
    pipelines: [...state.pipelines.values()],
    releaseDefinitions: [...state.releaseDefinitions.values()],
    runs: [...state.runs.values()],
    queuePermissions: [...state.queuePermissions.values()],
    serviceConnections: [...state.serviceConnections.values()],
  };
  return copy(saved) as SavedState;
}

/** Throws when the document is not one that `saveState` made. */
export function readState(document: unknown): { readonly state: State; readonly now: number } {
  if (!isSaved(document))
    throw new Error(`Not a saved Azure DevOps organisation (format ${FORMAT}, version ${VERSION}).`);
  const saved = copy(document) as SavedState;
  const state = emptyState(saved.organizationId);
  Object.assign(state.counters, saved.counters);
  fill(state.projects, saved.projects, 'id');
  fill(state.pools, saved.pools, 'id');
  fill(state.queues, saved.queues, 'id');
  fill(state.agents, saved.agents, 'id');
  fill(state.sessions, saved.sessions, 'id');
  fill(state.messages, saved.messages, 'id');
  fill(state.requests, saved.requests, 'id');
  fill(state.tokens, saved.tokens, 'token');
  fill(state.plans, saved.plans, 'planId');
  fill(state.definitions, saved.definitions, 'key');
  // A state from before pipelines has none.
  fill(state.pipelines, saved.pipelines ?? [], 'id');
  fill(state.releaseDefinitions, saved.releaseDefinitions ?? [], 'id');
  fill(state.runs, saved.runs ?? [], 'id');
  fill(state.queuePermissions, saved.queuePermissions ?? [], 'queueId');
  fill(state.serviceConnections, saved.serviceConnections ?? [], 'id');
  for (const request of state.requests.values()) if (request.result === null) state.open.add(request.id);
  return { state, now: saved.now };
}

function isSaved(document: unknown): document is SavedState {
  if (typeof document !== 'object' || document === null) return false;
  return 'format' in document && document.format === FORMAT && 'version' in document && document.version === VERSION;
}

/** The rows were checked by the format mark: nobody but `saveState` writes it. */
function fill<Id, Row>(map: Map<Id, Row>, rows: readonly unknown[], id: keyof Row): void {
  for (const row of rows as readonly Row[]) map.set(row[id] as Id, row);
}

/** So that neither side can change the other's records afterwards. */
function copy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
