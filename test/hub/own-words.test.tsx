// In its own row a node is not named a second time.
import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanup, render, screen } from '@testing-library/react';
import { NodePanel } from '../../hub/nodes/node-panel.tsx';
import NodesTab from '../../hub/nodes/nodes-tab.tsx';
import { ownWords } from '../../hub/nodes/own-words.ts';
import { livingScene, node } from '../browser/scene.ts';
import { fakeClient } from './fake-client.ts';

afterEach(cleanup);

describe('what is said of a node in its own row', () => {
  it.each([
    ['agents_1 is idle and was made from a former version.', 'Is idle and was made from a former version.'],
    ['Azure says that agents_1 is failed.', 'Azure says that this node is failed.'],
    ['Agent vm-7 of agents_1 is offline.', 'Agent vm-7 of this node is offline.'],
    ['The time is over for agents_1.', 'The time is over for this node.'],
    ['agents_12 takes its place.', 'agents_12 takes its place.'],
    ['my-agents_1 and agents_1.example stay.', 'my-agents_1 and agents_1.example stay.'],
    ['', ''],
  ])('%s', (words, own) => {
    expect(ownWords(words, 'agents_1')).toBe(own);
  });

  it('leaves names alone that are made of signs', () => {
    expect(ownWords('a+b(c) is idle, and aab stays.', 'a+b(c)')).toBe('Is idle, and aab stays.');
    expect(ownWords('Something is idle.', '')).toBe('Something is idle.');
  });
});

describe('a node on its way out', () => {
  const name = 'elastic-agents-of-the-web-shop_000017';
  const { now, pools } = livingScene();
  const operation = {
    ...{ kind: 'delete', phase: 'draining', words: `${name} has run its job, and nothing wants it.` },
    ...{ startedAt: now, phaseSince: now, problem: null },
  };
  const leaving = node({ name, instanceName: name, state: 'pendingDelete', operation });

  it('is named once in its row', () => {
    const detail = {
      now,
      pool: pools[0]!,
      nodes: [leaving],
      jobRequests: [],
      problems: [],
      banners: [],
      agentRollouts: [],
    };
    const nothing = (): void => undefined;
    render(<NodesTab client={fakeClient()} detail={detail} item={null} onItem={nothing} onTab={nothing} />);
    const row = screen.getByText('Has run its job, and nothing wants it.').closest('tr');
    expect(row?.textContent.split(name)).toHaveLength(2);
  });

  it('is named once on its page, in the heading', () => {
    render(<NodePanel client={fakeClient()} pool="linux" node={leaving} now={now} onClose={() => undefined} />);
    expect(screen.getByText(/^Has run its job, and nothing wants it\./)).toBeTruthy();
  });
});
