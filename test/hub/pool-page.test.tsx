// One pool in each of its states, with a fake client.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { ServiceProblem } from '../../contract/client.ts';
import { PoolPage } from '../../hub/pool/pool-page.tsx';
import { agentRollout } from '../browser/past-scene.ts';
import { job, node } from '../browser/scene.ts';
import { asleep, fakeClient, type FakeClient } from './fake-client.ts';

let client: FakeClient;

beforeEach(() => {
  jest.useFakeTimers();
  client = fakeClient();
});

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

const nothing = (): void => undefined;
const jobsTab = { tab: 'jobs', item: null, onTab: nothing, onItem: nothing } as const;
const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));
const show = async (name = 'linux-build') => {
  const shown = render(<PoolPage client={client} name={name} onBack={() => undefined} />);
  await pass(0);
  return shown;
};
const rowOf = (words: string, table: string): HTMLElement => {
  const row = within(screen.getByRole('table', { name: table }))
    .getByText(words)
    .closest('tr');
  if (row === null) throw new Error(`${words} stands in no row.`);
  return row;
};

describe('the page of a pool', () => {
  it('says how the pool is and why, above the numbers', async () => {
    await show();
    expect(screen.getByRole('heading', { name: '2 jobs wait: 2 machines boot, ready in about 70 s.' })).toBeTruthy();
    const figures = screen.getByText('Machines', { selector: 'dt' }).parentElement;
    expect(figures?.textContent).toBe('Machines7 of 12');
    expect(screen.getByText('· checked', { exact: false }).textContent).toBe('Healthy · checked 6 s ago');
  });

  it('says how far another agent version has come and what happens next, only while it comes in', async () => {
    const { unmount } = await show();
    expect(screen.queryByRole('progressbar')).toBeNull();
    unmount();
    client.scene.agentRollouts = [agentRollout({ machines: 8, machinesNew: 2, words: '2 of 8 machines have it.' })];
    await show();
    const card = screen.getByRole('region', { name: 'Agent 5.280.0 is tried' });
    expect(card.textContent).toContain('Linux machines, which had agent 5.278.0 before. 2 of 8 machines have it.');
    expect(card.textContent).toContain('What happens next: Once 1 more came up');
    const bar = within(card).getByRole('progressbar', { name: 'Machines with agent 5.280.0' });
    expect([bar.getAttribute('value'), bar.getAttribute('max')]).toEqual(['2', '8']);
  });

  it('counts the nodes by what they do, and what the maximum still allows', async () => {
    await show();
    const legend = within(screen.getByRole('list', { name: 'Nodes by state' }));
    const words = legend.getAllByRole('listitem').map((item) => item.textContent);
    expect(words).toEqual(['4 running a job', '1 idle', '2 starting', '5 more possible']);
  });

  it('keeps the end of a long name, which tells nodes apart, and tells all of it to whoever asks', async () => {
    const long = 'weir-4-ubuntu-24-04-24-04-202611110-41f4852a4c_11';
    client.scene.nodes = [node({ name: long })];
    render(<PoolPage client={client} name="linux-build" onBack={nothing} place={{ ...jobsTab, tab: 'nodes' }} />);
    // The tab is loaded when it is opened.
    jest.useRealTimers();
    const name = within(await screen.findByRole('button', { name: long })).getByTitle(long);
    expect([...name.children].map((part) => part.textContent)).toEqual([long.slice(0, -8), '52a4c_11']);
  });

  it('offers the nodes of decisions in the order of their numbers', async () => {
    const [entry] = client.scene.log;
    client.scene.log = ['agents_10', 'agents_9', 'agents_100'].map((one, index) => ({
      ...entry!,
      id: index + 1,
      node: one,
    }));
    render(<PoolPage client={client} name="linux-build" onBack={nothing} place={{ ...jobsTab, tab: 'decisions' }} />);
    jest.useRealTimers();
    await screen.findByRole('table', { name: 'Decisions' });
    const choices = within(screen.getByRole('combobox', { name: 'Node' })).getAllByRole('option');
    expect(choices.map((one) => one.textContent)).toEqual(['All nodes', 'agents_9', 'agents_10', 'agents_100']);
  });

  it('says what each node does, since when, and until when Weir waits for it', async () => {
    await show();
    const booting = rowOf('linux-agents_12', 'Nodes');
    expect(booting.textContent).toContain('No agent yet');
    expect(booting.textContent).toContain('Booting');
    expect(booting.textContent).toContain('in 18 min');
    expect(rowOf('linux-agents_3', 'Nodes').textContent).toContain('Running a jobBuild and unit tests9 min');
    expect(rowOf('linux-agents_13', 'Nodes').textContent).toContain('Agent registered, not online yet');
  });

  it('shows what went wrong inside a machine in words', async () => {
    client.scene.nodes = [
      node({ state: 'failedVMPendingDelete', failure: 'The start-up script ended with exit code 7.' }),
    ];
    const opened: unknown[] = [];
    const place = {
      ...({ tab: 'overview', item: null, onTab: nothing } as const),
      onItem: (...to: unknown[]) => opened.push(to),
    };
    render(<PoolPage client={client} name="linux-build" onBack={nothing} place={place} />);
    await pass(0);
    const row = rowOf('linux-agents_0', 'Nodes');
    expect(row.textContent).toContain('Machine failed, will be deleted');
    expect(row.textContent).toContain('The start-up script ended with exit code 7.');
    // Two lines of it stand here: the whole is where the name leads, with keys and by touch too.
    fireEvent.click(within(row).getByRole('button', { name: 'linux-agents_0' }));
    expect(opened).toEqual([[client.scene.nodes[0]?.key, 'nodes']]);
  });

  it('puts waiting jobs first, the longest wait on top, and ends with the newest that finished', async () => {
    render(<PoolPage client={client} name="linux-build" onBack={nothing} place={jobsTab} />);
    await pass(0);
    const rows = within(screen.getByRole('table', { name: 'Jobs' }))
      .getAllByRole('row')
      .slice(1);
    expect(rows.map((row) => row.querySelector('bdi')?.textContent)).toEqual([
      'Train model',
      'End to end (Chromium)',
      'Integration tests (PostgreSQL 17)',
      'Build and unit tests',
      'Package',
      'Lint',
      'Lint',
      'Package',
    ]);
  });

  it('begins with what needs somebody, and shows the past and its cost behind what is now', async () => {
    client.scene.jobRequests = Array.from({ length: 30 }, (_, index) =>
      job({ requestId: index, state: 'queued', verdict: index === 29 ? 'noAgentMatches' : 'nodeBooting' }),
    );
    client.scene.nodes = Array.from({ length: 40 }, (_, index) =>
      node({ key: `k${index}`, name: `n${index}`, state: index === 39 ? 'lost' : 'idle' }),
    );
    await show();
    const titles = [...document.querySelectorAll('h2.title-s')].map((one) => one.firstChild?.textContent);
    expect(titles).toEqual([
      ...['Jobs', 'Queue, agents and machines', 'Decisions', 'Nodes', 'Machines over time'],
      ...['Waits and use', 'Boot times', 'Cost by size and image', 'The same time with other settings'],
    ]);
    const rows = (table: string) =>
      within(screen.getByRole('table', { name: table }))
        .getAllByRole('row')
        .slice(1);
    expect(rows('Jobs')).toHaveLength(4);
    expect(rows('Jobs')[0]?.textContent).toContain('No agent matches');
    expect(rows('Nodes')).toHaveLength(10);
    // One in trouble is not left out for its name.
    expect(rows('Nodes')[0]?.textContent).toContain('n39');
    expect(screen.getByRole('button', { name: 'All 30 jobs' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Look after all 40 nodes' })).toBeTruthy();
  });

  it('says why a job waits, what to do, and which demands it makes', async () => {
    await show();
    const row = rowOf('Train model', 'Jobs');
    expect(row.textContent).toContain('No agent matches');
    expect(row.textContent).toContain('has the capability CUDA');
    expect(row.textContent).toContain('Remove the demand');
    expect(within(row).getByRole('list', { name: 'Demands' }).textContent).toBe(
      'CUDA -equals 12Agent.OS -equals Linux',
    );
    expect(row.textContent).toContain('waits 15 min');
  });

  it('names the job of a decision instead of its number, and the number only where the job is gone', async () => {
    client.scene.log = [
      { ...client.scene.log[0]!, id: 2, request: 120 },
      { ...client.scene.log[0]!, id: 1, request: 77 },
    ];
    await show();
    const [known, gone] = within(screen.getByRole('region', { name: 'Log of decisions' })).getAllByRole('listitem');
    expect(known?.textContent).toContain('Scale out · End to end (Chromium) · done');
    expect(gone?.textContent).toContain('Scale out · job request 77 · done');
  });

  it('loads older decisions below the newest, down to where the log begins', async () => {
    await show();
    const log = within(screen.getByRole('region', { name: 'Log of decisions' }));
    expect(log.getAllByRole('listitem')).toHaveLength(50);
    fireEvent.click(log.getByRole('button', { name: 'Load older' }));
    await pass(0);
    expect(log.getAllByRole('listitem')).toHaveLength(100);
    // A newer decision comes on top and takes nothing away.
    client.scene.log = [{ ...client.scene.log[0]!, id: 1001 }, ...client.scene.log];
    await pass(3000);
    expect(log.getAllByRole('listitem')).toHaveLength(101);
    fireEvent.click(log.getByRole('button', { name: 'Load older' }));
    await pass(0);
    expect(log.getAllByRole('listitem')).toHaveLength(131);
    expect(log.getByText('This is where the log begins.')).toBeTruthy();
  });

  it('tells the address once of many steps in time, and follows it where the browser goes back', async () => {
    const asked: (string | null)[] = [];
    const at = (item: string | null) => (
      <PoolPage
        client={client}
        name="linux-build"
        onBack={nothing}
        place={{ tab: 'overview', item, onTab: nothing, onItem: (next) => asked.push(next) }}
      />
    );
    const { rerender } = render(at(null));
    await pass(0);
    const frame = () => document.querySelector('.weir-frame[aria-label^="Machines over time"]')!;
    // The browser's own zoom, and a key that is meant for what is inside.
    fireEvent.keyDown(frame(), { key: '+', ctrlKey: true });
    fireEvent.keyDown(frame().querySelector('canvas')!, { key: '+' });
    for (const key of ['+', '+', 'ArrowLeft', 'x']) fireEvent.keyDown(frame(), { key });
    expect(asked).toEqual([]);
    await pass(400);
    const written = '24h_20261123T193000Z_20261124T013000Z';
    expect(asked).toEqual([written]);
    rerender(at(written));
    fireEvent.keyDown(frame(), { key: '-' });
    rerender(at(null));
    await pass(400);
    expect(asked).toEqual([written]);
    expect(frame().getAttribute('aria-label')).toBe('Machines over time, Last 24 hours');
  });

  it('tells the address each choice, and all that is typed at once as one; and follows it back', async () => {
    const told: [string, boolean][] = [];
    const at = (filters: string) => (
      <PoolPage
        client={client}
        name="linux-build"
        onBack={nothing}
        place={{
          ...{ tab: 'nodes', item: null, onTab: nothing, onItem: nothing, filters },
          onFilters: (next, isSameEntry) => told.push([next, isSameEntry]),
        }}
      />
    );
    const { rerender } = render(at('state=blue'));
    await pass(0);
    await screen.findByText('This link does not say clearly which state to show. You see every state instead.');
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: /Filter nodes/ });
    const type = (value: string): void => void fireEvent.change(field, { target: { value } });
    type('l');
    type('linux-agents_1');
    expect(told).toEqual([]);
    await pass(400);
    type('linux-agents_12');
    expect(within(screen.getByRole('table', { name: 'Nodes' })).getAllByRole('row')).toHaveLength(2);
    fireEvent.blur(field);
    type('linux-agents_3');
    fireEvent.change(screen.getByLabelText('State'), { target: { value: 'busy' } });
    expect(told).toEqual([
      ['text=linux-agents_1', false],
      ['text=linux-agents_12', true],
      ['state=busy&text=linux-agents_3', false],
    ]);
    rerender(at('text=linux-agents_12'));
    await pass(400);
    expect([field.value, told.length]).toEqual(['linux-agents_12', 3]);
  });

  it('says in a sentence what the chart shows, and shows the same as a table', async () => {
    client.scene.series = {
      at: ['2026-11-24T10:00:00Z', '2026-11-24T10:01:00Z', '2026-11-24T10:02:00Z'],
      queued: [0, 3, 3],
      agentsBusy: [1, 1, 1],
      agentsIdle: [1, 1, 1],
      agentsStarting: [0, 2, 2],
      instances: [2, 4, 4],
    };
    await show();
    const label = screen.getByRole('img', { name: /^From/ }).getAttribute('aria-label');
    expect(label).toContain(
      'queued jobs between 0 and 3, at the end 3; agents online between 2 and 2, at the end 2; machines between 2 and 4, at the end 4.',
    );
    fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('table', { name: 'Queue, agents and machines' })).getAllByRole('row');
    // The third instant repeats the second, so it has no row of its own.
    expect(rows).toHaveLength(3);
    expect(rows[1]?.textContent).toMatch(/31124$/);
  });

  it('teaches what an empty pool means', async () => {
    Object.assign(client.scene, { nodes: [], jobRequests: [], log: [] });
    client.scene.series = { at: [], queued: [], agentsBusy: [], agentsIdle: [], agentsStarting: [], instances: [] };
    await show('nightly');
    expect(screen.getByText('No machine is running')).toBeTruthy();
    expect(screen.getByText('No job has come yet')).toBeTruthy();
    expect(screen.getByText('Nothing decided yet')).toBeTruthy();
    expect(screen.getByText('The history begins now')).toBeTruthy();
    expect(screen.getByText('40 more possible')).toBeTruthy();
  });

  it('says that the service itself has not looked for long, counted by the clock of the service', async () => {
    client.scene.pools[0]!.observedAt = '2026-11-24T11:50:00Z';
    await show();
    expect(screen.getByText(/The service last looked at this pool 10 min ago/)).toBeTruthy();
  });

  it('says which part of the picture is not fresh', async () => {
    client.scene.problems = ['Azure has not answered for 2 min: machines may have changed.'];
    await show();
    expect(screen.getByText('Azure has not answered for 2 min: machines may have changed.')).toBeTruthy();
  });

  it.each([
    ['who may manage it', {}, {}, true],
    ['who may not', {}, { mayChange: false }, false],
    ['nobody, where the file has it', { isManagedByFile: true }, {}, false],
  ])('offers to delete the pool to %s', async (_who, pool, settings, isOffered) => {
    Object.assign(client.scene.pools[0]!, pool);
    const view = { settings: {}, revision: 1, isManagedByFile: false, mayChange: true, ...settings };
    client.settings = () => Promise.resolve(view);
    const place = { tab: 'overview', item: null, onDelete: nothing, onTab: nothing, onItem: nothing } as const;
    render(<PoolPage client={client} name="linux-build" onBack={nothing} place={place} />);
    expect(screen.queryByText('Delete pool')).toBeNull();
    await pass(0);
    expect(screen.queryAllByText('Delete pool').length > 0).toBe(isOffered);
  });

  it('leads from a pool that is not there to all pools', async () => {
    client.problem = new ServiceProblem('POOL_NOT_FOUND', 'There is no such pool.', 'Check the name.');
    const onBack = jest.fn();
    render(<PoolPage client={client} name="gone" onBack={onBack} />);
    await pass(0);
    fireEvent.click(screen.getByRole('button', { name: 'All pools' }));
    expect(onBack).toHaveBeenCalledTimes(1);
  });

  it('says that a pool is not there, and shows nothing of another', async () => {
    await show('gone');
    expect(screen.getByRole('alert').textContent).toContain('There is no pool "gone".');
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('keeps the last picture when the service falls silent, with its ages as they were', async () => {
    await show();
    client.problem = asleep;
    await pass(45_000);
    expect(screen.getByText(/What you see is 4\d s old/)).toBeTruthy();
    expect(rowOf('Train model', 'Jobs').textContent).toContain('waits 15 min');
  });

  it('shows fifty rows of a long list and more when asked', async () => {
    client.scene.jobRequests = Array.from({ length: 120 }, (_, index) =>
      job({ requestId: index, jobName: `Job ${index}` }),
    );
    render(<PoolPage client={client} name="linux-build" onBack={nothing} place={jobsTab} />);
    await pass(0);
    const table = within(screen.getByRole('table', { name: 'Jobs' }));
    expect(table.getAllByRole('row')).toHaveLength(51);
    fireEvent.click(screen.getByRole('button', { name: 'Show 50 more of 70' }));
    expect(table.getAllByRole('row')).toHaveLength(101);
  });
});
