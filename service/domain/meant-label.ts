// A misspelt name of a label, or a value written behind "=" or ":", looks like a tool that nobody has: what was meant.
import { equalsIgnoringCase, parseDemand } from './demand.ts';
import { labelNames } from './learned.ts';
import { nearestName } from './nearest.ts';

/** The demand with the label in place of its own name; null where its name is near to none, or is one. */
export function meantLabel(text: string): string | null {
  const demand = parseDemand(text);
  if (demand.kind === 'fault') return null;
  const joined = demand.kind === 'exists' ? /^([^=:]+)(?:==?|:)(.+)$/.exec(demand.name) : null;
  const label = labelNames.find((one) => equalsIgnoringCase(one, joined?.[1] ?? ''));
  if (label !== undefined) return `${label} -equals ${joined?.[2] ?? ''}`;
  const name = nearestName(demand.name, labelNames);
  if (name === null || equalsIgnoringCase(name, demand.name)) return null;
  return demand.kind === 'exists' ? name : `${name} -equals ${demand.value}`;
}
