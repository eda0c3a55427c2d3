// What a time has cost, by the prices that a person typed: a host keeps them, and other pages of the same person change them.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act, renderHook, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { usePrices } from '../../hub/pool/use-prices.ts';
import { PersonPreferences, type Kept } from '../../hub/preferences.tsx';
import { cellsOf, keep, nothing, part, pass, press, setUp, show, stage, takeDown, type } from './cost-scene.tsx';
import { asleep } from './fake-client.ts';

beforeEach(setUp);
afterEach(takeDown);

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
    expect(stage.kept.prices).toEqual({
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
    stage.client.problem = asleep;
    await look(part);
    expect(screen.queryByText('72.0')).toBeNull();
    expect(screen.queryByText('Half of the jobs waited at most')).toBeNull();
    // What is being typed stays.
    expect(screen.getByLabelText<HTMLInputElement>('Currency').value).toBe('EUR');
    stage.client.problem = null;
    await pass(60_000);
    screen.getByRole('cell', { name: '72.0' });
  });

  it('is not left behind half typed without a question', async () => {
    await show();
    await press('Enter prices');
    await press('Add a size');
    expect(stage.unsaved.words).toBeNull();
    type('Currency', 'EUR');
    expect(stage.unsaved.words).toBe('The prices are not kept yet.');
    await press('Cancel');
    expect(stage.unsaved.words).toBeNull();
  });

  it('is told without what an older service does not know', async () => {
    delete stage.client.scene.statistics.machines;
    await show();
    expect(cellsOf('Cost by size')[0]).toBe('Size | Hours | Busy | Cost');
  });

  it('has the one price of before for every size, and keeps those of other pools when it changes', async () => {
    stage.kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' }, other: { perHour: 1, currency: '$' } };
    await show();
    screen.getByText('Machines cost 19.30 EUR in this time', { exact: false });
    // The sums change with each answer: to be told them every few seconds is more than anybody can hear.
    expect(screen.queryAllByRole('status')).toEqual([]);
    await press('Change prices');
    expect(screen.getByLabelText<HTMLInputElement>('All other sizes').value).toBe('0.2');
    type('All other sizes', '');
    await press('Use these prices');
    expect(stage.kept.prices).toEqual({ other: { perHour: 1, currency: '$' } });
  });

  it('leaves what another page has kept since, and what it does not understand', async () => {
    const others = { other: { perHour: 1, currency: '$' }, strange: 3 };
    stage.kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' }, ...others };
    await show();
    screen.getByText('Machines cost 19.30 EUR in this time', { exact: false });
    await press('Change prices');
    type('All other sizes', '0.4');
    // Once before this page looks and once after: it looks again.
    keep({ prices: { ...(stage.kept.prices as object), newer: { perHour: 1, currency: '$' } } });
    stage.meanwhile = () => {
      stage.meanwhile = nothing;
      keep({ prices: { ...(stage.kept.prices as object), newer: { perHour: 2, currency: '$' } } });
    };
    await press('Use these prices');
    const typed = { currency: 'EUR', fallback: 0.4, sizes: [] };
    expect(stage.kept.prices).toEqual({ ...others, newer: { perHour: 2, currency: '$' }, 'linux-build': typed });
  });

  it('is by the prices of another page or by one’s own, as the person says who typed both', async () => {
    const [mine, theirs] = [0.4, 0.3].map((fallback) => ({ currency: 'EUR', fallback, sizes: [] }));
    stage.kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' } };
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
    expect([stage.kept.prices, stage.unsaved.words]).toEqual([
      { 'linux-build': theirs },
      'The prices are not kept yet.',
    ]);
    await press('Take the others');
    screen.getByText('Machines cost 28.95 EUR in this time', { exact: false });
    expect([stage.kept.prices, stage.unsaved.words]).toEqual([{ 'linux-build': theirs }, null]);
    // At the very same moment, between the look of this page and its writing.
    stage.meanwhile = () => {
      stage.meanwhile = nothing;
      keep({ prices: {} });
    };
    await type04();
    expect(cellsOf('Both versions of the prices')[1]).toBe('All other sizes | 0.4 EUR | no price');
    expect(stage.kept.prices).toEqual({});
    await press('Keep mine');
    expect(stage.kept.prices).toEqual({ 'linux-build': mine });
    expect(screen.queryByRole('table', { name: 'Both versions of the prices' })).toBeNull();
    screen.getByText('Machines cost 38.60 EUR in this time', { exact: false });
  });

  it('is not kept before the host has answered: nothing else is typed and nobody leaves without a question until then', async () => {
    stage.kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' } };
    await show();
    await press('Change prices');
    type('All other sizes', '0.4');
    let answer = nothing as () => void;
    stage.answered = new Promise((resolve) => (answer = resolve));
    stage.meanwhile = () => {
      stage.meanwhile = nothing;
      keep({ prices: { 'linux-build': { currency: 'EUR', fallback: 0.3, sizes: [] } } });
    };
    await press('Use these prices');
    expect(stage.unsaved.words).toBe('The prices are not kept yet.');
    const button = screen.getByRole('button', { name: 'Keeping the prices' });
    expect([button.getAttribute('aria-disabled'), document.activeElement]).toEqual(['true', button]);
    await press('Keeping the prices');
    expect(screen.queryByRole('form', { name: 'Prices of machines' })).toBeNull();
    answer();
    await pass();
    expect(stage.unsaved.words).toBe('The prices are not kept yet.');
    await press('Keep mine');
    expect([screen.getByRole('button', { name: 'Change prices' }), stage.unsaved.words]).toEqual([
      document.activeElement,
      null,
    ]);
  });

  it('is not asked for again where the host did not say what was typed before, and nothing is written over it', async () => {
    stage.kept.prices = { 'linux-build': { perHour: 0.2, currency: 'EUR' } };
    stage.isDeaf = true;
    await show();
    screen.getByText('What you typed before could not be read.', { exact: false });
    expect(screen.queryByRole('button', { name: 'Enter prices' })).toBeNull();
    stage.isDeaf = false;
    await press('Read again');
    await press('Change prices');
    type('All other sizes', '0.4');
    stage.isDeaf = true;
    await press('Use these prices');
    screen.getByText('Your prices hold on this page only: they were not kept.');
    screen.getByText('Machines cost 38.60 EUR in this time', { exact: false });
    expect(stage.kept.prices).toEqual({ 'linux-build': { perHour: 0.2, currency: 'EUR' } });
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
    expect(stage.kept).toEqual({});
  });
});
