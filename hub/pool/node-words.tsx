// Words about one node that several pages say alike.
import type { NodeView } from '../../contract/api.ts';
import { nodeStateWords } from '../node-state.ts';
import { between, exactWords, spanWords } from '../time.ts';
import { apart } from '../apart.ts';

export function Age({ since, now }: { readonly since: string; readonly now: string }) {
  return (
    <time dateTime={since} title={`Since ${exactWords(since)}`}>
      {spanWords(between(since, now))}
    </time>
  );
}

/** Both halves of a node in words; either may be missing. */
export function agentWords(node: NodeView): string {
  if (node.agentName === null)
    return nodeStateWords(node.state).group === 'leaving' ? 'No agent any more' : 'No agent yet';
  const agent = node.agentName === node.name ? 'Agent' : `Agent ${apart(node.agentName)}`;
  if (node.isOnline === false && nodeStateWords(node.state).group === 'starting')
    return `${agent} registered, not online yet`;
  const words = [node.isOnline === false ? 'offline' : 'online', ...(node.isEnabled === false ? ['disabled'] : [])];
  return `${agent} ${words.join(', ')}${node.instanceName === null ? ', no machine' : ''}`;
}
