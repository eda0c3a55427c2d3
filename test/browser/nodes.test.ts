// Nodes, their past and what people do with them, as people see it; and thousands of nodes that stay fluid.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { eventually } from '../end-to-end/until.ts';
import { livingTimeline } from './past-scene.ts';
import { node } from './scene.ts';
import {
  axeFindings,
  axeOf,
  beforeAllMs,
  keepPicture,
  overflowOf,
  setStage,
  waitForPool,
  type Stage,
} from './stage.ts';
import { finished, running, whatIfParts } from './what-if-scene.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

afterEach(() => stage.reset());
afterAll(() => stage.close());

const looks = [
  { theme: 'dark', width: 1360 },
  { theme: 'light', width: 700 },
] as const;

const failing = () => {
  const { scene } = stage.service;
  const at = (minutes: number) => new Date(Date.parse(scene.now) - minutes * 60_000).toISOString();
  const made = { image: 'ubuntu-22.04', imageVersion: '1.4.0', agentVersion: '4.248.0', workFolder: '/agent/_work' };
  const boot = (claimedAt: string | null, onlineAt: string | null) => ({
    boot: { startedBy: 'create' as const, startedAt: at(12), claimedAt, onlineAt },
  });
  scene.nodes = scene.nodes.map((one) => ({ ...one, ...made, ...boot(at(10), at(9)) }));
  scene.nodes.push(
    node({
      ...{ key: 'n21', name: 'linux-agents_21', state: 'failedVMPendingDelete', deadlineAt: at(-6), ...made },
      ...boot(null, null),
      failure: 'setup: Enable failed: the script ended with exit code 7. (VMExtensionProvisioningError)',
      steps: [
        {
          name: 'setup',
          code: 'ProvisioningState/failed/7',
          level: 'error',
          message: '+ ./setup.sh\nmount: no\nexit 7',
        },
      ],
    }),
    node({
      ...{ key: 'n22', name: 'linux-agents_22', state: 'assignedPendingDelete', requestId: 104, ...made },
      ...{ jobName: 'Integration tests', agentName: 'linux-agents-22', isOnline: true, isEnabled: false },
      ...boot(at(11), at(10)),
      workFolderProblem: 'The work folder /mnt/none cannot be used; /agent/_work is used instead.',
      operation: {
        ...{ kind: 'delete', phase: 'draining', words: 'Ada asked to drain linux-agents_22: the disk is full.' },
        ...{ startedAt: at(4), phaseSince: at(3), problem: null },
      },
    }),
  );
};

