// One small cell for each node, coloured by what it does, and a hollow one for each that the maximum still allows.
import type { NodeView } from '../../contract/api.ts';
import { nodeGroups, nodeStateWords, type NodeGroup } from '../node-state.ts';

interface NodeStripProps {
  readonly nodes: readonly NodeView[];
  readonly maximum: number;
}

/** More cells than this are a wall; the legend's counts say the rest. */
const mostCells = 240;

export function NodeStrip({ nodes, maximum }: NodeStripProps) {
  const counted = nodeGroups
    .map(({ group, words }) => ({ group, words, members: nodes.filter((node) => groupOf(node) === group) }))
    .filter(({ members }) => members.length > 0);
  const free = Math.max(0, maximum - nodes.length);
  const cells = counted.flatMap(({ group, members }) => members.map((node) => ({ group, node })));
  return (
    <div className="weir-strip">
      <div className="weir-cells" aria-hidden="true">
        {cells.slice(0, mostCells).map(({ group, node }) => (
          <span
            key={node.key}
            className={`weir-cell weir-fill-${group}`}
            title={`${node.name}: ${nodeStateWords(node.state).words}`}
          />
        ))}
        {Array.from({ length: Math.min(free, Math.max(0, mostCells - cells.length)) }, (_, index) => (
          <span key={index} className="weir-cell weir-fill-free" />
        ))}
      </div>
      <ul className="weir-legend" aria-label="Nodes by state">
        {counted.map(({ group, words, members }) => (
          <LegendItem key={group} fill={group} words={`${members.length} ${words}`} />
        ))}
        <LegendItem fill="free" words={free === 0 ? 'none left under the maximum' : `${free} more possible`} />
      </ul>
    </div>
  );
}

function LegendItem({ fill, words }: { readonly fill: NodeGroup | 'free'; readonly words: string }) {
  return (
    <li>
      <span className={`weir-cell weir-fill-${fill}`} aria-hidden="true" />
      {words}
    </li>
  );
}

function groupOf(node: NodeView): NodeGroup {
  return nodeStateWords(node.state).group;
}
