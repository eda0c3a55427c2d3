// Machines of another agent than new ones get (agent-rollout.ts) go: where no new machine is made by itself one free machine makes room for
// one that tries, and once the new version has come up the free machines of the old one go, a share at a time (disruption.ts). Machines
// with a job go as they always do.
import type { Decision } from './decision.ts';
import { readCapability } from './demand.ts';
import { allowedAtOnce, blockedUntil } from './disruption-share.ts';
import { osTypeOf } from './lane-image.ts';
import { keepsUntil } from './lifetime.ts';
import { isHeldByPerson, type Node } from './node.ts';
import type { AgentTrial } from './observation.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { say } from './words.ts';

/** An image that brings an agent of its own never comes up with ours: it is tried no more often than this. */
const tryAfterMs = 24 * 3_600_000;

export function renewAgents(pass: Pass, plan: Plan): Plan {
  const { settings, now, trust, claims, observation } = pass;
  if (!trust.canDestroy) return plan;
  const isFree = (node: Node) =>
    !isHeldByPerson(node) && !plan.leaving.has(node.key) && keepsUntil(node, settings) <= now;
  const old = claims.spareIdle.filter((node) => isFree(node) && (isOutdated(node, pass) || isAwaited(node, pass)));
  const known = old.length === 0 ? new Set<string>() : provenOf(pass);
  const proven = old.filter((node) => !isAwaited(node, pass) && isProven(node, pass, known));
  const isUnderWay = observation.operations.some((one) => one.reason.code === 'agentOutdated');
  const tried = triedLately(pass);
  const first = isUnderWay
    ? undefined
    : old.find((node) => {
        // A rollout counts its own trials; without one nobody does.
        const isOpen = isAwaited(node, pass) || !(trialOf(node, pass) in tried);
        return isOpen && hasStoodFor(node, now) >= tryAfterMs;
      });
  const going = proven.length > 0 || first === undefined ? proven : [first];
  const tries = first !== undefined && going.includes(first) && proven.length === 0;
  const triedAgents = tries ? { ...tried, [trialOf(first, pass)]: now } : tried;
  const decisions = going.map((node) => {
    const words = `${node.name} runs agent ${versionOf(node) ?? ''}, and machines get ${nextOf(node, pass) ?? ''} now: it is free and given back.`;
    return decideNode('reclaim', node, say('agentOutdated', words));
  });
  return withDecisions({ ...plan, remember: { ...plan.remember, triedAgents } }, decisions, going);
}

/** Of machines that have run their job: those that are given back instead of wiped, for a wiped one keeps the agent of its model. */
export function usedWithOldAgent(used: readonly Node[], pass: Pass): readonly Node[] {
  const { settings, observation, now } = pass;
  if (used.length === 0 || blockedUntil(settings, now) !== null) return [];
  const known = provenOf(pass);
  const left = new Map(Object.entries(observation.agentTrials ?? {}).map(([osType, trial]) => [osType, trial.wanted]));
  const going = used.filter((node) => {
    if (!isAwaited(node, pass)) return isOutdated(node, pass) && isProven(node, pass, known);
    const osType = osTypeOf(settings, node.generation?.image);
    const wanted = left.get(osType) ?? 0;
    left.set(osType, wanted - 1);
    return wanted > 0;
  });
  return going.slice(0, allowedAtOnce(pass.nodes, observation, settings));
}

export function giveBackForAgent(node: Node, pass: Pass): Decision {
  const words = `${node.name} has run its job with agent ${versionOf(node) ?? ''}, and machines get ${nextOf(node, pass) ?? ''} now: it is given back.`;
  return decideNode('reclaim', node, say('agentOutdated', words));
}

/** Another one than the settings name, or an older one than the newest. */
function isOutdated(node: Node, pass: Pass): boolean {
  const [version, wanted, trial] = [versionOf(node), wantedOf(node, pass), agentTrial(node, pass)];
  if (version === null || wanted === null || version === wanted || version === trial?.canary) return false;
  if (version === trial?.rejected) return true;
  return pass.settings.agentVersion !== 'latest' || isOlder(version, wanted);
}

/** A new machine in its place would try another version, and machines that do are still wanted. */
function isAwaited(node: Node, pass: Pass): boolean {
  const trial = agentTrial(node, pass);
  const version = versionOf(node);
  return trial?.canary != null && trial.wanted > 0 && version !== null && version !== trial.canary;
}

/** What worked before another one was stopped needs no proof. */
function isProven(node: Node, pass: Pass, known: ReadonlySet<string>): boolean {
  return agentTrial(node, pass)?.rejected != null || known.has(trialOf(node, pass));
}

/** Image and version of what a new machine in its place would be. */
function trialOf(node: Node, pass: Pass): string {
  return `${imageOf(node, pass)} ${nextOf(node, pass) ?? ''}`;
}

function nextOf(node: Node, pass: Pass): string | null {
  return isAwaited(node, pass) ? (agentTrial(node, pass)?.canary ?? null) : wantedOf(node, pass);
}

function agentTrial({ generation }: Node, { observation, settings }: Pass): AgentTrial | undefined {
  return observation.agentTrials?.[osTypeOf(settings, generation?.image)];
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
