// Faults of Azure Resource Manager on the wire (reliability-security.md 3, A1–A8, A22–A24).
import type { HttpResponse } from '../http-message.ts';
import { isAzure, isMutation, type CallKind } from './call-kind.ts';
import { answer, armError, exponential, Windows, type Draw, type Exchange, type WireFault } from './fault.ts';

type Make = (draw: Draw, startAt: number) => WireFault['apply'];

export const azureFaults: Readonly<Record<string, Make>> = {
  A1: (draw) =>
    refusing(
      draw,
      (kind) => isAzure(kind) && isMutation(kind),
      () => armError(409, 'Conflict', 'The request failed due to conflict with a concurrent request.'),
    ),
  A2: (draw) =>
    refusing(
      draw,
      (kind) => kind === 'patchCapacity',
      () =>
        armError(412, 'ConditionNotMet', 'Etag provided in if-match header "2" does not match etag "3" of resource.'),
    ),
  A3: (draw, startAt) => {
    const windows = new Windows(draw, startAt);
    const onlyReads = draw.random() < 0.5;
    return refusing(
      draw,
      (kind, now) => isAzure(kind) && windows.isOpen(now) && (!onlyReads || !isMutation(kind)),
      () => armError(429, 'OperationNotAllowed', 'The request is being throttled.', retryAfter(draw.random)),
    );
  },
  A4: (draw, startAt) => {
    const windows = new Windows(draw, startAt);
    return refusing(
      draw,
      (kind, now) => isAzure(kind) && windows.isOpen(now),
      () => armError(pick(draw.random, [500, 502, 503, 504, 408]), 'InternalServerError', 'An error occurred.'),
    );
  },
  A5: (draw) => losing(draw, (kind) => isAzure(kind), 0.5),
  A6: (draw) => losing(draw, (kind) => isMutation(kind) && kind !== 'putExtension', 1),
  A7: (draw) => async (exchange) => {
    if (exchange.kind !== 'operation' || draw.random() >= draw.rate) return null;
    if (draw.random() < 0.3) return { response: armError(404, 'NotFound', 'The operation was not found.'), did: '404' };
    const real = await exchange.pass();
    return { response: withStatus(real, 'InProgress'), did: 'still InProgress' };
  },
  A8: (draw) => async (exchange) => {
    if (exchange.kind !== 'operation' || draw.random() >= draw.rate) return null;
    const status = draw.random() < 0.5 ? 'Failed' : 'Succeeded';
    return { response: withStatus(await exchange.pass(), status), did: `${status}, which is not so` };
  },
  A9: (draw) => async (exchange) => {
    if (draw.random() >= draw.rate) return null;
    if (exchange.kind === 'operation') {
      const message = 'Operation execution has been preempted by a more recent operation.';
      const real = await exchange.pass();
      return { response: withError(real, 'OperationPreempted', message), did: 'OperationPreempted' };
    }
    if (exchange.kind === 'deleteInstances') {
      // The delete is under way, and who asks again hears that nothing is there to delete.
      await exchange.pass();
      const message = 'The provided instanceIds are not active Virtual Machine Scale Set VM instanceIds.';
      return { response: armError(400, 'InstanceIdsListInstanceIdNotActiveVM', message), did: 'not an active id' };
    }
    if (exchange.kind !== 'patchCapacity' && exchange.kind !== 'reimage') return null;
    const message = 'Nic(s) in request is reserved for another Virtual Machine for 180 seconds.';
    return { response: armError(400, 'NicReservedForAnotherVm', message), did: 'NicReservedForAnotherVm' };
  },
  A22: (draw) => async (exchange) => {
    if (exchange.kind !== 'listInstances' || draw.random() >= draw.rate) return null;
    const real = await exchange.pass();
    const did = pick(draw.random, ['empty', 'one missing', 'one twice'] as const);
    return { response: withItems(real, (items) => maimed(items, did, draw.random)), did };
  },
  A24: (draw, startAt) => {
    const windows = new Windows(draw, startAt);
    return refusing(
      { ...draw, rate: 1 },
      (kind, now) => isAzure(kind) && windows.isOpen(now),
      () =>
        draw.random() < 0.5
          ? armError(401, 'ExpiredAuthenticationToken', 'The access token expiry UTC time is earlier than now.')
          : armError(403, 'AuthorizationFailed', 'The client does not have authorization to perform this action.'),
    );
  },
};

