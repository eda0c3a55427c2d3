// Hundreds of nodes on a phone: rows of one height that stay readable, and that scroll to the last one.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../end-to-end/until.ts';
import { node } from './scene.ts';
import { axeFindings, beforeAllMs, keepPicture, overflowOf, setStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

afterEach(() => stage.reset());
afterAll(() => stage.close());

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
