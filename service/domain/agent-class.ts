// Agents that are alike in every capability that some demand looks at are one class, so demands are compared with a few
// classes and not with thousands of agents.
import type { Agent, Capabilities } from './agent.ts';
import { equalsIgnoringCase, meetsDemand, type Demand } from './demand.ts';
import { compareText, type Node } from './node.ts';

export interface AgentClass {
  /** Cut to the names that matter; null where the picture has no capabilities at all. */
  readonly capabilities: Capabilities | null;
  readonly nodes: readonly Node[];
}

/** Classes of the nodes that have an agent, in an order that does not depend on the order of the nodes. */
export function classesOf(nodes: readonly Node[], names: readonly string[]): readonly AgentClass[] {
  const look = lens(names);
  const classes = new Map<string, { capabilities: Capabilities | null; nodes: Node[] }>();
  for (const node of nodes) {
    if (node.agent === null) continue;
    const capabilities = look(node.agent);
    const key = capabilities === null ? '' : JSON.stringify(capabilities);
    const found = classes.get(key);
    if (found === undefined) classes.set(key, { capabilities, nodes: [node] });
    else found.nodes.push(node);
  }
  return [...classes].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one);
}

/** A picture without capabilities excludes nothing: optional fields never make a snapshot useless. */
export function meetsAll(demands: readonly Demand[], capabilities: Capabilities | null): boolean {
  return capabilities === null || demands.every((demand) => meetsDemand(demand, capabilities));
}

/**
 * Reads of an agent only the capabilities of these names. Agents have a hundred capabilities under the same few hundred
 * names, so each spelling is compared with the wanted names once.
 */
export function lens(names: readonly string[]): (agent: Agent) => Capabilities | null {
  const wanted = new Map<string, string | null>(names.map((name) => [name, name]));
  const meaning = (key: string): string | null => {
    const known = wanted.get(key);
    if (known !== undefined) return known;
    const found = names.find((name) => equalsIgnoringCase(name, key)) ?? null;
    wanted.set(key, found);
    return found;
  };
  return (agent) => {
    const systemNames = Object.keys(agent.systemCapabilities);
    if (systemNames.length === 0) return null;
    const found = new Map<string, string>();
    for (const key of systemNames) take(found, meaning(key), key, agent.systemCapabilities);
    for (const key of Object.keys(agent.userCapabilities)) take(found, meaning(key), key, agent.userCapabilities);
    // Sorted, so that agents which list the same capabilities in another order are one class.
    return Object.fromEntries([...found].sort(([a], [b]) => compareText(a, b)));
  };
}

function take(found: Map<string, string>, name: string | null, key: string, capabilities: Capabilities): void {
  const value = capabilities[key];
  if (name !== null && value !== undefined) found.set(name, value);
}
