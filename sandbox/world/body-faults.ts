// The eight ways in which a body or a connection breaks between a cloud and us (the modes of Azure SDK's fault injector,
// reliability-security.md 3): the cloud has done what it was asked for in every one of them.
import type { HttpResponse } from '../http-message.ts';
import type { Draw, Exchange, Injected, WireFault } from './fault.ts';

type Make = (draw: Draw, startAt: number) => WireFault['apply'];

/** A client that hears nothing gives up after this long (`timeoutMs` of service/send.ts). */
const patienceMs = 60_000;

/** Mode → what the client sees: `cut` is half of the body, `words` what its socket says, after so long. */
const endings = {
  f: null,
  p: { isCut: true, afterMs: patienceMs, words: 'no answer in time' },
  pc: { isCut: true, afterMs: 0, words: 'the connection ended in the middle of the answer' },
  pa: { isCut: true, afterMs: 0, words: 'read ECONNRESET' },
  pn: { isCut: true, afterMs: 0, words: null },
  n: { isCut: false, afterMs: patienceMs, words: 'no answer in time' },
  nc: { isCut: false, afterMs: 0, words: 'socket hang up' },
  na: { isCut: false, afterMs: 0, words: 'read ECONNRESET' },
} as const;

export const bodyFaults: Readonly<Record<string, Make>> = Object.fromEntries(
  Object.keys(endings).map((mode) => [mode, (draw: Draw) => broken(mode as keyof typeof endings, draw)]),
);

function broken(mode: keyof typeof endings, draw: Draw): WireFault['apply'] {
  const ending = endings[mode];
  return async (exchange: Exchange): Promise<Injected | null> => {
    if (draw.random() >= draw.rate) return null;
    const real = await exchange.pass();
    // The whole answer, late: the one mode in which nothing breaks.
    if (ending === null) {
      await exchange.sleep(1000 + Math.floor(draw.random() * 9000));
      return { response: real, did: `${exchange.kind}: whole, but late` };
    }
    await exchange.sleep(ending.afterMs);
    if (ending.words === null)
      return { response: halfOf(real), did: `${exchange.kind}: half of the body, ended as if whole` };
    const how = ending.isCut ? 'half of the body' : 'no answer';
    return { response: 'lost', did: `${exchange.kind}: ${how}, then ${ending.words}`, words: ending.words };
  };
}

function halfOf(response: HttpResponse): HttpResponse {
  return { ...response, body: response.body.slice(0, Math.floor(response.body.length / 2)) };
}