/**
 * A23, and D5 for the other cloud: inside a window the reads that `isHit` names are answered as they were at its start. What is
 * asked for seldom was told long before, so an answer that is older than `mostSeconds` (the catalogue's bound) is given anew.
 */
export function stale(
  id: string,
  draw: Draw,
  startAt: number,
  mostSeconds: number,
  isHit: (kind: CallKind) => boolean,
): WireFault {
  const windows = new Windows(draw, startAt);
  const kept = new Map<string, { readonly at: number; readonly response: HttpResponse }>();
  return {
    id,
    hits: isHit,
    apply: (exchange) => {
      const old = kept.get(exchange.request.url);
      if (!isHit(exchange.kind) || old === undefined || !windows.isOpen(exchange.now)) return Promise.resolve(null);
      const age = Math.round((exchange.now - old.at) / 1000);
      if (age > mostSeconds) return Promise.resolve(null);
      return Promise.resolve({ response: old.response, did: `as it was ${String(age)} s ago` });
    },
    note: (exchange, response) => {
      if (isHit(exchange.kind) && response.status === 200)
        kept.set(exchange.request.url, { at: exchange.now, response });
    },
  };
}

export function refusing(
  draw: Draw,
  isHit: (kind: CallKind, now: number) => boolean,
  response: () => HttpResponse,
): WireFault['apply'] {
  return ({ kind, now }: Exchange) => {
    if (!isHit(kind, now) || draw.random() >= draw.rate) return Promise.resolve(null);
    const refusal = response();
    return Promise.resolve({ response: refusal, did: `${kind} ${String(refusal.status)}` });
  };
}

/** No answer comes: the call had its effect with this chance. */
export function losing(draw: Draw, isHit: (kind: CallKind) => boolean, afterEffect: number): WireFault['apply'] {
  return async (exchange) => {
    if (!isHit(exchange.kind) || draw.random() >= draw.rate) return null;
    const isDone = draw.random() < afterEffect;
    if (isDone) await exchange.pass();
    await exchange.sleep(exponential(draw.random, 10));
    return { response: 'lost', did: `${exchange.kind} lost ${isDone ? 'after' : 'before'} its effect` };
  };
}

function retryAfter(random: () => number): Readonly<Record<string, string>> {
  const shape = pick(random, ['seconds', 'none', 'garbage', 'date'] as const);
  if (shape === 'date') {
    const date = Date.UTC(2026, 0, 5) + Math.floor(random() * 1000) * 1000;
    const until = date + (1 + Math.floor(random() * 300)) * 1000;
    return { date: new Date(date).toUTCString(), 'retry-after': new Date(until).toUTCString() };
  }
  if (shape === 'none') return {};
  return { 'retry-after': shape === 'garbage' ? 'soon' : String(1 + Math.floor(random() * 120)) };
}

function withError(response: HttpResponse, code: string, message: string): HttpResponse {
  if (response.status >= 300) return response;
  const body = { ...(JSON.parse(response.body || '{}') as object), status: 'Failed', error: { code, message } };
  return answer(200, body, response.headers);
}

function withStatus(response: HttpResponse, status: string): HttpResponse {
  if (response.status >= 300) return response;
  const error = status === 'Failed' ? { error: { code: 'InternalExecutionError', message: 'An internal error.' } } : {};
  return answer(200, { ...(JSON.parse(response.body || '{}') as object), status, ...error }, response.headers);
}

export function withItems(
  response: HttpResponse,
  change: (items: readonly unknown[]) => readonly unknown[],
): HttpResponse {
  if (response.status !== 200) return response;
  const body = JSON.parse(response.body) as { readonly value?: readonly unknown[] };
  const value = change(body.value ?? []);
  return answer(200, { ...body, ...('count' in body ? { count: value.length } : {}), value }, response.headers);
}

function maimed(items: readonly unknown[], how: string, random: () => number): readonly unknown[] {
  if (how === 'empty') return [];
  const index = Math.floor(random() * items.length);
  return how === 'one missing' ? items.filter((_, at) => at !== index) : [...items, ...items.slice(index, index + 1)];
}

export function pick<T>(random: () => number, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}
