// The budget of one identity: 200 throughput units in a sliding window of five minutes. Near its end the headers say so, beyond it answers
// come late, and far beyond it they are refused (azure-devops-wire.md 8). What one call costs nobody publishes, so it is a parameter.
import type { Rules, Throttle } from './organization.ts';

export interface ThrottlingOptions {
  /** Units that one call costs. */
  readonly unitsPerCall: number;
  /** 200 unless given. */
  readonly budget?: number;
}

const usualBudget = 200;
const windowMs = 300_000;
/** Headers come from here on; from the second on also the wish for a rest. */
const [toldFrom, restFrom] = [0.5, 0.9];
/** Answers come late from the budget on, as late as 30 s at this much of it, and are refused beyond. */
const refusedFrom = 1.5;
const longestDelaySeconds = 30;

interface Used {
  units: number;
  readonly calls: { readonly at: number; readonly units: number }[];
}

export function createThrottle(options: ThrottlingOptions): Rules['throttle'] {
  const budget = options.budget ?? usualBudget;
  const users = new Map<string, Used>();
  return ({ identity, at }) => {
    // An agent and a job have identities, and so budgets, of their own, which their few calls never use up.
    if ('agentId' in identity && identity.agentId !== null) return null;
    const used = users.get(identity.name) ?? { units: 0, calls: [] };
    users.set(identity.name, used);
    forgetOld(used, at);
    const share = used.units / budget;
    const isRefused = share >= refusedFrom;
    // A refused call costs nothing here: else whoever repeats it would never come back.
    if (!isRefused) {
      used.calls.push({ at, units: options.unitsPerCall });
      used.units += options.unitsPerCall;
    }
    return share < toldFrom ? null : told(used, options, share, at, isRefused);
  };
}

function forgetOld(used: Used, at: number): void {
  for (let first = used.calls[0]; first !== undefined && first.at <= at - windowMs; first = used.calls[0]) {
    used.units -= first.units;
    used.calls.shift();
  }
  if (used.calls.length === 0) used.units = 0;
}

function told(used: Used, options: ThrottlingOptions, share: number, at: number, isRefused: boolean): Throttle {
  const budget = options.budget ?? usualBudget;
  const resetAt = restsUntil(used, budget * restFrom, at);
  const rest = Math.max(1, Math.ceil((resetAt - at) / 1000));
  const over = Math.ceil(
    ((used.units - options.unitsPerCall - budget) * longestDelaySeconds) / (budget * (refusedFrom - 1)),
  );
  const delaySeconds = isRefused ? 0 : Math.max(0, Math.min(longestDelaySeconds, over));
  const headers = {
    'x-ratelimit-resource': 'Core',
    'x-ratelimit-limit': String(budget),
    'x-ratelimit-remaining': String(Math.max(0, Math.floor(budget - used.units))),
    'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
    ...(share < restFrom ? {} : { 'retry-after': String(rest) }),
    ...(delaySeconds === 0 ? {} : { 'x-ratelimit-delay': String(delaySeconds) }),
  };
  return { ...(isRefused ? { status: 429 as const } : {}), ...(delaySeconds === 0 ? {} : { delaySeconds }), headers };
}

/** When so much has left the window that the rest is below `wanted`. */
function restsUntil(used: Used, wanted: number, at: number): number {
  let units = used.units;
  for (const call of used.calls) {
    if (units < wanted) break;
    units -= call.units;
    if (units < wanted) return call.at + windowMs;
  }
  return at;
}
