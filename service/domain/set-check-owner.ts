// Checks of who else has a say: another sizer, locks, and the quota of the subscription.
import { contentionsOf } from './contention.ts';
import { weirTagOf } from './lane-owner.ts';
import { commandLine, partsOfId } from './set-commands.ts';
import type { LockFacts, SetFacts, SetUse, UsageFacts } from './set-facts.ts';
import { notRead, type SetFinding } from './set-finding.ts';

export function checkOwner({ scaleSet }: SetFacts, { publicUrl, otherPools }: SetUse): SetFinding {
  const elastic = contentionsOf(scaleSet).find((one) => one.forbidsDestroying);
  if (elastic !== undefined)
    return { status: 'error', words: elastic.words, evidence: { tag: elastic.field }, fix: byHand(elastic.nextStep) };
  const lane = weirTagOf(scaleSet.tags);
  if (lane !== null) {
    return {
      status: 'error',
      words: 'Weir made this scale set itself, for the images of a pool.',
      evidence: { owner: scaleSet.tags[lane] ?? '' },
      fix: byHand('Name the scale set that you made as the template, not one that Weir made from it.'),
    };
  }
  if (otherPools.length > 0) {
    const names = otherPools.join(', ');
    return {
      status: 'error',
      words: `Another pool of Weir works it too: ${names}. Each would delete the machines of the other.`,
      evidence: { pools: names },
      fix: byHand('Give each pool a scale set of its own.'),
    };
  }
  const address = weirAddress(scaleSet.extensions.map((one) => one.settings));
  if (address !== null && publicUrl !== null && address !== publicUrl.replace(/\/+$/, '')) {
    return {
      status: 'error',
      words: `Another Weir works it: its machines ask ${address} for their agent.`,
      evidence: { here: publicUrl, there: address },
      fix: byHand('Take the scale set away from that service first, or use another one here.'),
    };
  }
  return { status: 'ok', words: 'Nobody else sizes it.' };
}

/** Where machines of the model get their agent from; null: no Weir has written to it. */
export function weirAddress(settings: readonly Readonly<Record<string, unknown>>[]): string | null {
  for (const { enableScriptParameters, fileUris } of settings) {
    const [file] = Array.isArray(fileUris) ? (fileUris as readonly unknown[]) : [];
    const [, address] =
      /(?:--weir-url|-WeirUrl) (\S+)/.exec(textOf(enableScriptParameters)) ??
      /^(.+)\/v1\/enrolment\/[^/]+\/enableagent\.ps1$/.exec(textOf(file)) ??
      [];
    if (address !== undefined) return address;
  }
  return null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A lock of anything above counts; one that forbids deleting stops the removal of lanes, and may not stop single deletes. */
export function checkLocks({ scaleSet, locks }: SetFacts, { hasLanes, laneResourceGroup }: SetUse): SetFinding {
  if (locks.value === null) return notRead('The locks', locks.problem);
  const here = locks.value.filter((lock) => covers(lock.scope, scaleSet.id));
  const lanes = locks.value.filter((lock) => hasLanes && covers(lock.scope, laneResourceGroup ?? ''));
  const frozen = [...here.filter((lock) => !hasLanes || lanes.includes(lock)), ...lanes].find(
    (lock) => lock.level === 'readOnly',
  );
  if (frozen !== undefined)
    return locked('error', frozen, 'is read-only: Azure refuses every change, so no machine comes or goes.');
  if (lanes[0] !== undefined)
    return locked('error', lanes[0], 'forbids deleting: the scale sets that Weir makes there would never go.');
  const [kept] = here;
  if (kept === undefined) return { status: 'ok', words: 'No lock stands in the way.' };
  if (hasLanes) return { status: 'ok', words: `The lock ${kept.name} keeps the template, which Weir never deletes.` };
  return locked(
    'warning',
    kept,
    'forbids deleting. Weir never deletes the scale set, only single machines of it; where Azure refuses that, the lock is why.',
  );
}

function covers(scope: string, id: string): boolean {
  const [outer, inner] = [scope.toLowerCase(), id.toLowerCase()];
  return inner === outer || inner.startsWith(`${outer}/`);
}

function locked(status: 'warning' | 'error', lock: LockFacts, does: string): SetFinding {
  const { name: place } = partsOfId(lock.scope);
  const at = place === '' ? (lock.scope.split('/').at(-1) ?? lock.scope) : place;
  return {
    status,
    words: `The lock ${lock.name} at ${at} ${does}`,
    evidence: { lock: lock.name, at: lock.scope, notes: lock.notes ?? 'none' },
    fix: {
      words:
        'Ask whoever set the lock, then remove it. That takes the right Microsoft.Authorization/locks/delete, which Weir does not have.',
      commands: commandLine(['az', 'lock', 'delete', '--ids', lock.id]),
      mend: null,
    },
  };
}

/** Machines of the scale set itself are among those that are used already. */
export function checkQuota({ scaleSet, usages, size, model }: SetFacts, { maxCapacity, hasLanes }: SetUse): SetFinding {
  if (maxCapacity === null)
    return { status: 'ok', words: 'How many cores it needs is known when a pool has a maximum.' };
  if (usages.value === null) return notRead('The quota', usages.problem);
  if (size.value === null) return notRead(`The size ${scaleSet.sku.name}`, size.problem);
  const { cores, family, name } = size.value;
  if (cores === null) return { status: 'warning', words: `Azure does not say how many cores ${name} has.` };
  const needed = cores * maxCapacity;
  const own = hasLanes ? 0 : cores * scaleSet.capacity;
  const wanted = model.isSpot ? ['lowprioritycores'] : ['cores', family?.toLowerCase() ?? ''];
  const asked = usages.value.filter((one) => wanted.includes(one.name.toLowerCase()));
  const short = asked.find((one) => one.limit < needed);
  const tight = asked.find((one) => one.limit - (one.used - own) < needed);
  const about = short ?? tight;
  if (about === undefined) {
    if (asked.length === 0) return { status: 'warning', words: `Azure tells no quota for ${name}.` };
    return {
      status: 'ok',
      words: `${maxCapacity} machines need ${needed} cores, and the quota has them.`,
      evidence: { needed },
    };
  }
  return {
    status: short === undefined ? 'warning' : 'error',
    words: quotaWords(about, needed, maxCapacity, own),
    evidence: { needed, limit: about.limit, usedByOthers: about.used - own },
    fix: {
      words: `Ask Azure for more cores of ${about.words}, or lower "Maximum number of virtual machines in the scale set" (maxCapacity).`,
      commands: quotaCommands(scaleSet.id, scaleSet.location, about.name, about.used - own + needed),
      mend: null,
    },
  };
}

function quotaWords({ words, limit, used }: UsageFacts, needed: number, machines: number, own: number): string {
  const need = `${machines} machines need ${needed} cores`;
  if (limit < needed) return `${need}, and the quota of ${words} is ${limit}.`;
  return `${need}. The quota of ${words} is ${limit}, and others use ${used - own} of it.`;
}

function quotaCommands(id: string, location: string, name: string, wanted: number) {
  const region = location.toLowerCase().replaceAll(' ', '');
  const scope = `/subscriptions/${id.split('/')[2] ?? ''}/providers/Microsoft.Compute/locations/${region}`;
  return commandLine(
    ['az', 'vm', 'list-usage', '--location', region, '--output', 'table'],
    ['az', 'quota', 'update', '--resource-name', name, '--scope', scope, '--limit-object', `value=${wanted}`],
  );
}

function byHand(words: string) {
  return { words, commands: null, mend: null };
}