describe.each(looks)('in the $theme theme, $width pixels wide', ({ theme, width }) => {
  it('nodes, one that failed and one that leaves, are readable for everybody', async () => {
    failing();
    // A page is looked at once by axe: each look ends with another of the two.
    const [first, second] = theme === 'dark' ? ['n22', 'linux-agents_21'] : ['n21', 'linux-agents_22'];
    const hash = `/pools/linux-build/nodes/${first}`;
    const opened = await stage.open({ query: `theme=${theme}`, hash, width, height: 1300 });
    await opened.hub.waitForSelector('.weir-node-panel');
    await keepPicture(opened.page, `nodes-${first}-${theme}-${width}`);
    await opened.hub.getByRole('button', { name: second }).click();
    await opened.hub.getByRole('heading', { name: second }).waitFor();
    await keepPicture(opened.page, `nodes-${second}-${theme}-${width}`);
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
  });

  it('the past of a pool is readable for everybody', async () => {
    stage.service.scene.timeline = livingTimeline(stage.service.scene.now, 60);
    const hash = '/pools/linux-build';
    const opened = await stage.open({ query: `theme=${theme}`, hash, width, height: 1500 });
    await waitForPool(opened.hub);
    await opened.hub.waitForSelector('.weir-gantt');
    await opened.hub.waitForSelector('.weir-boots');
    if (width < 1000) await opened.hub.locator('.weir-jobs').scrollIntoViewIfNeeded();
    await keepPicture(opened.page, `past-${theme}-${width}`);
    if (theme === 'dark') {
      const before = await painted(opened.hub);
      await opened.page.emulateMedia({ forcedColors: 'active' });
      await eventually(async () => {
        const after = await painted(opened.hub);
        expect(after).toHaveLength(2);
        after.forEach((picture, place) => expect(picture).not.toBe(before[place]));
      });
      await keepPicture(opened.page, 'past-forced-colors');
      await opened.page.emulateMedia({ forcedColors: 'none' });
    }
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
  });

  it('what the time has cost, by prices that are typed, and would have cost, is readable for everybody', async () => {
    const { scene } = stage.service;
    const from = new Date(Date.parse(scene.now) - 24 * 3_600_000).toISOString();
    scene.parts = whatIfParts(null);
    const opened = await stage.open({ query: `theme=${theme}`, hash: '/pools/linux-build', width, height: 1300 });
    const { hub, page } = opened;
    await hub.getByRole('button', { name: 'Enter prices' }).click();
    const form = hub.getByRole('form', { name: 'Prices of machines' });
    await form.getByLabel('Standard_D4s_v5').fill('a lot');
    await form.getByRole('button', { name: 'Add a size' }).click();
    await form.getByLabel('Its price').fill('3');
    await form.getByRole('button', { name: 'Use these prices' }).click();
    await form.getByText('Write a number, such as 0.096.').waitFor();
    await form.getByText('Write the name of the size', { exact: false }).waitFor();
    await form.scrollIntoViewIfNeeded();
    await keepPicture(page, `prices-${theme}-${width}`);
    if (theme === 'light') expect(await axeOf(hub)).toEqual([]);
    await form.getByLabel('Currency').fill('EUR');
    await form.getByLabel('Standard_D4s_v5').fill('0,25');
    await form.getByLabel('Name of the size').fill('Standard_D8s_v5');
    await form.getByRole('button', { name: 'Use these prices' }).click();
    await hub.getByRole('cell', { name: '18.00 EUR' }).waitFor();
    await hub.getByRole('button', { name: 'Replay this time' }).click();
    scene.parts = whatIfParts({ ...running, from, to: scene.now });
    await hub.getByRole('progressbar', { name: 'Progress of the replay' }).waitFor();
    scene.parts = whatIfParts({ ...finished, from, to: scene.now });
    await hub.getByRole('cell', { name: '65.75 EUR' }).waitFor();
    expect(stage.service.sent.at(-1)).toMatchObject({ path: '/v1/pools/linux-build/what-if', body: { to: scene.now } });
    await hub.getByRole('heading', { name: 'Cost by size and image' }).scrollIntoViewIfNeeded();
    await hub.evaluate(`document.querySelector('.weir-replays').scrollIntoView({ block: 'end' })`);
    await keepPicture(page, `cost-${theme}-${width}`);
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(hub)).toBe(0);
    if (theme === 'dark') expect(await axeFindings(opened)).toEqual([]);
  });
});

/** What is on the canvases of chart and machines: colours of the page do not reach it by themselves. */
function painted(hub: Frame): Promise<readonly string[]> {
  return hub.evaluate<readonly string[]>(
    `[...document.querySelectorAll('.weir-chart canvas, .weir-gantt')].map((canvas) => canvas.toDataURL())`,
  );
}

