// Generations and the claims of machines in memory: what generations.ts and claims.ts do in SQL.
import type { Generation } from '../../domain/observation.ts';
import type { Store } from '../../ports.ts';
import { claimLate } from '../claims.ts';
import { withLabels, withShut } from '../generations.ts';
import { byText, done, given, held, type Rows } from './rows.ts';

type GenerationMethods = 'listGenerations' | 'startGeneration' | 'changeGeneration' | 'unmarkGate' | 'endGeneration';

export function generationsIn(rows: Rows): Pick<Store, GenerationMethods> {
  return {
    listGenerations: (pool) =>
      done(() =>
        [...rows.generations.values()]
          .filter((one) => one.pool === pool)
          .sort(inOrder)
          .map(generationOf),
      ),
    startGeneration: (lease, generation) =>
      done(() => {
        held(rows, lease);
        if (rows.generations.has(generation.generationId))
          throw new Error(`Generation ${generation.generationId} exists.`);
        rows.generations.set(generation.generationId, { ...generation, pool: lease.pool });
      }),
    changeGeneration: (lease, generationId, change) =>
      done(() => {
        held(rows, lease);
        const before = rows.generations.get(generationId);
        if (before?.pool !== lease.pool)
          throw new Error(`Generation ${generationId} of pool "${lease.pool}" has ended.`);
        rows.generations.set(generationId, rowOf(before, change));
      }),
    unmarkGate: (lease, generationId, timesDisabled) =>
      done(() => {
        held(rows, lease);
        const before = rows.generations.get(generationId);
        if (before?.pool !== lease.pool || (before.timesDisabled ?? 0) !== timesDisabled) return false;
        rows.generations.set(generationId, rowOf(before, { isDisabledByWeir: false }));
        return true;
      }),
    endGeneration: (lease, generationId) =>
      done(() => {
        held(rows, lease);
        if (rows.generations.get(generationId)?.pool === lease.pool) rows.generations.delete(generationId);
      }),
  };
}

type Row = Generation & { readonly pool: string };
type Change = Parameters<Store['changeGeneration']>[2];

function rowOf(before: Row, change: Change): Row {
  const timesDisabled = (before.timesDisabled ?? 0) + (change.isDisabledByWeir === true ? 1 : 0);
  return { ...before, ...given(withShut(change)), timesDisabled };
}

function generationOf({ pool: _pool, ...generation }: Generation & { readonly pool: string }): Generation {
  return withLabels(generation);
}

type ClaimMethods =
  'findGeneration' | 'claimGeneration' | 'completeClaim' | 'noteLostRegistration' | 'issueNonce' | 'useNonce';

export function claimsIn(rows: Rows, now: () => number): Pick<Store, ClaimMethods> {
  return {
    findGeneration: (vmId) =>
      done(() => {
        const newest = [...rows.generations.values()]
          .filter((one) => one.vmId === vmId)
          .sort(inOrder)
          .at(-1);
        return newest === undefined ? null : { pool: newest.pool, generation: generationOf(newest) };
      }),
    claimGeneration: (generationId, now) =>
      done(() => {
        const before = rows.generations.get(generationId);
        if (before?.claimedAt !== null) return false;
        rows.generations.set(generationId, { ...before, claimedAt: now });
        return true;
      }),
    completeClaim: (generationId, agentId, agentName, formerRequestId = null) =>
      done(() => {
        const before = rows.generations.get(generationId);
        if (before?.claimedAt == null) throw claimLate();
        rows.generations.set(generationId, { ...before, agentId, agentName, formerRequestId });
      }),
    noteLostRegistration: (generationId, now) =>
      done(() => {
        const before = rows.generations.get(generationId);
        if (before !== undefined) rows.generations.set(generationId, { ...before, registrationLostAt: now });
      }),
    issueNonce: (nonce, forMilliseconds) =>
      done(() => {
        if (rows.nonces.has(nonce)) throw new Error('This nonce was issued before.');
        rows.nonces.set(nonce, now() + forMilliseconds);
      }),
    useNonce: (nonce) =>
      done(() => {
        const until = rows.nonces.get(nonce);
        rows.nonces.delete(nonce);
        return until !== undefined && until > now();
      }),
  };
}

function inOrder(first: Generation, second: Generation): number {
  return first.startedAt - second.startedAt || byText(first.generationId, second.generationId);
}
