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
  const classes = new Map<Sight, Node[]>();
  for (const node of nodes) {
    if (node.agent === null) continue;
    const sight = look(node.agent);
    const found = classes.get(sight);
    if (found === undefined) classes.set(sight, [node]);
    else found.push(node);
  }
  return [...classes]
    .sort(([a], [b]) => compareText(a.key, b.key))
    .map(([{ capabilities }, alike]) => ({ capabilities, nodes: alike }));
}

/** A picture without capabilities excludes nothing: optional fields never make a snapshot useless. */
export function meetsAll(demands: readonly Demand[], capabilities: Capabilities | null): boolean {
  return capabilities === null || demands.every((demand) => meetsDemand(demand, capabilities));
}

/** One of them, without joining all; null where the agent has none of that name, whatever its case. */
export function capabilityOf({ systemCapabilities, userCapabilities }: Agent, name: string): string | null {
  if (Object.hasOwn(userCapabilities, name)) return userCapabilities[name] ?? null;
  if (Object.hasOwn(systemCapabilities, name)) return systemCapabilities[name] ?? null;
  for (const spelling in systemCapabilities) {
    if (equalsIgnoringCase(spelling, name)) return userCapabilities[spelling] ?? systemCapabilities[spelling] ?? null;
  }
  for (const spelling in userCapabilities) {
    if (equalsIgnoringCase(spelling, name)) return userCapabilities[spelling] ?? null;
  }
  return null;
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
 * Agents have a hundred capabilities under the same few hundred spellings, most of them all in the same order. So each spelling
 * is compared with the wanted names once, and an agent that has the spellings of the one before it is read at the few places
 * that matter. A pass looks at its agents through the same names several times, so each agent is read once.
 */
function lensOf(names: readonly string[]): (agent: Agent) => Sight {
  const known = lenses.get(names);
  if (known !== undefined) return known;
  const read = { system: layoutReader(names), user: layoutReader(names) };
  const sights: Branch = { then: new Map(), sight: null };
  const seen = new WeakMap<Agent, Sight>();
  const look = (agent: Agent): Sight => {
    const before = seen.get(agent);
    if (before !== undefined) return before;
    const system = read.system(agent.systemCapabilities);
    if (system.spellings.length === 0) return blind;
    const user = read.user(agent.userCapabilities);
    let branch = sights;
    for (let place = 0; place < names.length; place += 1) {
      const own = user.wanted[place];
      const given = system.wanted[place];
      const value =
        own !== undefined
          ? agent.userCapabilities[own]
          : given === undefined
            ? undefined
            : agent.systemCapabilities[given];
      branch = branchFor(branch, value);
    }
    branch.sight ??= sightOf(names, branch);
    seen.set(agent, branch.sight);
    return branch.sight;
  };
  lenses.set(names, look);
  return look;
}

const lenses = new WeakMap<readonly string[], (agent: Agent) => Sight>();

/** The spellings of a set of capabilities, in their order, and which of them is wanted for each of the names. */
interface Layout {
  readonly spellings: readonly string[];
  readonly wanted: readonly (string | undefined)[];
}

function layoutReader(names: readonly string[]): (capabilities: Capabilities) => Layout {
  const places = new Map<string, number>(names.map((name, index) => [name, index]));
  const placeOf = (spelling: string): number => {
    const known = places.get(spelling);
    if (known !== undefined) return known;
    const found = names.findIndex((name) => equalsIgnoringCase(name, spelling));
    places.set(spelling, found);
    return found;
  };
  let last: Layout = { spellings: [], wanted: [] };
  return (capabilities) => {
    if (isLaidOut(capabilities, last.spellings)) return last;
    const wanted: (string | undefined)[] = [];
    const spellings = Object.keys(capabilities);
    for (const spelling of spellings) {
      const place = placeOf(spelling);
      if (place >= 0) wanted[place] = spelling;
    }
    last = { spellings, wanted };
    return last;
  };
}

function isLaidOut(capabilities: Capabilities, spellings: readonly string[]): boolean {
  let index = 0;
  for (const spelling in capabilities) {
    if (spelling !== spellings[index]) return false;
    index += 1;
  }
  return index === spellings.length;
}

/** Name after name, the values that were seen: agents that are alike end at the same branch. */
interface Branch {
  readonly then: Map<string | undefined, Branch>;
  sight: Sight | null;
  readonly value?: string | undefined;
  readonly from?: Branch;
}

function branchFor(from: Branch, value: string | undefined): Branch {
  const known = from.then.get(value);
  if (known !== undefined) return known;
  const branch: Branch = { then: new Map(), sight: null, value, from };
  from.then.set(value, branch);
  return branch;
}

/** A value that is absent differs from an empty one. */
function sightOf(names: readonly string[], end: Branch): Sight {
  const values: (string | undefined)[] = [];
  for (let branch = end; branch.from !== undefined; branch = branch.from) values.unshift(branch.value);
  const found = names.flatMap((name, place): [string, string][] => {
    const value = values[place];
    return value === undefined ? [] : [[name, value]];
  });
  const capabilities = Object.fromEntries(found);
  return { key: JSON.stringify(capabilities), capabilities };
}
