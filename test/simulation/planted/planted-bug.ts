// What a planted bug is: one guard of the service taken away at run time by a wrapper around its ports or its network, so
// that the checkers can be checked. No file is changed; the wrapper is made anew for each run.
import type { HttpRequest, HttpResponse, Send } from '../../../sandbox/http-message.ts';
import type { Ports } from '../../../sandbox/world/incarnation.ts';
import type { RunOptions } from '../../../sandbox/world/options.ts';

export interface PlantedBug {
  readonly name: string;
  /** The laws of which one must be seen broken. */
  readonly invariants: readonly string[];
  /** Fault ids under which the guard matters; no others are there. */
  readonly faults: readonly string[];
  /** Of what nobody has proved yet, the variant in which the guard is the only one. */
  readonly rules?: RunOptions['rules'];
  /** How hard the faults are, where their usual draw would show the guard in few runs only. */
  readonly strengths?: RunOptions['strengths'];
  /** Settings of the pool, and how often its store is set back, where the drawn ones would show the guard in few runs only. */
  readonly settings?: RunOptions['settings'];
  readonly backupSeconds?: number;
  /** Jobs, where the drawn ones would show the guard in few runs only. */
  readonly arrivals?: RunOptions['arrivals'];
  /** The pool has several images; else none of the runs has. */
  readonly hasImages?: boolean;
  readonly plant: () => Planting;
}

export interface Planting {
  readonly ports?: (ports: Ports) => Ports;
  readonly wire?: (send: Send) => Send;
}

export function inAzure(change: (azure: Ports['azure']) => Partial<Ports['azure']>): () => Planting {
  return () => ({ ports: (ports) => ({ ...ports, azure: { ...ports.azure, ...change(ports.azure) } }) });
}

export function inAzureDevOps(
  change: (azureDevOps: Ports['azureDevOps']) => Partial<Ports['azureDevOps']>,
): () => Planting {
  return () => ({
    ports: (ports) => ({ ...ports, azureDevOps: { ...ports.azureDevOps, ...change(ports.azureDevOps) } }),
  });
}

/** Nobody asks who closed an agent, and for what: whoever is online is opened. */
export const openEveryAgent = inAzureDevOps((real) => ({
  listAgents: async (pool) => {
    const agents = await real.listAgents(pool);
    for (const agent of agents)
      if (!agent.isEnabled && agent.isOnline) await real.setAgentEnabled(pool, agent.agentId, true);
    return agents;
  },
}));

export function inStore(change: (store: Ports['store']) => Partial<Ports['store']>): () => Planting {
  return () => ({ ports: (ports) => ({ ...ports, store: { ...ports.store, ...change(ports.store) } }) });
}

/** Null passes the request on as it is. */
export function onTheWire(change: (request: HttpRequest, send: Send) => Promise<HttpResponse> | null): () => Planting {
  return () => ({ wire: (send) => (request) => change(request, send) ?? send(request) });
}
