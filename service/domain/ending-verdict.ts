// A job that waits in a pool that somebody deletes: none of its machines will take it, and there will be no other.
import { nodesByAgent, supplyVerdict } from './supply-verdict.ts';
import type { Agent } from './agent.ts';
import { finding, type Finding } from './verdict.ts';
import { matchingAgents } from './matching-agents.ts';
import { oncePerWriting, type Waiting } from './waiting.ts';

/** What is somebody else's stays, and may run it all the same. */
export function endingVerdict(waiting: Waiting): Finding {
  const { order, request, settings } = waiting;
  const others = othersOf(waiting);
  if (others.length > 0 && !order.nodes.has(request.requestId)) return supplyVerdict(waiting, others, true);
  const words =
    `The pool ${settings.name} is being deleted: its agents are disabled and only end the jobs they run, ` +
    'and no machine is started any more.';
  return finding('agentsDisabled', words, { nextStep: 'Cancel the job, or run it in another pool.' });
}

const othersOf = oncePerWriting((asking): readonly Agent[] => {
  const own = nodesByAgent(asking);
  return matchingAgents(asking).filter((agent) => agent.isEnabled && agent.isOnline && !own.has(agent.agentId));
});
