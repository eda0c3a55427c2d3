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
  const proven = old.filter((node) => isProven(node, pass));
  const isTried = observation.operations.some((one) => one.reason.code === 'agentOutdated');
  const first = isTried ? undefined : old.find((node) => hasStoodFor(node, now) >= tryAfterMs);
  const going = proven.length > 0 || first === undefined ? proven : [first];
  const decisions = going.map((node) => {
    const words = `${node.name} runs agent ${versionOf(node) ?? ''}, and machines get ${wantedOf(node, pass) ?? ''} now: it is free and given back.`;
    return decideNode('reclaim', node, say('agentOutdated', words));
  });
  return withDecisions(plan, decisions, going);
}

/** Another one than the settings name, or an older one than the newest. */
function isOutdated(node: Node, pass: Pass): boolean {
  const [version, wanted] = [versionOf(node), wantedOf(node, pass)];
  if (version === null || wanted === null || version === wanted) return false;
  return pass.settings.agentVersion !== 'latest' || isOlder(version, wanted);
}

/** A machine of the same image has come up with it: one that stands, or one of which that is remembered. */
function isProven(node: Node, pass: Pass): boolean {
  const imageOf = ({ generation }: Node): string => generation?.image ?? pass.settings.images[0]?.aliases[0] ?? '';
  const [image, wanted] = [imageOf(node), wantedOf(node, pass)];
  const stands = pass.nodes.some(
    (one) => one.agent?.isOnline === true && imageOf(one) === image && versionOf(one) === wanted,
  );
  return stands || (pass.observation.learned ?? []).some((one) => one.image === image && one.agentVersion === wanted);
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
