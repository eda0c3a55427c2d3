// Faults of Azure DevOps on the wire (reliability-security.md 3, D1–D7), and the pause of the service itself (S2).
import type { HttpResponse } from '../http-message.ts';
import { pick, refusing, withItems } from './azure-faults.ts';
import { isAzure, isMutation } from './call-kind.ts';
import { answer, exponential, Windows, type Draw, type WireFault } from './fault.ts';

type Make = (draw: Draw, startAt: number) => WireFault['apply'];

const signIn = '<!DOCTYPE html><html><head><title>Sign In</title></head><body>Sign in to your account</body></html>';

export const azureDevOpsFaults: Readonly<Record<string, Make>> = {
  D1: (draw, startAt) => {
    const windows = new Windows(draw, startAt);
    return async ({ kind, request, now }) => {
      if (isAzure(kind) || !windows.isOpen(now)) return Promise.resolve(null);
      const response = signInAnswer(request.method, draw.random);
      return Promise.resolve({ response, did: `${kind} ${String(response.status)}` });
    };
  },
  D2: (draw, startAt) => {
    const windows = new Windows(draw, startAt);
    return refusing(
      { ...draw, rate: 1 },
      (kind, now) => !isAzure(kind) && windows.isOpen(now),
      () =>
        draw.random() < 0.5
          ? problem(403, 'AccessDeniedException', 'Access denied. weir needs Manage permissions.')
          : problem(404, 'TaskAgentPoolNotFoundException', 'Agent pool not found.'),
    );
  },
  D3: (draw, startAt) => {
    const windows = new Windows(draw, startAt);
    return async (exchange) => {
      if (isAzure(exchange.kind) || !windows.isOpen(exchange.now) || draw.random() >= draw.rate) return null;
      const seconds = 1 + Math.floor(draw.random() * 30);
      if (draw.random() < 0.5) {
        const refusal = problem(429, 'RequestBlockedException', 'TF400733: The request has been canceled.');
        return {
          response: { ...refusal, headers: { ...refusal.headers, 'retry-after': String(seconds) } },
          did: '429',
        };
      }
      const real = await exchange.pass();
      await exchange.sleep(seconds * 1000);
      const headers = { ...real.headers, 'retry-after': String(seconds), 'x-ratelimit-remaining': '0' };
      return { response: { ...real, headers }, did: `answered after ${String(seconds)} s` };
    };
  },
  D4: (draw, startAt) => {
    const windows = new Windows(draw, startAt);
    const half = pick(draw.random, ['all', 'reads', 'writes'] as const);
    return refusing(
      { ...draw, rate: 1 },
      (kind, now) =>
        !isAzure(kind) && windows.isOpen(now) && (half === 'all' || (half === 'writes') === isMutation(kind)),
      () => answer(503, 'The service is unavailable.', { 'content-type': 'text/plain' }),
    );
  },
  D6: (draw) => async (exchange) => {
    const isHit = exchange.kind === 'listAgents' || exchange.kind === 'readAgent';
    if (!isHit || draw.random() >= draw.rate) return null;
    const real = await exchange.pass();
    const body = real.body.replace(/"assignedRequest":/g, '"assignedRequestHidden":');
    return { response: { ...real, body }, did: body === real.body ? 'nothing to hide' : 'assignedRequest is missing' };
  },
  D7: (draw) => async (exchange) => {
    if (exchange.kind !== 'jobRequests' || draw.random() >= draw.rate) return null;
    const did = pick(draw.random, ['one twice', 'in reverse', 'fields missing', 'fields unknown'] as const);
    const change = (items: readonly unknown[]) => {
      if (did === 'one twice') return [...items, ...items.slice(0, 1)];
      if (did === 'in reverse') return items.toReversed();
      return items.map((item) => (did === 'fields missing' ? withoutLuxury(item) : withTomorrow(item)));
    };
    return { response: withItems(await exchange.pass(), change), did };
  },
  D14: (draw) => async (exchange) => {
    if (exchange.kind !== 'jobRequests' || draw.random() >= draw.rate) return null;
    const text = pick(draw.random, hostileTexts);
    // A megabyte in one of them says as much as in all, which would take most of the time of a run.
    const isHit = (index: number) => index === 0 || text.length < 1000;
    const change = (items: readonly unknown[]) =>
      items.map((item, index) => (isHit(index) ? withHostileText(item, text) : item));
    return { response: withItems(await exchange.pass(), change), did: JSON.stringify(text.slice(0, 24)) };
  },
  S2: (draw) => async (exchange) => {
    if (draw.random() >= draw.rate) return null;
    const isBefore = draw.random() < 0.5;
    const pause = Math.min(1_800_000, 1000 + exponential(draw.random, 60));
    if (isBefore) await exchange.sleep(pause);
    const response = await exchange.pass();
    if (!isBefore) await exchange.sleep(pause);
    const when = isBefore ? 'before' : 'after';
    return { response, did: `${exchange.kind}: ${String(Math.round(pause / 1000))} s ${when} the call` };
  },
};

type Row = Readonly<Record<string, unknown>>;

/** Everything that a client may do without (azure-devops-wire.md 3, "tolerate missing fields"). */
function withoutLuxury(item: unknown): unknown {
  const { definition: _d, owner: _o, planType: _p, jobName: _j, data: _data, matchedAgents: _m, ...rest } = item as Row;
  return rest;
}

function withTomorrow(item: unknown): unknown {
  return {
    ...(item as Row),
    planType: 'Tomorrow',
    priority: 'new',
    agentSpecification: { vmImage: 7 },
    tomorrow: [null],
  };
}

/** Markup, commands of the agent, control and direction characters, half a surrogate pair, a prototype, much. */
const hostileTexts = [
  '<img src=x onerror=alert(1)>',
  '##vso[task.setvariable variable=x]y',
  'a\u0000\u001b[31m\r\n\u202Eb',
  '\ud800',
  '__proto__',
  'x'.repeat(1_000_000),
] as const;

function withHostileText(item: unknown, text: string): unknown {
  const hostile = { id: 1, name: text, _links: { web: { href: `javascript:${text.slice(0, 100)}` } } };
  return {
    ...(item as Row),
    ...{ jobName: text, definition: hostile, owner: hostile, statusMessage: text, planGroup: text },
    [text.slice(0, 100)]: { [text.slice(0, 100)]: text.slice(0, 100) },
  };
}

function signInAnswer(method: string, random: () => number): HttpResponse {
  if (method !== 'GET' && method !== 'POST') return answer(401, '', { 'content-type': 'text/plain' });
  const html = { 'content-type': 'text/html; charset=utf-8' };
  return random() < 0.5
    ? answer(203, signIn, html)
    : answer(302, '', { ...html, location: 'https://dev.azure.com/_signin' });
}

function problem(status: number, typeKey: string, message: string): HttpResponse {
  return answer(status, { $id: '1', message, typeKey, errorCode: 0, eventId: 3000 });
}
