// The nodes of the pool: what each does, for how long, and until when Weir waits for it.
import { Button } from 'azure-devops-ui/Button';
import type { NodeView } from '../../contract/api.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { Name } from '../name.tsx';
import { nodeStateWords } from '../node-state.ts';
import { useByName } from '../nodes/use-by-name.ts';
import { Section } from '../section.tsx';
import { NodeStatus } from '../status-icon.tsx';
import { Age, agentWords } from './node-words.tsx';

interface NodesCardProps {
  readonly nodes: readonly NodeView[];
  readonly now: string;
  readonly onOpen: (node: NodeView) => void;
  /** To where nodes can be drained, kept, reimaged and deleted. */
  readonly onAll: () => void;
}

const most = 10;

export function NodesCard({ nodes, now, onOpen, onAll }: NodesCardProps) {
  const sorted = useByName(nodes);
  const isCut = sorted.length > most;
  const shown = isCut ? [...sorted].sort((a, b) => Number(isWell(a)) - Number(isWell(b))).slice(0, most) : sorted;
  const all = isCut ? `Look after all ${nodes.length} nodes` : 'Look after nodes';
  return (
    <Section
      title="Nodes"
      count={nodes.length}
      aside={nodes.length === 0 ? null : <Button subtle={true} text={all} onClick={onAll} />}
    >
      {nodes.length === 0 ? (
        <Empty title="No machine is running">
          This is how a pool rests: nothing is paid for. Weir asks Azure for a machine as soon as a job waits, and it
          appears here.
        </Empty>
      ) : (
        <DataTable
          label="Nodes"
          columns={columnsAt(now, onOpen)}
          rows={shown}
          keyOf={(node) => node.key}
          className="weir-nodes"
        />
      )}
    </Section>
  );
}

function isWell(node: NodeView): boolean {
  return nodeStateWords(node.state).group !== 'trouble';
}

function columnsAt(now: string, onOpen: (node: NodeView) => void): readonly Column<NodeView>[] {
  return [
    {
      title: 'Node',
      className: 'weir-node',
      render: (node) => (
        <>
          <button type="button" className="weir-story" onClick={() => onOpen(node)}>
            <Name>{node.name}</Name>
          </button>
          <div className="weir-secondary">{agentWords(node)}</div>
        </>
      ),
    },
    { title: 'State', className: 'weir-wide', render: (node) => <StateCell node={node} now={now} /> },
    { title: 'For', className: 'weir-time', render: (node) => <Age since={node.stateSince} now={now} /> },
    {
      title: 'Deadline',
      className: 'weir-time weir-optional',
      render: (node) => (node.deadlineAt === null ? null : <Moment at={node.deadlineAt} now={now} as="deadline" />),
    },
    {
      title: 'Machine age',
      className: 'weir-time weir-optional',
      render: (node) => (node.startedAt === null ? null : <Age since={node.startedAt} now={now} />),
    },
  ];
}

function StateCell({ node, now }: { readonly node: NodeView; readonly now: string }) {
  const { words, group } = nodeStateWords(node.state);
  return (
    <div className="weir-lead">
      <NodeStatus of={group} />
      <div>
        <div>{words}</div>
        {node.jobName === null ? null : (
          <div className="weir-secondary">
            <Name>{node.jobName}</Name>
          </div>
        )}
        {node.deadlineAt === null ? null : (
          // Only where the column of deadlines has no room.
          <div className="weir-secondary weir-narrow">
            deadline <Moment at={node.deadlineAt} now={now} as="deadline" />
          </div>
        )}
        {node.failure === null ? null : (
          <div className="weir-fault weir-line-two" title={node.failure}>
            {node.failure}
          </div>
        )}
      </div>
    </div>
  );
}
