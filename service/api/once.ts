// Requests that count once: the same Idempotency-Key with the same body gets the same answer and does nothing again.
import type { FastifyRequest } from 'fastify';
import { idempotencyHeader } from '../../contract/routes.ts';
import { answerWrite, readAnswer } from '../image-records.ts';
import { UserProblem } from '../problem.ts';
import type { RecordWrite, Records } from '../records.ts';
import { digestOf } from './pipeline.ts';

export interface OnceKey {
  readonly key: string;
  readonly digest: string;
}

/** Throws UserProblem `IDEMPOTENCY_REQUIRED` or `IDEMPOTENCY_INVALID`. */
export function onceKeyOf(request: FastifyRequest): OnceKey {
  const key = request.headers[idempotencyHeader];
  if (key === undefined) throw new UserProblem('IDEMPOTENCY_REQUIRED', 'The request has no Idempotency-Key.');
  if (typeof key !== 'string' || !/^[A-Za-z0-9._:-]{8,128}$/.test(key))
    throw new UserProblem('IDEMPOTENCY_INVALID', 'The Idempotency-Key has another form.', { field: idempotencyHeader });
  return { key, digest: digestOf(`${request.method} ${request.url}\n${JSON.stringify(request.body)}`) };
}

/** What the first such request was answered; null before. Throws UserProblem `IDEMPOTENCY_MISMATCH`. */
export async function earlierAnswer<T>(store: Records, pool: string, once: OnceKey): Promise<T | null> {
  const found = await readAnswer(store, pool, once.key);
  if (found === null) return null;
  if (found.digest === once.digest) return found.answer as T;
  throw new UserProblem('IDEMPOTENCY_MISMATCH', 'Another request was sent under this Idempotency-Key.');
}

/** Belongs to the writes of the change, so that neither is there without the other. */
export function rememberedAnswer(pool: string, once: OnceKey, answer: unknown, now: number): RecordWrite {
  return answerWrite(pool, { ...once, answer, at: now });
}
