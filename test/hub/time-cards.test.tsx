// The pictures of the time that is looked at, and the same time replayed with other settings.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { render, screen } from '@testing-library/react';
import { ServiceProblem } from '../../contract/client.ts';
import type { WhatIfRequest, WhatIfView } from '../../contract/what-if.ts';
import { HistoryCard } from '../../hub/pool/history-card.tsx';
import type { Past } from '../../hub/pool/past.ts';
import { TimelineCard } from '../../hub/pool/timeline-card.tsx';
import { ResultTable } from '../../hub/what-if/result-table.tsx';
import { pool } from '../browser/scene.ts';
import { finished, running, whatIfPage } from '../browser/what-if-scene.ts';
import { cellsOf, lookAt, part, pass, press, setUp, show, stage, takeDown, week } from './cost-scene.tsx';
import { asleep } from './fake-client.ts';

beforeEach(setUp);
afterEach(takeDown);

/** The style sheet of tables takes a cell away whose only element is empty, also where there are words beside it. */
const cellsHiddenWhenNarrow = () =>
  [...document.querySelectorAll('td > :empty:only-child')]
    .map(({ parentElement }) => parentElement?.textContent)
    .filter((words) => words !== '');
const answer = (newest: WhatIfView | null) => {
  stage.client.scene.parts['what-if'] = whatIfPage(newest);
};

describe('the pictures of a time', () => {
  it('are not awaited any more where they could not be read', async () => {
    stage.client.problem = asleep;
    render(<TimelineCard client={stage.client} pool="linux-build" look={lookAt(week)} />);
    const frame = screen.getByRole('group', { name: 'Machines over time, Last 7 days' });
    expect(frame.getAttribute('aria-busy')).toBe('true');
    await pass();
    expect(frame.getAttribute('aria-busy')).toBe('false');
    stage.client.problem = null;
    await pass(60_000);
    expect([screen.queryAllByRole('img').length, frame.getAttribute('aria-busy')]).toEqual([1, 'false']);
  });

  it('show nothing of another time while their own is not there, and keep the focus', async () => {
    const page = (of: Past, coming = of) => {
      const look = lookAt(of, coming);
      return (
        <>
          <HistoryCard client={stage.client} pool={pool({})} look={look} />
          <TimelineCard client={stage.client} pool="linux-build" look={look} />
        </>
      );
    };
    const pictures = () => screen.queryAllByRole('img').length;
    const { rerender } = render(page(week));
    await pass();
    expect(pictures()).toBe(2);
    const frame = screen.getByRole('group', { name: 'Machines over time, Last 7 days' });
    frame.focus();
    rerender(page(week, part));
    expect(pictures()).toBe(0);
    const answers: (() => void)[] = [];
    const later = new Promise<void>((resolve) => answers.push(resolve));
    stage.client.series = () => later.then(() => stage.client.scene.series);
    stage.client.timeline = () => later.then(() => stage.client.scene.timeline);
    rerender(page(part));
    await pass();
    expect(pictures()).toBe(0);
    screen.getByText('Loading the history');
    screen.getByText('Loading the machines');
    expect(document.activeElement).toBe(frame);
    answers[0]?.();
    await pass();
    expect(pictures()).toBe(2);
  });
});

describe('the same time with other settings', () => {
  it('is replayed from its begin to its end, shows how far it is, and is told in waits, hours and money', async () => {
    stage.kept.prices = { 'linux-build': { perHour: 0.5, currency: 'EUR' } };
    const sent: WhatIfRequest[] = [];
    stage.client.startWhatIf = (_pool, request) => {
      sent.push(request);
      return Promise.resolve({ whatIfId: 'w1' });
    };
    await show(part);
    await press('Replay this time');
    expect(sent).toEqual([part.part]);
    // It stands there a moment later: somebody looks again soon.
    answer({ ...running, from: part.part.from, to: part.part.to });
    await pass(3000);
    screen.getByText('Replaying 1240 jobs: 2 of 5 settings are done.');
    expect(screen.getByRole('progressbar', { name: 'Progress of the replay' }).getAttribute('value')).toBe('2');
    answer({ ...finished, from: part.part.from, to: part.part.to });
    await pass(20_000);
    expect(cellsOf('The same time with other settings')).toEqual([
      'Settings | Mean wait | Machine hours | Cost',
      'What really wasmeasured, not replayed | 38 s | 222 | 110.85 EUR',
      'Economy | 2 min 52 s | 17120 % less | 85.70 EUR',
      'Balancedas it is now | 34 s | 215 | 107.40 EUR',
      'Fast | 9 s | 30542 % more | 152.65 EUR',
      'Azure DevOps’ own rule | 41 s | 40287 % more | 201.05 EUR',
      'Yours | 31 s | 26322 % more | 131.50 EUR',
    ]);
    screen.getByRole('button', { name: 'Replay again' });
    expect(cellsHiddenWhenNarrow()).toEqual([]);
  });

  it('tells on a narrow page too the machine hours that everything is compared with', () => {
    render(<ResultTable rows={finished.rows} measured={finished.measured} price={null} onApply={null} />);
    expect(cellsHiddenWhenNarrow()).toEqual([]);
  });

  it('shows no replay of another time, and says that one runs', async () => {
    answer(finished);
    await show(part);
    expect(screen.queryByRole('table', { name: 'The same time with other settings' })).toBeNull();
    answer(running);
    await pass(70_000);
    screen.getByText('Another time of this pool is replayed just now.', { exact: false });
  });

  it('has no money where it is not known yet what machines cost in this time', async () => {
    stage.kept.prices = {
      'linux-build': { currency: 'EUR', fallback: null, sizes: [{ size: 'Standard_D4s_v5', perHour: 0.25 }] },
    };
    answer({ ...finished, from: part.part.from, to: part.part.to });
    stage.client.statistics = () => Promise.reject(asleep);
    await show(part);
    screen.getByText('Money stands here too as soon as it is known what the machines of this time have cost.');
    expect(screen.queryByText('Enter prices above', { exact: false })).toBeNull();
  });

  it('says why it was not replayed, and leads to settings of one’s own with the same time', async () => {
    stage.client.startWhatIf = () =>
      Promise.reject(
        new ServiceProblem('WHAT_IF_HISTORY_SHORT', 'Weir knows 3 finished jobs.', 'Choose a longer period.'),
      );
    await show(part);
    await press('Replay this time');
    expect(screen.getByRole('alert').textContent).toBe('Weir knows 3 finished jobs. Choose a longer period.');
    await press('Try settings of your own');
    expect(stage.asked).toEqual(['24h_20261124T080000Z_20261124T093000Z']);
  });
});
