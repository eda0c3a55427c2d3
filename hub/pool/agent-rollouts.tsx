// Another version of the agent while it comes into the pool: how many machines have it, and what happens next by itself. Nothing
// stands here at other times; one that was stopped has a banner.
import type { AgentRolloutView } from '../../contract/nodes.ts';
import { Moment } from '../moment.tsx';
import { Section } from '../section.tsx';

interface AgentRolloutsProps {
  readonly rollouts: readonly AgentRolloutView[];
  readonly now: string;
}

export function AgentRollouts({ rollouts, now }: AgentRolloutsProps) {
  return rollouts.map(({ osType, phase, version, from, startedAt, machines, machinesNew, words, nextStep }) => (
    <Section
      key={osType}
      title={`Agent ${version} ${phase === 'canary' ? 'is tried' : 'comes to all machines'}`}
      aside={
        <span className="weir-secondary">
          began <Moment at={startedAt} now={now} />
        </span>
      }
      className="weir-agent-rollout"
    >
      <div className="weir-inset">
        <div>
          {osType === 'windows' ? 'Windows' : 'Linux'} machines
          {from === null ? null : `, which had agent ${from} before`}. {words}
        </div>
        {machines === 0 ? null : (
          <progress max={machines} value={machinesNew} aria-label={`Machines with agent ${version}`} />
        )}
        <div className="weir-secondary">What happens next: {nextStep}</div>
      </div>
    </Section>
  ));
}
