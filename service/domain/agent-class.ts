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
  const look = lensOf(names);
  const classes = new Map<string, { capabilities: Capabilities | null; nodes: Node[] }>();
  for (const node of nodes) {
    if (node.agent === null) continue;
    const { key, capabilities } = look(node.agent);
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

/** Reads of an agent only the capabilities of these names; null where the picture has none at all. */
export function lens(names: readonly string[]): (agent: Agent) => Capabilities | null {
  const look = lensOf(names);
  return (agent) => look(agent).capabilities;
}

interface Sight {
  /** The same for agents that are alike in these names. */
  readonly key: string;
  readonly capabilities: Capabilities | null;
}

const blind: Sight = { key: '', capabilities: null };

/**
 * Agents have a hundred capabilities under the same few hundred spellings, so each spelling is compared with the wanted
 * names once; and a pass looks at its agents through the same names several times, so each agent is read once.
 */
function lensOf(names: readonly string[]): (agent: Agent) => Sight {
  const known = lenses.get(names);
  if (known !== undefined) return known;
  const places = new Map<string, number>(names.map((name, index) => [name, index]));
  const placeOf = (spelling: string): number => {
    const found = names.findIndex((name) => equalsIgnoringCase(name, spelling));
    places.set(spelling, found);
    return found;
  };
  const sights = new Map<string, Sight>();
  const seen = new WeakMap<Agent, Sight>();
  const look = (agent: Agent): Sight => {
    const before = seen.get(agent);
    if (before !== undefined) return before;
    const values: (string | undefined)[] = [];
    let isEmpty = true;
    for (const spelling in agent.systemCapabilities) {
      isEmpty = false;
      const place = places.get(spelling) ?? placeOf(spelling);
      if (place >= 0) values[place] = agent.systemCapabilities[spelling];
    }
    if (isEmpty) return blind;
    for (const spelling in agent.userCapabilities) {
      const place = places.get(spelling) ?? placeOf(spelling);
      if (place >= 0) values[place] = agent.userCapabilities[spelling];
    }
    const sight = sightOf(names, values, sights);
    seen.set(agent, sight);
    return sight;
  };
  lenses.set(names, look);
  return look;
}

const lenses = new WeakMap<readonly string[], (agent: Agent) => Sight>();

/** Agents that are alike share one sight; a value that is absent differs from an empty one. */
function sightOf(names: readonly string[], values: readonly (string | undefined)[], sights: Map<string, Sight>): Sight {
  let writing = '';
  for (const [place] of names.entries()) {
    const value = values[place];
    writing += value === undefined ? '-' : `${value.length}:${value}`;
  }
  const known = sights.get(writing);
  if (known !== undefined) return known;
  const found = names.flatMap((name, place): [string, string][] => {
    const value = values[place];
    return value === undefined ? [] : [[name, value]];
  });
  const capabilities = Object.fromEntries(found);
  const sight = { key: JSON.stringify(capabilities), capabilities };
  sights.set(writing, sight);
  return sight;
}
