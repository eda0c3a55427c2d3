// One small cell for each node, coloured by what it does, and a hollow one for each that the maximum still allows. Where there are
// too many, each group has its share of the cells.
import type { NodeView } from '../../contract/api.ts';
import { nodeGroups, nodeStateWords, type NodeGroup } from '../node-state.ts';

interface NodeStripProps {
  readonly nodes: readonly NodeView[];
  readonly maximum: number;
}

/** More cells than this are a wall. */
const mostCells = 240;

export function NodeStrip({ nodes, maximum }: NodeStripProps) {
  const counted = nodeGroups
    .map(({ group, words }) => ({ group, words, members: nodes.filter((node) => groupOf(node) === group) }))
    .filter(({ members }) => members.length > 0);
  const free = Math.max(0, maximum - nodes.length);
  const shares = sharesOf(counted.map(({ members }) => members.length));
  const cells = counted.flatMap(({ group, members }, index) =>
    members.slice(0, shares[index]).map((node) => ({ group, node })),
  );
  return (
    <div className="weir-strip">
      <div className="weir-cells" aria-hidden="true">
        {cells.map(({ group, node }) => (
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
      {cells.length < nodes.length ? (
        <p className="weir-secondary weir-strip-share">
          {`Of ${nodes.length} nodes ${cells.length} are drawn, each state by its share.`}
        </p>
      ) : null}
      <ul className="weir-legend" aria-label="Nodes by state">
        {counted.map(({ group, words, members }) => (
          <LegendItem key={group} fill={group} words={`${members.length} ${words}`} />
        ))}
        <LegendItem fill="free" words={free === 0 ? 'none left under the maximum' : `${free} more possible`} />
      </ul>
    </div>
  );
}

/** All where they fit; else in proportion, and none so few that it is not seen. */
function sharesOf(counts: readonly number[]): readonly number[] {
  const all = counts.reduce((sum, one) => sum + one, 0);
  return all <= mostCells ? counts : counts.map((one) => Math.max(1, Math.floor((mostCells * one) / all)));
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
