// Token buckets in virtual time: every request takes one from each bucket that covers it, and where one is empty Azure refuses it with 429,
// its own bare body and the seconds until the next token (azure-wire.md 3, "Throttling").
import type { HttpResponse } from '../http-message.ts';
import { isoTime } from './cloud.ts';
import type { Charge, Seen, Throttle } from './charge.ts';
import { locationName, scaleSetKey } from './resource-ids.ts';
import { classes, createClass, managerRates } from './throttle-classes.ts';
import type { Rate, ThrottleClass } from './throttle-classes.ts';

export interface ThrottlingOptions {
  /** Whether polls are counted for each operation or for what it works on: Microsoft does not say. */
  readonly polls: 'perOperation' | 'perTarget';
}

interface Bucket {
  tokens: number;
  at: number;
}

interface Draw {
  readonly key: string;
  readonly name: string;
  readonly rate: Rate;
}

/** One memory of buckets; it is not part of the exported state, for a cloud that stood still has filled them up. */
export function createThrottle(options: ThrottlingOptions): Throttle {
  const buckets = new Map<string, Bucket>();
  return (cloud, charge) => {
    const { now } = cloud.state;
    const kind = managerKind(charge.method);
    const manager = {
      key: `${charge.named.subscriptionId ?? ''}|${charge.by}|${kind}`,
      name: kind,
      rate: managerRates[kind],
    };
    const compute = computeDraws(cloud, charge, options);
    const empty = [manager, ...compute].find((draw) => bucketOf(buckets, draw, now).tokens < 1);
    if (empty === undefined) for (const draw of [manager, ...compute]) bucketOf(buckets, draw, now).tokens -= 1;
    const left = (draw: Draw): number => Math.floor(bucketOf(buckets, draw, now).tokens);
    const headers = {
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(left(manager)),
      ...(compute.length === 0
        ? {}
        : {
            'x-ms-ratelimit-remaining-resource': compute
              .map((draw) => `Microsoft.Compute/${draw.name};${left(draw)}`)
              .join(','),
            'x-ms-request-charge': '1',
          }),
    };
    if (empty === undefined) return { refusal: null, headers };
    return { refusal: refused(empty, bucketOf(buckets, empty, now), now, headers), headers };
  };
}

function bucketOf(buckets: Map<string, Bucket>, draw: Draw, now: number): Bucket {
  const known = buckets.get(draw.key);
  if (known === undefined) {
    const full = { tokens: draw.rate.burst, at: now };
    buckets.set(draw.key, full);
    return full;
  }
  known.tokens = Math.min(draw.rate.burst, known.tokens + ((now - known.at) / 60_000) * draw.rate.perMinute);
  known.at = now;
  return known;
}

function managerKind(method: string): keyof typeof managerRates {
  if (method === 'GET' || method === 'HEAD') return 'reads';
  return method === 'DELETE' ? 'deletes' : 'writes';
}

function computeDraws(cloud: Seen, charge: Charge, options: ThrottlingOptions): readonly Draw[] {
  const { named, operation } = charge;
  const { subscriptionId = '', resourceGroup, scaleSet } = named;
  const key =
    resourceGroup === undefined || scaleSet === undefined ? null : scaleSetKey(subscriptionId, resourceGroup, scaleSet);
  const set = key === null ? undefined : cloud.state.scaleSets[key];
  const kind =
    operation === 'virtualMachineScaleSets.createOrUpdate' && set === undefined ? createClass : classes[operation];
  if (kind === undefined) return [];
  const region = locationName(set?.location ?? named.location ?? '');
  const ofSubscription = {
    key: `${subscriptionId}|${region}|${kind.policy}`,
    name: `${kind.policy}SubscriptionMaximum`,
    rate: kind.perSubscription,
  };
  if (kind.perResource === null) return [ofSubscription];
  const resource = resourceOf(cloud, kind, charge, key, options);
  return [
    { key: `${resource}|${kind.policy}`, name: `${kind.policy}Resource`, rate: kind.perResource },
    ofSubscription,
  ];
}

function resourceOf(
  cloud: Seen,
  kind: ThrottleClass,
  { named }: Charge,
  key: string | null,
  options: ThrottlingOptions,
): string {
  if (kind.of === 'operation') {
    const id = (named.operationId ?? '').toLowerCase();
    return options.polls === 'perOperation' ? id : (cloud.state.operations[id]?.subject ?? id);
  }
  return kind.of === 'machine' ? `${key ?? ''}/${named.instanceId ?? ''}` : (key ?? '');
}

/** The body is bare, and its one detail is JSON in a string. */
function refused(draw: Draw, bucket: Bucket, now: number, headers: Readonly<Record<string, string>>): HttpResponse {
  const seconds = Math.max(1, Math.ceil(((1 - bucket.tokens) / draw.rate.perMinute) * 60));
  const told = {
    operationGroup: draw.name,
    startTime: isoTime(now - 60_000),
    endTime: isoTime(now),
    allowedRequestCount: draw.rate.burst,
    measuredRequestCount: draw.rate.burst + 1,
  };
  const body = {
    code: 'OperationNotAllowed',
    message: 'The server rejected the request because too many requests have been received for this subscription.',
    details: [{ code: 'TooManyRequests', target: draw.name, message: JSON.stringify(told) }],
  };
  return {
    status: 429,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers, 'retry-after': String(seconds) },
    body: JSON.stringify(body),
  };
}
