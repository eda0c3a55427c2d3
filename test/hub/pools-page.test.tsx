// The list of pools in each of its states, with a fake client.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { PoolsPage } from '../../hub/pools/pools-page.tsx';
import { asleep, fakeClient, type FakeClient } from './fake-client.ts';

let client: FakeClient;
const opened: string[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  client = fakeClient();
  opened.length = 0;
});

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

const show = () => render(<PoolsPage client={client} organization="fabrikam" onOpen={(pool) => opened.push(pool)} />);
const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

describe('the pools page', () => {
  it('says that it loads until the first answer', async () => {
    client.isSilent = true;
    show();
    await pass(0);
    expect(screen.getByText('Loading the pools')).toBeTruthy();
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('shows each pool with its sentence and only those numbers that are not zero', async () => {
    show();
    await pass(0);
    const rows = screen.getAllByRole('row').map((row) => row.textContent);
    expect(rows).toHaveLength(5);
    expect(rows[1]).toContain('linux-build');
    expect(rows[1]).toContain('2 jobs wait: 2 machines boot, ready in about 70 s.');
    expect(rows[1]).toContain('4 busy, 1 idle, 2 starting');
    expect(rows[2]).toContain('3 busy');
    expect(rows[2]).not.toContain('idle');
    expect(rows[3]).toContain('no agents');
    expect(screen.getByText('fabrikam: 7 jobs run, 8 wait')).toBeTruthy();
  });

  it('counts the machines that no job can get, too, so that the words add up to the machines', async () => {
    client.scene.pools = client.scene.pools.map((pool) => ({ ...pool, instances: pool.instances + 2 }));
    show();
    await pass(0);
    const row = screen.getByRole('link', { name: 'linux-build' }).closest('tr');
    expect(row?.textContent).toContain('4 busy, 1 idle, 2 starting, 2 leaving or kept');
    expect(row?.textContent).toContain('9 of 12');
  });

  it('names the state of a pool for whoever cannot see its colour', async () => {
    show();
    await pass(0);
    expect(screen.getByLabelText('At its maximum')).toBeTruthy();
    expect(screen.getByLabelText('Needs attention')).toBeTruthy();
    expect(screen.getAllByLabelText('Healthy')).toHaveLength(2);
  });

  it('opens a pool by its link', async () => {
    show();
    await pass(0);
    fireEvent.click(screen.getByRole('link', { name: 'windows-test' }));
    expect(opened).toEqual(['windows-test']);
  });

  it('teaches how a pool gets here when there is none', async () => {
    client.scene.pools = [];
    show();
    await pass(0);
    expect(screen.getByText(/does not look after any pool/)).toBeTruthy();
    expect(screen.getByText('weir.yaml')).toBeTruthy();
  });

  it('filters by name, whatever the case, and says when nothing is left', async () => {
    show();
    await pass(0);
    const field = screen.getByLabelText('Filter pools by name');
    fireEvent.change(field, { target: { value: 'LINUX' } });
    expect(screen.getAllByRole('link').map((link) => link.textContent)).toEqual(['linux-build']);
    fireEvent.change(field, { target: { value: 'mac' } });
    expect(screen.queryByRole('link')).toBeNull();
    expect(screen.getByText('No pool has "mac" in its name')).toBeTruthy();
  });

  it('shows what its link filters by, and tells the address what is chosen', async () => {
    const told: string[] = [];
    const place = { filters: 'state=atMaximum', onFilters: (filters: string) => void told.push(filters) };
    render(<PoolsPage client={client} organization="fabrikam" onOpen={() => undefined} {...place} />);
    await pass(0);
    const state = screen.getByLabelText<HTMLSelectElement>('State');
    expect([state.value, screen.getAllByRole('link').length]).toEqual(['atMaximum', 1]);
    fireEvent.change(state, { target: { value: 'healthy' } });
    expect(screen.getAllByRole('link')).toHaveLength(2);
    fireEvent.change(state, { target: { value: 'all' } });
    expect(told).toEqual(['state=healthy', '']);
  });

  it('shows a problem with its next step, and the pools as soon as trying again succeeds', async () => {
    client.problem = asleep;
    show();
    await pass(0);
    expect(screen.getByRole('alert').textContent).toContain("Weir's service does not answer.");
    expect(screen.getByRole('alert').textContent).toContain('Check that it runs.');
    client.problem = null;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await pass(0);
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByRole('link', { name: 'gpu' })).toBeTruthy();
  });

  it('follows the pools by itself', async () => {
    show();
    await pass(0);
    client.scene.pools = [{ ...client.scene.pools[0]!, sentence: 'All jobs run.' }];
    await pass(3000);
    expect(screen.getByText('All jobs run.')).toBeTruthy();
  });

  it('keeps the last picture when the service falls silent, and says how old it is', async () => {
    show();
    await pass(0);
    client.problem = asleep;
    await pass(60_000);
    expect(screen.getByRole('link', { name: 'linux-build' })).toBeTruthy();
    expect(screen.getByText('What you see is 60 s old.')).toBeTruthy();
    client.problem = null;
    await pass(30_000);
    expect(screen.queryByText(/What you see is/)).toBeNull();
  });

  it('draws only the rows on the screen of a thousand pools, and finds each of them', async () => {
    client.scene.pools = Array.from({ length: 1000 }, (_, index) => ({
      ...client.scene.pools[index % 4]!,
      name: `pool-${String(index).padStart(4, '0')}`,
    }));
    show();
    await pass(0);
    const table = document.querySelector('table.weir-pools')!;
    expect(table.getAttribute('aria-rowcount')).toBe('1001');
    const drawn = table.querySelectorAll('tbody tr:not([aria-hidden])');
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.length).toBeLessThan(60);
    fireEvent.change(screen.getByLabelText('Filter pools by name'), { target: { value: '0999' } });
    expect([...table.ownerDocument.querySelectorAll('.weir-link')].map((link) => link.textContent)).toEqual([
      'pool-0999',
    ]);
  });

  it('filters by state, and keeps the choice when no pool is so any more', async () => {
    show();
    await pass(0);
    const state = screen.getByLabelText('State');
    fireEvent.change(state, { target: { value: 'degraded' } });
    expect(screen.getAllByRole('link').map((link) => link.textContent)).toEqual(['gpu']);
    client.scene.pools = client.scene.pools.filter((pool) => pool.state !== 'degraded');
    await pass(3000);
    expect(screen.getByText('No pool is in the state "Needs attention" now')).toBeTruthy();
    fireEvent.change(state, { target: { value: 'all' } });
    expect(screen.getAllByRole('link')).toHaveLength(3);
  });

  it('says which pools the configuration file has', async () => {
    client.scene.pools = [{ ...client.scene.pools[0]!, isManagedByFile: true }, client.scene.pools[1]!];
    show();
    await pass(0);
    expect(screen.getAllByText('by file')).toHaveLength(1);
  });

  it('leaves hostile names as text', async () => {
    client.scene.pools = [{ ...client.scene.pools[0]!, name: '<img src=x onerror=alert(1)>', sentence: '<b>bold</b>' }];
    const { container } = show();
    await pass(0);
    expect(screen.getByRole('link').textContent).toBe('<img src=x onerror=alert(1)>');
    expect(container.querySelector('img, b')).toBeNull();
  });
});
