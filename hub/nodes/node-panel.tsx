// One node in full: what it is, its boot, what failed, how far it is on its way out, and what people may do with it.
import { Button } from 'azure-devops-ui/Button';
import type { NodeView } from '../../contract/api.ts';
import { Name } from '../name.tsx';
import { nodeStateWords } from '../node-state.ts';
import { agentWords } from '../pool/node-words.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { NodeStatus } from '../status-icon.tsx';
import { between, clockWords, deadlineWords, exactWords, spanWords } from '../time.ts';
import { NodeActions } from './node-actions.tsx';
import { NodeBootPart } from './node-boot.tsx';
import { NodeReclaim } from './node-reclaim.tsx';
import { apart } from '../apart.ts';

interface NodePanelProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly node: NodeView;
  readonly now: string;
  readonly onClose: () => void;
}

export function NodePanel({ client, pool, node, now, onClose }: NodePanelProps) {
  const { words, group } = nodeStateWords(node.state);
  return (
    <Section
      title={node.name}
      aside={<Button subtle={true} text="Close" onClick={onClose} />}
      className="weir-job-panel weir-node-panel"
      takesFocus={true}
    >
      <div className="weir-lead">
        <NodeStatus of={group} />
        <div>
          <div className="weir-strong">{words}</div>
          <div title={`Since ${exactWords(node.stateSince)}`}>
            for {spanWords(between(node.stateSince, now))}
            {node.deadlineAt === null ? '' : waitWords(node.state, node.deadlineAt, now)}
          </div>
          {node.isSaved === true && node.savedBecause != null ? <div>{node.savedBecause}</div> : null}
          {node.failure === null ? null : <div className="weir-fault">{node.failure}</div>}
        </div>
      </div>
      <dl className="weir-facts">
        {factsOf(node, now).map(([name, value, exact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={exact}>
              <Name>{value}</Name>
            </dd>
          </div>
        ))}
      </dl>
      {node.workFolderProblem == null ? null : <p className="weir-fault">{node.workFolderProblem}</p>}
      {node.operation == null ? null : <NodeReclaim operation={node.operation} name={node.name} now={now} />}
      <NodeBootPart node={node} now={now} />
      <NodeActions client={client} pool={pool} node={node} />
    </Section>
  );
}

/** A machine that starts is given up after its deadline; one that leaves is asked to go again. */
function waitWords(state: string, deadlineAt: string, now: string): string {
  const { group } = nodeStateWords(state);
  const isOver = between(now, deadlineAt) < 0;
  if (state === 'saved') {
    return isOver
      ? '; its time is over: Weir deletes it next'
      : `; Weir deletes it ${deadlineWords(deadlineAt, now)} unless somebody gives it back`;
  }
  if (group === 'starting') {
    const words = isOver ? 'its deadline is over' : 'Weir waits for it until its deadline';
    return `; ${words}, ${deadlineWords(deadlineAt, now)}`;
  }
  if (group !== 'leaving') return '';
  return isOver
    ? `; ${spanWords(between(deadlineAt, now))} overdue`
    : `; Azure has until ${clockWords(Date.parse(deadlineAt))} to ${state === 'pendingReimage' ? 'wipe' : 'delete'} it`;
}

type Fact = readonly [name: string, value: string, exact: string | undefined];

function factsOf(node: NodeView, now: string): readonly Fact[] {
  const version = node.imageVersion == null ? '' : ` ${node.imageVersion}`;
  const facts: (Fact | null)[] = [
    node.jobName === null ? null : ['Job', node.jobName, undefined],
    ['Agent', agentWords(node), undefined],
    node.agentVersion == null ? null : ['Agent version', node.agentVersion, undefined],
    node.image == null ? null : ['Image', `${apart(node.image)}${version}`, undefined],
    node.workFolder == null ? null : ['Work folder', node.workFolder, undefined],
    node.startedAt === null
      ? null
      : ['Machine age', spanWords(between(node.startedAt, now)), `Since ${exactWords(node.startedAt)}`],
    ['In this state', spanWords(between(node.stateSince, now)), `Since ${exactWords(node.stateSince)}`],
    node.deadlineAt === null ? null : ['Deadline', deadlineWords(node.deadlineAt, now), exactWords(node.deadlineAt)],
  ];
  return facts.filter((fact) => fact !== null);
}
