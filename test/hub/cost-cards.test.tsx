// Cost and replays of the time that is looked at, with a fake client and a host that keeps what a person chose.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, renderHook, screen, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { ServiceProblem } from '../../contract/client.ts';
import type { WhatIfRequest, WhatIfView } from '../../contract/what-if.ts';
import { HistoryCard } from '../../hub/pool/history-card.tsx';
import type { Past } from '../../hub/pool/past.ts';
import { StatisticsCards } from '../../hub/pool/statistics-card.tsx';
import { TimelineCard } from '../../hub/pool/timeline-card.tsx';
import { usePrices } from '../../hub/pool/use-prices.ts';
import { PersonPreferences, PreferenceChanged, type Kept } from '../../hub/preferences.tsx';
import { UnsavedContext, type Unsaved } from '../../hub/unsaved.ts';
import { ResultTable } from '../../hub/what-if/result-table.tsx';
import { pool } from '../browser/scene.ts';
import { finished, running, whatIfPage } from '../browser/what-if-scene.ts';
import { asleep, fakeClient, type FakeClient } from './fake-client.ts';

let client: FakeClient;
let kept: Record<string, unknown>;
let asked: string[];
let unsaved: Unsaved;
/** The host does not say what it keeps. */
let isDeaf: boolean;
let revision: number;
/** What another page does between the look of this one and its writing. */
let meanwhile: () => void;
/** Until then the host answers nothing that is asked to be kept. */
let answered: Promise<void>;
const nothing = () => undefined;
const steps = { show: nothing, showPart: nothing, step: nothing };
const clock = '2026-11-24T12:00:00Z';
const week: Past = { range: '7d', part: null };
const part: Past = { range: '24h', part: { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:30:00.000Z' } };

beforeEach(() => {
  jest.useFakeTimers();
  client = fakeClient();
  [kept, asked, unsaved, isDeaf, revision, meanwhile] = [{}, [], { words: null }, false, 1, nothing];
  answered = Promise.resolve();
});

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

const keep = (values: Record<string, unknown>) => {
  revision += 1;
  kept = { ...kept, ...values };
};
const pass = (ms = 0) => act(() => jest.advanceTimersByTimeAsync(ms));
/** Hands back what shows another time of the same pool. */
const show = async (past: Past = week) => {
  const preferences = {
    read: (key: string) =>
      isDeaf ? Promise.reject(new Error('no host')) : Promise.resolve({ value: kept[key] ?? null, revision }),
    save: async (key: string, value: unknown, of: number | null) => {
      await answered;
      meanwhile();
      if (of !== revision) throw new PreferenceChanged();
      keep({ [key]: value });
    },
  };
  const now = { current: clock };
  const page = (of: Past) => (
    <UnsavedContext.Provider value={unsaved}>
      <PersonPreferences.Provider value={preferences}>
        <StatisticsCards
          {...{ client, pool: 'linux-build', onWhatIf: (written) => asked.push(written) }}
          look={{ past: of, coming: of, fault: null, ...steps, intervalMs: 60_000, now }}
        />
      </PersonPreferences.Provider>
    </UnsavedContext.Provider>
  );
  const { rerender } = render(page(past));
  await pass();
  return async (other: Past) => {
    rerender(page(other));
    await pass();
  };
};
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = async (name: string) => {
  fireEvent.click(screen.getByRole('button', { name }));
  await pass();
};
const cellsOf = (table: string) =>
  within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .map((row) => [...row.children].map((cell) => cell.textContent).join(' | '));
/** The style sheet of tables takes a cell away whose only element is empty, also where there are words beside it. */
const cellsHiddenWhenNarrow = () =>
  [...document.querySelectorAll('td > :empty:only-child')]
    .map(({ parentElement }) => parentElement?.textContent)
    .filter((words) => words !== '');
const answer = (newest: WhatIfView | null) => {
  client.scene.parts['what-if'] = whatIfPage(newest);
};

describe('the cost of a time', () => {
  it('is told by size and image once prices were typed, and what has none is named', async () => {
    await show();
    expect(cellsOf('Cost by size')).toEqual([
      'Size | Hours | Busy | Idle | Booting | Cost',
      'Standard_D4s_v5 | 72.0 | 50.0 | 15.5 | 5.5 | no price',
      'Standard_NC4as_T4_v3 | 14.5 | 9.2 | 4.0 | 1.0 | no price',
      'Size not recorded | 10.0 | 2.0 | 6.0 | 2.0 | no price',
    ]);
    await press('Enter prices');
    type('Currency', 'EUR');
    type('Standard_D4s_v5', '0,25');
    await press('Use these prices');
    expect(kept.prices).toEqual({
      'linux-build': { currency: 'EUR', fallback: null, sizes: [{ size: 'Standard_D4s_v5', perHour: 0.25 }] },
    });
    expect(cellsOf('Cost by size').slice(1)).toEqual([
      'Standard_D4s_v50.25 EUR an hour | 72.0 | 50.0 | 15.5 | 5.5 | 18.00 EUR',
      'Standard_NC4as_T4_v3 | 14.5 | 9.2 | 4.0 | 1.0 | no price',
      'Size not recorded | 10.0 | 2.0 | 6.0 | 2.0 | no price',
    ]);
    expect(cellsOf('Cost by image')[1]).toBe('ubuntu-22.04 | 60.0 | 42.0 | 12.5 | 4.5 | 15.00 EUR');
    screen.getByText('There is no price for Standard_NC4as_T4_v3 and machines whose size was not recorded', {
      exact: false,
    });
    expect(document.activeElement?.textContent).toBe('Change prices');
  });

  it('is that of the time in the heading, never of the one before', async () => {
    const look = await show();
    await press('Enter prices');
    type('Currency', 'EUR');
    client.problem = asleep;
    await look(part);
    expect(screen.queryByText('72.0')).toBeNull();
    expect(screen.queryByText('Half of the jobs waited at most')).toBeNull();
    // What is being typed stays.
    expect(screen.getByLabelText<HTMLInputElement>('Currency').value).toBe('EUR');
    client.problem = null;
    await pass(60_000);
    screen.getByRole('cell', { name: '72.0' });
  });

  it('is not left behind half typed without a question', async () => {
    await show();
    await press('Enter prices');
    await press('Add a size');
    expect(unsaved.words).toBeNull();
    type('Currency', 'EUR');
    expect(unsaved.words).toBe('The prices are not kept yet.');
    await press('Cancel');
    expect(unsaved.words).toBeNull();
  });

  it('is told without what an older service does not know', async () => {
    delete client.scene.statistics.machines;
    await show();
    expect(cellsOf('Cost by size')[0]).toBe('Size | Hours | Busy | Cost');
  });

  it('has the one price of before for every size, and keeps those of other pools when it changes', async () => {
    kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' }, other: { perHour: 1, currency: '$' } };
    await show();
    screen.getByText('Machines cost 19.30 EUR in this time', { exact: false });
    // The sums change with each answer: to be told them every few seconds is more than anybody can hear.
    expect(screen.queryAllByRole('status')).toEqual([]);
    await press('Change prices');
    expect(screen.getByLabelText<HTMLInputElement>('All other sizes').value).toBe('0.2');
    type('All other sizes', '');
    await press('Use these prices');
    expect(kept.prices).toEqual({ other: { perHour: 1, currency: '$' } });
  });

  it('leaves what another page has kept since, and what it does not understand', async () => {
    const others = { other: { perHour: 1, currency: '$' }, strange: 3 };
    kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' }, ...others };
    await show();
    screen.getByText('Machines cost 19.30 EUR in this time', { exact: false });
    await press('Change prices');
    type('All other sizes', '0.4');
    // Once before this page looks and once after: it looks again.
    keep({ prices: { ...(kept.prices as object), newer: { perHour: 1, currency: '$' } } });
    meanwhile = () => {
      meanwhile = nothing;
      keep({ prices: { ...(kept.prices as object), newer: { perHour: 2, currency: '$' } } });
    };
    await press('Use these prices');
    const typed = { currency: 'EUR', fallback: 0.4, sizes: [] };
    expect(kept.prices).toEqual({ ...others, newer: { perHour: 2, currency: '$' }, 'linux-build': typed });
  });

  it('is by the prices of another page or by one’s own, as the person says who typed both', async () => {
    const [mine, theirs] = [0.4, 0.3].map((fallback) => ({ currency: 'EUR', fallback, sizes: [] }));
    kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' } };
    await show();
    const type04 = async () => {
      await press('Change prices');
      type('All other sizes', '0.4');
      await press('Use these prices');
    };
    keep({ prices: { 'linux-build': theirs } });
    await type04();
    expect(screen.getAllByRole('alert')[0]?.textContent).toContain('Other prices were kept meanwhile');
    expect(cellsOf('Both versions of the prices')).toEqual([
      'Price | Yours | Kept meanwhile',
      'All other sizes | 0.4 EUR | 0.3 EUR',
    ]);
    expect([kept.prices, unsaved.words]).toEqual([{ 'linux-build': theirs }, 'The prices are not kept yet.']);
    await press('Take the others');
    screen.getByText('Machines cost 28.95 EUR in this time', { exact: false });
    expect([kept.prices, unsaved.words]).toEqual([{ 'linux-build': theirs }, null]);
    // At the very same moment, between the look of this page and its writing.
    meanwhile = () => {
      meanwhile = nothing;
      keep({ prices: {} });
    };
    await type04();
    expect(cellsOf('Both versions of the prices')[1]).toBe('All other sizes | 0.4 EUR | no price');
    expect(kept.prices).toEqual({});
    await press('Keep mine');
    expect(kept.prices).toEqual({ 'linux-build': mine });
    expect(screen.queryByRole('table', { name: 'Both versions of the prices' })).toBeNull();
    screen.getByText('Machines cost 38.60 EUR in this time', { exact: false });
  });

  it('is not kept before the host has answered: nothing else is typed and nobody leaves without a question until then', async () => {
    kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' } };
    await show();
    await press('Change prices');
    type('All other sizes', '0.4');
    let answer = nothing as () => void;
    answered = new Promise((resolve) => (answer = resolve));
    meanwhile = () => {
      meanwhile = nothing;
      keep({ prices: { 'linux-build': { currency: 'EUR', fallback: 0.3, sizes: [] } } });
    };
    await press('Use these prices');
    expect(unsaved.words).toBe('The prices are not kept yet.');
    const button = screen.getByRole('button', { name: 'Keeping the prices' });
    expect([button.getAttribute('aria-disabled'), document.activeElement]).toEqual(['true', button]);
    await press('Keeping the prices');
    expect(screen.queryByRole('form', { name: 'Prices of machines' })).toBeNull();
    answer();
    await pass();
    expect(unsaved.words).toBe('The prices are not kept yet.');
    await press('Keep mine');
    expect([screen.getByRole('button', { name: 'Change prices' }), unsaved.words]).toEqual([
      document.activeElement,
      null,
    ]);
  });

  it('is not asked for again where the host did not say what was typed before, and nothing is written over it', async () => {
    kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' } };
    isDeaf = true;
    await show();
    screen.getByText('What you typed before could not be read.', { exact: false });
    expect(screen.queryByRole('button', { name: 'Enter prices' })).toBeNull();
    isDeaf = false;
    await press('Read again');
    await press('Change prices');
    type('All other sizes', '0.4');
    isDeaf = true;
    await press('Use these prices');
    screen.getByText('Your prices hold on this page only: they were not kept.');
    screen.getByText('Machines cost 38.60 EUR in this time', { exact: false });
    expect(kept.prices).toEqual({ 'linux-build': { perHour: 0.2, currency: 'EUR' } });
  });

  it('is by what was typed last, however late the host tells what it kept before', async () => {
    const tell: ((kept: Kept) => void)[] = [];
    const preferences = {
      read: () => new Promise<Kept>((resolve) => tell.push(resolve)),
      save: () => Promise.resolve(),
    };
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <PersonPreferences.Provider value={preferences}>{children}</PersonPreferences.Provider>
    );
    const { result } = renderHook(() => usePrices('linux-build'), { wrapper });
    expect(result.current.reading).toBe('reading');
    const typed = { currency: 'EUR', fallback: 0.4, sizes: [] };
    act(() => result.current.save(typed));
    tell[0]?.({ value: { 'linux-build': { perHour: 0.2, currency: 'EUR' } }, revision: 1 });
    await pass();
    expect(result.current.table).toEqual(typed);
  });

  it('says beside the field what is wrong, brings the person there, and keeps nothing', async () => {
    await show();
    await press('Enter prices');
    await press('Add a size');
    expect(document.activeElement).toBe(screen.getByLabelText('Name of the size'));
    type('Its price', '1');
    type('Standard_D4s_v5', 'a lot');
    await press('Use these prices');
    const field = screen.getByLabelText('Standard_D4s_v5');
    expect(document.activeElement).toBe(field);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const wordsAt = (of: HTMLElement) =>
      document.getElementById(of.getAttribute('aria-describedby') ?? '')?.textContent;
    expect(wordsAt(field)).toBe('Write a number, such as 0.096.');
    expect(wordsAt(screen.getByLabelText('Name of the size'))).toContain('Write the name of the size');
    expect(wordsAt(screen.getByLabelText('Currency'))).toBe('');
    expect(kept).toEqual({});
  });
});

describe('the pictures of a time', () => {
  it('are not awaited any more where they could not be read', async () => {
    client.problem = asleep;
    const now = { current: clock };
    const look = { past: week, coming: week, fault: null, ...steps, intervalMs: 60_000, now };
    render(<TimelineCard client={client} pool="linux-build" look={look} />);
    const frame = screen.getByRole('group', { name: 'Machines over time, Last 7 days' });
    expect(frame.getAttribute('aria-busy')).toBe('true');
    await pass();
    expect(frame.getAttribute('aria-busy')).toBe('false');
    client.problem = null;
    await pass(60_000);
    expect([screen.queryAllByRole('img').length, frame.getAttribute('aria-busy')]).toEqual([1, 'false']);
  });

  it('show nothing of another time while their own is not there, and keep the focus', async () => {
    const now = { current: clock };
    const page = (of: Past, coming = of) => {
      const look = { past: of, coming, fault: null, ...steps, intervalMs: 60_000, now };
      return (
        <>
          <HistoryCard client={client} pool={pool({})} look={look} />
          <TimelineCard client={client} pool="linux-build" look={look} />
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
    client.series = () => later.then(() => client.scene.series);
    client.timeline = () => later.then(() => client.scene.timeline);
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
    kept.prices = { 'linux-build': { perHour: 0.5, currency: 'EUR' } };
    const sent: WhatIfRequest[] = [];
    client.startWhatIf = (_pool, request) => {
      sent.push(request);
      return Promise.resolve({ whatIfId: 'w1' });
    };
    await show(part);
    await press('Replay this time');
    expect(sent).toEqual([part.part]);
    // It stands there a moment later: somebody looks again soon.
    answer({ ...running, from: part.part!.from, to: part.part!.to });
    await pass(3000);
    screen.getByText('Replaying 1240 jobs: 2 of 5 settings are done.');
    expect(screen.getByRole('progressbar', { name: 'Progress of the replay' }).getAttribute('value')).toBe('2');
    answer({ ...finished, from: part.part!.from, to: part.part!.to });
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
    kept.prices = {
      'linux-build': { currency: 'EUR', fallback: null, sizes: [{ size: 'Standard_D4s_v5', perHour: 0.25 }] },
    };
    answer({ ...finished, from: part.part!.from, to: part.part!.to });
    client.statistics = () => Promise.reject(asleep);
    await show(part);
    screen.getByText('Money stands here too as soon as it is known what the machines of this time have cost.');
    expect(screen.queryByText('Enter prices above', { exact: false })).toBeNull();
  });

  it('says why it was not replayed, and leads to settings of one’s own with the same time', async () => {
    client.startWhatIf = () =>
      Promise.reject(
        new ServiceProblem('WHAT_IF_HISTORY_SHORT', 'Weir knows 3 finished jobs.', 'Choose a longer period.'),
      );
    await show(part);
    await press('Replay this time');
    expect(screen.getByRole('alert').textContent).toBe('Weir knows 3 finished jobs. Choose a longer period.');
    await press('Try settings of your own');
    expect(asked).toEqual(['24h_20261124T080000Z_20261124T093000Z']);
  });
});
