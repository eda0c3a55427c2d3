// Counts our own requests against the limits that Azure publishes (azure-wire.md 3, "Throttling"), so that it need not
// refuse them. What its headers say is left is believed where it is less: others may use the same scale set.
import type { Clock, HttpRequest, HttpResponse, Send } from '../ports.ts';

/** The kinds of requests that are counted apart for each resource. */
export type Metered = 'read' | 'list' | 'update' | 'delete' | 'readMachine' | 'updateMachine';

export interface Meter {
  readonly send: Send;
  /** Milliseconds until so many requests of that kind are allowed on the resource; 0: now. Ids in any letters. */
  wait(kind: Metered, resourceId: string, requests?: number): number;
  /** How many were sent, as long as the bucket is remembered. */
  sent(kind: Metered, resourceId: string): number;
}

interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

const rates: Readonly<Record<Metered, Rate>> = {
  read: { perMinute: 12, burst: 36 },
  list: { perMinute: 10, burst: 30 },
  update: { perMinute: 4, burst: 12 },
  delete: { perMinute: 4, burst: 12 },
  readMachine: { perMinute: 12, burst: 36 },
  updateMachine: { perMinute: 4, burst: 12 },
};

interface Bucket {
  tokens: number;
  sent: number;
  at: number;
}

/** A bucket that nobody used for this long is full again, and is forgotten. */
const forgetAfterMs = 3_600_000;

export function createMeter(send: Send, clock: Pick<Clock, 'now'>): Meter {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (kind: Metered, resourceId: string): Bucket => {
    const { perMinute, burst } = rates[kind];
    const key = `${kind} ${resourceId.toLowerCase()}`;
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: burst, sent: 0, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 60_000) * perMinute);
    bucket.at = now;
    buckets.set(key, bucket);
    if (buckets.size > 1000) forgetOld(buckets, now);
    return bucket;
  };
  return {
    send: async (request, signal) => {
      const counted = meteredOf(request);
      if (counted === null) return await send(request, signal);
      const before = bucketOf(...counted);
      before.tokens -= 1;
      before.sent += 1;
      const answer = await send(request, signal);
      const left = leftOf(answer);
      const bucket = bucketOf(...counted);
      if (left !== null) bucket.tokens = Math.min(bucket.tokens, left);
      return answer;
    },
    sent: (kind, resourceId) => bucketOf(kind, resourceId).sent,
    wait: (kind, resourceId, requests = 1) => {
      const missing = Math.min(requests, rates[kind].burst) - bucketOf(kind, resourceId).tokens;
      return missing <= 0 ? 0 : Math.ceil(Math.round((missing / rates[kind].perMinute) * 60_000_000) / 1000);
    },
  };
}

function forgetOld(buckets: Map<string, Bucket>, now: number): void {
  for (const [key, { at }] of buckets) if (now - at > forgetAfterMs) buckets.delete(key);
}

const setPath = /^(.*\/virtualmachinescalesets\/[^/]+)(?:\/(.*))?$/;

function meteredOf(request: HttpRequest): [Metered, string] | null {
  const [, set, rest = ''] = setPath.exec(new URL(request.url).pathname.toLowerCase()) ?? [];
  if (set === undefined) return null;
  const isRead = request.method === 'GET';
  const [kind, machine, more] = rest.split('/');
  if (kind === 'virtualmachines' && machine === undefined) return ['list', set];
  if (kind === 'virtualmachines')
    return [isRead ? 'readMachine' : 'updateMachine', `${set}/virtualmachines/${machine ?? ''}`];
  if (kind === 'instanceview') return ['list', set];
  if (kind === 'delete' && more === undefined) return ['delete', set];
  return [isRead ? 'read' : 'update', set];
}

/** `Microsoft.Compute/GetVMScaleSetResource;35,…`: the least of what is left; null where the answer does not say. */
function leftOf(answer: HttpResponse): number | null {
  const counts = [...(answer.headers['x-ms-ratelimit-remaining-resource'] ?? '').matchAll(/;\s*(\d+)/g)];
  return counts.length === 0 ? null : Math.min(...counts.map(([, count]) => Number(count)));
}
