// Every node of the pool: what it does, for how long and until when, what it is made of; and one of them in full.
import { TextField } from 'azure-devops-ui/TextField';
import type { NodeView } from '../../contract/api.ts';
import { Choice } from '../choice.tsx';
import type { Column } from '../data-table.tsx';
import { Empty } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { NodeName } from '../name.tsx';
import { nodeGroups, nodeStateWords } from '../node-state.ts';
import { isText, longestText } from '../pool/filters.ts';
import { LinkFault } from '../pool/link-fault.tsx';
import { Age, agentWords } from '../pool/node-words.tsx';
import type { TabProps } from '../pool/tab-props.ts';
import { useFilters, type Filters } from '../pool/use-filters.ts';
import { Section } from '../section.tsx';
import { NodeStatus } from '../status-icon.tsx';
import { LongTable } from './long-table.tsx';
import { NodePanel } from './node-panel.tsx';
import { ownWords } from './own-words.ts';
import { useByName } from './use-by-name.ts';

const kinds = {
  state: { word: 'state', isKnown: (value: string) => nodeGroups.some((one) => one.group === value) },
  text: { word: 'node', isKnown: isText },
} as const;

export default function NodesTab({ client, detail, item, onItem, ...address }: TabProps) {
  const filters = useFilters(kinds, address);
  const { state, text } = filters.values;
  const { nodes, now, pool } = detail;
  const sorted = useByName(nodes);
  const shown = sorted.filter((node) => isIn(node, state) && hasText(node, text.trim().toLowerCase()));
  const chosen = nodes.find((node) => node.key === item);
  return (
    <>
      {item === null ? null : chosen === undefined ? (
        <p className="weir-secondary" role="status">
          The node that this link names is gone: its machine was deleted or reimaged.
        </p>
      ) : (
        <NodePanel
          key={chosen.key}
          client={client}
          pool={pool.name}
          node={chosen}
          now={now}
          onClose={() => onItem(null)}
        />
      )}
      <LinkFault fault={filters.fault} />
      <Section
        title="Nodes"
        count={nodes.length}
        aside={nodes.length === 0 ? null : <NodeFilters nodes={nodes} filters={filters} />}
      >
        {nodes.length === 0 ? (
          <Empty title="No machine is running">
            This is how a pool rests: nothing is paid for. Weir asks Azure for a machine as soon as a job waits. Each
            machine appears here with its state, its age and its deadline, and can be drained, kept, reimaged or
            deleted.
          </Empty>
        ) : shown.length === 0 ? (
          <Empty title="No node fits the filters">Choose other filters to see more of the {nodes.length}.</Empty>
        ) : (
          <LongTable
            label="Nodes"
            columns={columnsAt(now, (node) => onItem(node.key))}
            rows={shown}
            keyOf={(node) => node.key}
            className="weir-nodes"
          />
        )}
      </Section>
    </>
  );
}

interface NodeFiltersProps {
  readonly nodes: readonly NodeView[];
  readonly filters: Filters<keyof typeof kinds>;
}

function NodeFilters({ nodes, filters: { values, choose, type, settle } }: NodeFiltersProps) {
  // What is chosen stays in the list, also while no node is so.
  const present = nodeGroups.filter(({ group }) => group === values.state || nodes.some((node) => isIn(node, group)));
  const nameOf = (one: string): string => {
    const words = nodeGroups.find(({ group: name }) => name === one)?.words ?? 'All nodes';
    return words.charAt(0).toUpperCase() + words.slice(1);
  };
  return (
    // At once, and not after what is clicked next as the field itself tells it: that goes on from the address.
    <div className="weir-filters" onBlur={settle}>
      <Choice
        label="State"
        value={values.state}
        choices={['', ...present.map((one) => one.group)]}
        nameOf={nameOf}
        onChange={(value) => choose('state', value)}
      />
      <TextField
        ariaLabel="Filter nodes by name, job, image or version"
        placeholder="Name, job, image"
        prefixIconProps={{ iconName: 'Filter' }}
        className="weir-filter"
        maxLength={longestText}
        value={values.text}
        onChange={(_event, value) => type('text', value)}
      />
    </div>
  );
}

function isIn(node: NodeView, group: string): boolean {
  return group === '' || nodeStateWords(node.state).group === group;
}

function hasText(node: NodeView, text: string): boolean {
  const { name, agentName, jobName, image, imageVersion, agentVersion } = node;
  return (
    text === '' ||
    [name, agentName, jobName, image, imageVersion, agentVersion].some((part) => part?.toLowerCase().includes(text))
  );
}

function columnsAt(now: string, onOpen: (node: NodeView) => void): readonly Column<NodeView>[] {
  return [
    {
      title: 'Node',
      className: 'weir-node',
      render: (node) => (
        <>
          <button type="button" className="weir-story" aria-label={node.name} onClick={() => onOpen(node)}>
            <NodeName>{node.name}</NodeName>
          </button>
          <div className="weir-secondary weir-line-one" title={agentWords(node)}>
            {agentWords(node)}
          </div>
        </>
      ),
    },
    { title: 'State', className: 'weir-wide', render: (node) => <StateCell node={node} /> },
    { title: 'For', className: 'weir-time', render: (node) => <Age since={node.stateSince} now={now} /> },
    {
      title: 'Deadline',
      className: 'weir-time',
      render: (node) => (node.deadlineAt === null ? null : <Moment at={node.deadlineAt} now={now} as="deadline" />),
    },
    {
      title: 'Image',
      className: 'weir-agent weir-optional',
      render: (node) => (
        <>
          <div className="weir-line-one" title={node.image ?? undefined}>
            {node.image}
          </div>
          <div className="weir-secondary weir-line-one" title={node.imageVersion ?? undefined}>
            {node.imageVersion}
          </div>
        </>
      ),
    },
    { title: 'Agent version', className: 'weir-time weir-optional', render: (node) => node.agentVersion ?? '' },
    {
      title: 'Machine age',
      className: 'weir-time weir-optional',
      render: (node) => (node.startedAt === null ? null : <Age since={node.startedAt} now={now} />),
    },
  ];
}

function StateCell({ node }: { readonly node: NodeView }) {
  const { words, group } = nodeStateWords(node.state);
  const said = node.failure ?? node.operation?.problem;
  const beside = ownWords(said ?? '', node.name) || (node.jobName ?? ownWords(node.operation?.words ?? '', node.name));
  return (
    <div className="weir-lead">
      <NodeStatus of={group} />
      <div>
        <div>{words}</div>
        <div className={`weir-line-one ${node.failure === null ? 'weir-secondary' : 'weir-fault'}`} title={beside}>
          <bdi>{beside}</bdi>
        </div>
      </div>
    </div>
  );
}
