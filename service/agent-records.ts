// The agent versions of a pool as typed values over the store's records (domain/agent-rollout.ts), and what one machine gets of them.
import type { AgentRollout } from './domain/agent-rollout.ts';
import type { OsType } from './domain/instance.ts';
import type { Generation } from './domain/observation.ts';
import type { PoolSettings } from './domain/pool.ts';
import type { Records, RecordWrite } from './records.ts';

const kind = 'agentRollout';

/** Null before the first pass of the pool. */
export async function readAgentRollout(
  store: Records,
  pool: string,
  osType: OsType,
): Promise<{ readonly revision: number; readonly value: AgentRollout } | null> {
  const row = await store.readRecord(kind, pool, osType);
  return row === null ? null : { revision: row.revision, value: row.document as AgentRollout };
}

export function agentRolloutWrite(pool: string, from: number | null, value: AgentRollout, at: number): RecordWrite {
  return { kind, pool, key: value.osType, document: value, at, isOpen: true, expected: from };
}

/** What the model of this life named; for a machine of a trial (no life) what the pool runs. Else the settings' own word. */
export async function agentVersionFor(
  store: Records,
  pool: string,
  settings: Pick<PoolSettings, 'agentVersion'>,
  osType: OsType,
  life: Generation | null = null,
): Promise<string> {
  const kept = (await readAgentRollout(store, pool, osType))?.value;
  if (kept?.configured !== settings.agentVersion) return settings.agentVersion;
  const { state, given, main } = kept;
  if (state.rollout === null && state.rejectedVersion === null) return settings.agentVersion;
  return (life === null ? undefined : given[life.generationId]) ?? main ?? settings.agentVersion;
}
