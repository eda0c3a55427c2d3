// Another version of the agent comes into a pool like a new image: one machine tries it, and once it has come up with it the free machines
// of the old one go, a share at a time (disruption.ts). Machines with a job go as they always do.
import { readCapability } from './demand.ts';
import { osTypeOf } from './lane-image.ts';
import { keepsUntil } from './lifetime.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { say } from './words.ts';

/** An image that brings an agent of its own never comes up with ours: it is tried no more often than this. */
const tryAfterMs = 24 * 3_600_000;

export function renewAgents(pass: Pass, plan: Plan): Plan {
  const { settings, now, trust, claims, observation } = pass;
  if (!trust.canDestroy) return plan;
  const isFree = (node: Node) =>
    !isHeldByPerson(node) && !plan.leaving.has(node.key) && keepsUntil(node, settings) <= now;
  const old = claims.spareIdle.filter((node) => isFree(node) && isOutdated(node, pass));
  const known = provenOf(pass);
  const proven = old.filter((node) => known.has(trialOf(node, pass)));
  const isUnderWay = observation.operations.some((one) => one.reason.code === 'agentOutdated');
  const tried = triedLately(pass);
  const first = isUnderWay
    ? undefined
    : old.find((node) => hasStoodFor(node, now) >= tryAfterMs && !(trialOf(node, pass) in tried));
  const going = proven.length > 0 || first === undefined ? proven : [first];
  const tries = first !== undefined && going.includes(first) && proven.length === 0;
  const triedAgents = tries ? { ...tried, [trialOf(first, pass)]: now } : tried;
  const decisions = going.map((node) => {
    const words = `${node.name} runs agent ${versionOf(node) ?? ''}, and machines get ${wantedOf(node, pass) ?? ''} now: it is free and given back.`;
    return decideNode('reclaim', node, say('agentOutdated', words));
  });
  return withDecisions({ ...plan, remember: { ...plan.remember, triedAgents } }, decisions, going);
}

/** Another one than the settings name, or an older one than the newest. */
function isOutdated(node: Node, pass: Pass): boolean {
  const [version, wanted] = [versionOf(node), wantedOf(node, pass)];
  if (version === null || wanted === null || version === wanted) return false;
  return pass.settings.agentVersion !== 'latest' || isOlder(version, wanted);
}

/** Image and version of what a new machine in its place would be. */
function trialOf(node: Node, pass: Pass): string {
  return `${imageOf(node, pass)} ${wantedOf(node, pass) ?? ''}`;
}

function imageOf({ generation }: Node, { settings }: Pass): string {
  return generation?.image ?? settings.images[0]?.aliases[0] ?? '';
}

/** Machines of these images have come up with these versions: some stand, of others that is remembered. */
function provenOf(pass: Pass): ReadonlySet<string> {
  const standing = pass.nodes
    .filter((one) => one.agent?.isOnline === true)
    .map((one) => `${imageOf(one, pass)} ${versionOf(one) ?? ''}`);
  const learned = (pass.observation.learned ?? []).map((one) => `${one.image} ${one.agentVersion}`);
  return new Set([...standing, ...learned]);
}

/** A trial that brought nothing is not made again at once with the next machine. */
function triedLately({ memory, now }: Pass): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(memory.triedAgents ?? {}).filter(([, at]) => now - at < tryAfterMs));
}

function versionOf({ agent }: Node): string | null {
  return agent === null ? null : (readCapability(agent.systemCapabilities, 'Agent.Version') ?? agent.version);
}

function wantedOf(node: Node, { observation, settings }: Pass): string | null {
  return observation.agentVersions?.[osTypeOf(settings, node.generation?.image)] ?? null;
}

function hasStoodFor({ generation, instance }: Node, now: number): number {
  return now - (generation?.startedAt ?? instance?.createdAt ?? now);
}

function isOlder(version: string, than: string): boolean {
  const [own, other] = [version, than].map((text) => text.split('.').map(Number));
  const at = own?.findIndex((part, index) => part !== (other?.[index] ?? 0)) ?? -1;
  return at >= 0 && (own?.[at] ?? 0) < (other?.[at] ?? 0);
}
