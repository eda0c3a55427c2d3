// Issuers' certificates from where certificates say that they lie: one allowed host, no redirect, small, quick and
// remembered (agent-enrolment.md 11, step 5; fetching from anywhere was CVE-2026-45796).
import type { Clock } from '../ports.ts';
import { steadyNow } from '../steady.ts';
import { tryCertificate, type Certificate } from './certificate.ts';

/** One GET; must follow no redirect, and reject where the body is longer than `maximumBytes`. */
export type FetchBytes = (
  url: string,
  maximumBytes: number,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body: Uint8Array }>;

export type FindIssuers = (of: Certificate) => Promise<readonly Certificate[]>;

export interface IssuerOptions {
  readonly fetch: FetchBytes;
  readonly clock: Clock;
  /** Aborts after so many milliseconds. */
  readonly deadline: (milliseconds: number) => AbortSignal;
  readonly note: (words: string) => void;
}

const allowedHost = 'www.microsoft.com';
const maximumBytes = 16_384;
const timeoutMilliseconds = 5_000;
const rememberedMilliseconds = 24 * 3_600_000;
/** What failed is asked again soon, yet not for every claim of a flood. */
const failureMilliseconds = 60_000;
/** Azure has about ten; whoever makes up addresses gets no further. */
const maximumRemembered = 32;

export function createIssuers(options: IssuerOptions): FindIssuers {
  const shelf = new Map<string, { readonly until: number; readonly found: Promise<Certificate | null> }>();
  const { clock } = options;
  return async (of) => {
    const urls = of.issuerUrls.filter(isAllowed).slice(0, 2);
    const found = await Promise.all(urls.map((url) => shelved(url)));
    return found.filter((one) => one !== null);
  };

  function shelved(url: string): Promise<Certificate | null> {
    const now = steadyNow(clock);
    for (const [key, { until }] of shelf) if (until <= now) shelf.delete(key);
    const standing = shelf.get(url);
    if (standing !== undefined) return standing.found;
    if (shelf.size >= maximumRemembered) {
      options.note(`Too many addresses of issuers are asked for; ${url} is not.`);
      return Promise.resolve(null);
    }
    const found = fetched(options, url);
    shelf.set(url, { until: now + failureMilliseconds, found });
    void found.then((one) => {
      if (one !== null) shelf.set(url, { until: steadyNow(clock) + rememberedMilliseconds, found });
    });
    return found;
  }
}

/** Certificates are signed themselves, so plain http is what authorities use. */
function isAllowed(text: string): boolean {
  if (!URL.canParse(text) || /[\s\\@]/.test(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname === allowedHost && url.port === '';
}

async function fetched(options: IssuerOptions, url: string): Promise<Certificate | null> {
  try {
    const { status, body } = await options.fetch(url, maximumBytes, options.deadline(timeoutMilliseconds));
    const found = status === 200 && body.length <= maximumBytes ? tryCertificate(body) : null;
    if (found === null) options.note(`${url} answered ${status} and no certificate.`);
    return found;
  } catch (error) {
    options.note(`${url} gave no certificate: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
