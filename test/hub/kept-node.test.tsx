// The page of a node that is kept says why, and when Weir deletes it unless somebody gives it back.
import { afterEach, expect, it } from '@jest/globals';
import { cleanup, render, screen } from '@testing-library/react';
import { NodePanel } from '../../hub/nodes/node-panel.tsx';
import { node } from '../browser/scene.ts';
import { fakeClient } from './fake-client.ts';

afterEach(cleanup);

const now = '2026-11-24T12:00:00Z';
const savedBecause = 'On linux-agents_23 job "shop / test" (request 7) failed.';

it.each([
  ['2026-11-24T15:00:00Z', /Weir deletes it in 3 h unless somebody gives it back/],
  ['2026-11-24T11:55:00Z', /its time is over: Weir deletes it next/],
  [null, null],
])('with the deadline %s', (deadlineAt, words) => {
  const kept = node({ state: 'saved', isSaved: true, savedBecause, deadlineAt });
  render(<NodePanel client={fakeClient()} pool="linux" node={kept} now={now} onClose={() => undefined} />);
  expect(screen.getByText(savedBecause)).toBeTruthy();
  expect(screen.queryByText(/Weir deletes it/) !== null).toBe(words !== null);
  if (words !== null) expect(screen.getByText(words)).toBeTruthy();
});