describe('a person', () => {
  it('drains a node with a reason and reads what happens now; nothing is sent before it is confirmed', async () => {
    failing();
    stage.service.scene.parts.drain = { node: 'linux-agents_3', action: 'drain', words: 'It finishes its job first.' };
    const { hub, page } = await stage.open({ hash: '/pools/linux-build/nodes' });
    await hub.getByRole('button', { name: 'linux-agents_3' }).click();
    await page.waitForURL(/linux-build\/nodes\/n3$/);
    const group = hub.getByRole('group', { name: 'What to do with the node' });
    // A busy machine is not deleted, and the page says why.
    await hub.getByText('It runs a job. Let it finish its job first.').waitFor();
    const remove = group.getByRole('button', { name: 'Delete', exact: true });
    await eventually(async () => expect(await remove.getAttribute('aria-disabled')).toBe('true'));
    await group.getByRole('button', { name: 'Finish job, then delete' }).click();
    expect(stage.service.sent).toEqual([]);
    await hub.getByLabel('Reason, for the log').fill('slow disk');
    await hub.getByRole('button', { name: 'Delete after its job' }).click();
    await hub.getByText('It finishes its job first.').waitFor();
    expect(stage.service.sent).toMatchObject([
      { path: '/v1/pools/linux-build/nodes/n3/drain', body: { reason: 'slow disk' } },
    ]);
  });

  it('gives a kept node back', async () => {
    stage.service.scene.nodes = [node({ key: 'n23', name: 'linux-agents_23', state: 'saved', isSaved: true })];
    const words = 'linux-agents_23 takes jobs again as it is.';
    stage.service.scene.parts.release = { node: 'linux-agents_23', action: 'release', words };
    const opened = await stage.open({ query: 'theme=contrast', hash: '/pools/linux-build/nodes/n23' });
    const { hub, page } = opened;
    const group = hub.getByRole('group', { name: 'What to do with the node' });
    await group.getByRole('button', { name: 'Give back to the pool' }).click();
    expect(await group.getByRole('button', { name: 'Keep for investigation' }).count()).toBe(0);
    await keepPicture(page, 'nodes-give-back');
    expect(await axeFindings(opened)).toEqual([]);
    await hub.getByRole('button', { name: 'Give this node back' }).click();
    await hub.getByText(words).waitFor();
    expect(stage.service.sent.at(-1)).toMatchObject({ path: '/v1/pools/linux-build/nodes/n23/release', body: {} });
  });

  it('looks further back, and closer at a part, and reads states as a table', async () => {
    const { hub, page } = await stage.open({ hash: '/pools/linux-build', height: 1500 });
    await waitForPool(hub);
    await hub.getByLabel('Time', { exact: true }).selectOption('30d');
    await page.waitForURL((url) => url.hash.endsWith('/overview/30d'));
    // Again until it is done: what is drawn later may move the chart away from under the pointer.
    await eventually(async () => {
      const chart = (await hub.locator('.weir-chart .u-over').boundingBox())!;
      await page.mouse.move(chart.x + 40, chart.y + 60);
      await page.mouse.down();
      await page.mouse.move(chart.x + 200, chart.y + 60, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL((url) => url.hash.includes('/overview/30d_'), { timeout: 2000 });
    });
    await eventually(() => expect(Math.min(...spansAsked())).toBeLessThan(24));
    const times = hub.getByRole('group', { name: 'Time of queue, agents and machines' });
    await times.getByRole('button', { name: 'Show the whole time' }).click();
    await page.waitForURL((url) => url.hash.endsWith('/overview/30d'));
    await eventually(() => expect(spansAsked()).toEqual(expect.arrayContaining([24, 720])));
    await hub.getByRole('button', { name: 'Show states as table' }).click();
    await hub.getByRole('table', { name: 'Machines over time' }).waitFor();
  });

  /** Hours of history, of each question for them. */
  const spansAsked = () =>
    stage.service.asked
      .filter((one) => one.includes('/series?'))
      .map((one) => {
        const query = new URLSearchParams(one.split('?')[1]);
        return (Date.parse(query.get('to')!) - Date.parse(query.get('from')!)) / 3_600_000;
      });

  it('reads an alarm above everything else', async () => {
    const words = 'Weir stopped everything that destroys: it would have deleted 9 of 10 machines at once.';
    stage.service.scene.banners = [{ code: 'panicStopped', level: 'error', words }];
    const opened = await stage.open({ hash: '/pools/linux-build' });
    await opened.hub.getByText(words).waitFor();
    await keepPicture(opened.page, 'pool-banner');
    expect(await axeFindings(opened)).toEqual([]);
  });

  it('scrolls through five thousand nodes of which only those on the screen are drawn', async () => {
    stage.service.scene.nodes = Array.from({ length: 5000 }, (_, index) =>
      node({
        ...{ key: `k${index}`, state: index % 3 === 0 ? 'idle' : 'assigned' },
        name: `linux-agents_${index}${index % 7 === 3 ? '-whose-name-is-longer-than-its-column-is-wide' : ''}`,
      }),
    );
    const opened = await stage.open({ hash: '/pools/linux-build/nodes' });
    const table = opened.hub.getByRole('table', { name: 'Nodes' });
    await table.waitFor();
    await eventually(async () => expect(await table.getAttribute('aria-rowcount')).toBe('5001'));
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    await opened.hub.getByRole('region', { name: 'List of nodes' }).focus();
    await opened.page.keyboard.press('End');
    await opened.hub.getByRole('button', { name: 'linux-agents_4999' }).waitFor();
    const heights = `[...new Set([...document.querySelectorAll('.weir-long tbody tr:not(.weir-gap)')].map((row) => row.offsetHeight))]`;
    await eventually(async () => expect(await opened.hub.evaluate(heights)).toEqual([60]));
    await keepPicture(opened.page, 'nodes-many');
    expect(await axeOf(opened.hub)).toEqual([]);
    // The row with the focus leaves the page with the others that are not on the screen any more.
    await opened.hub.getByRole('button', { name: 'linux-agents_4999' }).focus();
    await opened.hub.evaluate(`document.querySelector('.weir-long').scrollTo(0, 0)`);
    await opened.hub.waitForFunction(`document.activeElement.getAttribute('aria-label') === 'List of nodes'`);
  });
});

// On a phone: rows of one height that stay readable, and that scroll to the last one.
const states = ['assigned', 'idle', 'creatingCompute', 'failedVMPendingDelete', 'retryDelete'];
const failure = 'setup: Enable failed: the script ended with exit code 7. (VMExtensionProvisioningError)';

it.each(['light', 'dark'])('hundreds of nodes are readable 400 pixels wide, %s', async (theme) => {
  const { scene } = stage.service;
  scene.nodes = Array.from({ length: 300 }, (_, index) => {
    const name = `weir-linux-build-ubuntu-2204-lane_${String(index).padStart(3, '0')}`;
    const state = states[index % states.length]!;
    const jobName = state === 'assigned' ? 'Build and unit tests of the web shop' : null;
    const isFailed = state === 'failedVMPendingDelete';
    const deadlineAt = isFailed ? new Date(Date.parse(scene.now) + 84 * 60_000).toISOString() : null;
    const made = { image: 'ubuntu-22.04', imageVersion: '1.4.0', agentVersion: '4.260.0', agentName: name };
    return node({ key: name, name, state, jobName, deadlineAt, failure: isFailed ? failure : null, ...made });
  });
  const hash = '/pools/linux-build/nodes';
  const opened = await stage.open({ query: `theme=${theme}`, hash, width: 400, height: 900 });
  const { hub } = opened;
  await hub.locator('.weir-long tbody tr').nth(3).waitFor();
  await keepPicture(opened.page, `narrow-nodes-${theme}`);
  // What a state is called stands in one line, and no row is higher than another or cut.
  const lines = `[...document.querySelectorAll('.weir-long .weir-lead > div > div:first-child')].map((one) => one.clientHeight)`;
  expect(new Set(await hub.evaluate<number[]>(lines))).toEqual(new Set([20]));
  const rows = `[...document.querySelectorAll('.weir-long tbody tr:not(.weir-gap)')]`;
  expect(new Set(await hub.evaluate<number[]>(`${rows}.map((row) => row.offsetHeight)`)).size).toBe(1);
  expect(await hub.evaluate(`${rows}.filter((row) => row.scrollHeight > row.clientHeight).length`)).toBe(0);
  expect(await overflowOf(hub)).toBe(0);
  expect(await axeFindings(opened)).toEqual([]);
  await hub.evaluate(
    `(() => { const list = document.querySelector('.weir-long'); list.scrollTop = list.scrollHeight; })()`,
  );
  const last = 'weir-linux-build-ubuntu-2204-lane_299';
  await eventually(async () => {
    const bottoms = `[document.querySelector('[aria-label="${last}"]').closest('tr'), document.querySelector('.weir-long')].map((one) => one.getBoundingClientRect().bottom)`;
    const [row, list] = await hub.evaluate<[number, number]>(bottoms);
    expect(Math.abs(row - list)).toBeLessThan(2);
  });
});
