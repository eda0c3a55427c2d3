// The tabs of a pool as people see them and use them: in three looks, with nothing for axe to find.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../end-to-end/until.ts';
import { axeFindings, beforeAllMs, keepPicture, overflowOf, setStage, waitForPool, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

afterEach(() => stage.reset());
afterAll(() => stage.close());

const looks = [
  { theme: 'contrast', width: 1360 },
  { theme: 'dark', width: 1360 },
  { theme: 'light', width: 600 },
] as const;

describe.each(looks)('in the $theme theme, $width pixels wide', ({ theme, width }) => {
  it.each(['jobs', 'decisions'])('the tab %s is readable for everybody', async (tab) => {
    const opened = await stage.open({ query: `theme=${theme}`, hash: `/pools/linux-build/${tab}`, width });
    await opened.hub.waitForSelector('.weir-table');
    await keepPicture(opened.page, `${tab}-${theme}-${width}`);
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
  });
});

describe('a person', () => {
  it('opens the whole story of a job from the overview, and comes back by the address', async () => {
    const { page, hub } = await stage.open({ hash: '/pools/linux-build' });
    await waitForPool(hub);
    await hub.getByRole('button', { name: 'Train model' }).click();
    await hub.getByRole('heading', { name: 'Train model' }).waitFor();
    await page.waitForURL(/linux-build\/jobs\/\d+$/);
    await page.goBack();
    await hub.getByRole('heading', { name: 'Queue, agents and machines' }).waitFor();
  });

  it('tests demands and reads which demand fails where', async () => {
    const { page, hub } = await stage.open({ hash: '/pools/linux-build/jobs' });
    await hub.waitForSelector('.weir-table');
    await keepPicture(page, 'jobs');
    await hub.getByLabel('Demands of a job, one in a line or as YAML').fill('CUDA -equals 12');
    await hub.getByRole('button', { name: 'Test', exact: true }).click();
    const table = hub.getByRole('table', { name: 'What each agent and image lacks' });
    await table.waitFor();
    await table.getByText('has 11').first().waitFor();
    expect(stage.service.asked).toContain('/v1/pools/linux-build/explain');
  });

  it('filters decisions by what was done, and comes back by the address', async () => {
    const { page, hub } = await stage.open({ hash: '/pools/linux-build/decisions' });
    await hub.waitForSelector('.weir-table');
    const rows = hub.getByRole('table', { name: 'Decisions' }).getByRole('row');
    const before = await rows.count();
    const kind = hub.getByLabel('Kind');
    await kind.selectOption('reclaim');
    // The host writes the address after the hub has told it, in another frame.
    await page.waitForURL(/decisions\?kind=reclaim$/);
    await eventually(async () => {
      expect(await rows.count()).toBeLessThan(before);
      expect(await rows.nth(1).innerText()).toContain('Delete machine');
    });
    await page.goBack();
    await hub.getByRole('cell', { name: 'Scale out' }).first().waitFor();
    await eventually(async () => expect(await kind.inputValue()).toBe(''));
  });

  it('types what nodes are looked for, which is one step back however slowly it is typed', async () => {
    const { page, hub } = await stage.open({ hash: '/pools/linux-build/nodes?state=starting&color=red' });
    await hub.getByText('a filter that this page does not have', { exact: false }).waitFor();
    const field = hub.getByRole('textbox', { name: 'Filter nodes' });
    for (const letters of ['linux', '-agents', '_12']) {
      await field.pressSequentially(letters);
      await page.waitForURL((url) => url.hash.endsWith(letters));
    }
    await page.waitForURL(/nodes\?state=starting&text=linux-agents_12$/);
    const rows = hub.getByRole('table', { name: 'Nodes' }).getByRole('row');
    await eventually(async () => expect(await rows.count()).toBe(2));
    await hub.getByRole('button', { name: 'linux-agents_12' }).click();
    await page.waitForURL(/nodes\/[^?]+\?state=starting&text=linux-agents_12$/);
    await page.goBack();
    await page.goBack();
    await page.waitForURL(/nodes\?state=starting&color=red$/);
    await hub.getByRole('button', { name: 'linux-agents_13' }).waitFor();
    await eventually(async () => expect(await field.inputValue()).toBe(''));
  });
});

describe('the tab on the page of a pipeline run', () => {
  it.each(['light', 'contrast'])('says of each job why it waits, in the %s theme', async (theme) => {
    const [request] = stage.service.scene.jobRequests.filter((one) => one.jobName === 'Train model');
    const nearMisses = stage.service.scene.demandAnswer.nearMisses;
    stage.service.scene.runJobs = [{ pool: 'linux-build', request: { ...request!, nearMisses, position: 2 } }];
    const opened = await stage.open({ query: `theme=${theme}&run=77` });
    await opened.hub.getByRole('heading', { name: 'Train model' }).waitFor();
    await keepPicture(opened.page, `run-${theme}`);
    expect(stage.service.asked.some((one) => one.startsWith('/v1/runs/77?project='))).toBe(true);
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
  });

  it('says so where no job of the run is on a pool of Weir, or nobody has connected the service', async () => {
    const opened = await stage.open({ query: 'theme=light&run=77' });
    await opened.hub.getByText('No job of this run is on an elastic pool now').waitFor();
    const alone = await stage.open({ query: 'theme=light&run=77&service=none' });
    await alone.hub.getByText('Nobody has connected Weir to its service yet', { exact: false }).waitFor();
  });
});
