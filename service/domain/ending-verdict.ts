// A job that waits in a pool that somebody deletes: none of its machines will take it, and there will be no other.
import { supplyVerdict } from './supply-verdict.ts';
import type { Agent } from './agent.ts';
import { finding, type Finding } from './verdict.ts';
import type { Waiting } from './waiting.ts';

/** `matching` are the agents that meet its demands: what is somebody else's stays, and may run it all the same. */
export function endingVerdict(waiting: Waiting, matching: readonly Agent[]): Finding {
  const { nodes, order, request, settings } = waiting;
  const own = new Set(nodes.map((node) => node.agent?.agentId));
  const others = matching.filter((agent) => agent.isEnabled && agent.isOnline && !own.has(agent.agentId));
  if (others.length > 0 && !order.nodes.has(request.requestId)) return supplyVerdict(waiting, others, true);
  const words =
    `The pool ${settings.name} is being deleted: its agents are disabled and only end the jobs they run, ` +
    'and no machine is started any more.';
  return finding('agentsDisabled', words, { nextStep: 'Cancel the job, or run it in another pool.' });
}
