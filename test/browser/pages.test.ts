// Both pages as people see them: light and dark, wide and narrow, with nothing for axe to find and nothing that sticks out.
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
  { theme: 'light', width: 1360 },
  { theme: 'dark', width: 1360 },
  { theme: 'light', width: 600 },
  { theme: 'dark', width: 600 },
] as const;

describe.each(looks)('in the $theme theme, $width pixels wide', ({ theme, width }) => {
  it('the pools are readable for everybody', async () => {
    const opened = await stage.open({ query: `theme=${theme}`, width });
    await opened.hub.waitForSelector('.weir-table tbody tr');
    await keepPicture(opened.page, `pools-${theme}-${width}`);
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
  });

  it('a pool is readable for everybody', async () => {
    const opened = await stage.open({ query: `theme=${theme}`, hash: '/pools/linux-build', width });
    await waitForPool(opened.hub);
    await keepPicture(opened.page, `pool-${theme}-${width}`);
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
  });
});

describe('the frame around', () => {
  it('stands on another origin than the hub, as Azure DevOps does', async () => {
    const { page, hub } = await stage.open();
    await eventually(() => expect(new URL(hub.url()).origin).toBe(stage.portal.hubOrigin));
    expect(new URL(page.url()).origin).not.toBe(stage.portal.hubOrigin);
  });

  it('says that it is the sandbox and not Azure DevOps', async () => {
    const { page } = await stage.open();
    await page.locator('header').getByText('Weir sandbox, not Azure DevOps').waitFor();
  });

  it('leaves the pages of Azure DevOps out, and says so', async () => {
    const opened = await stage.open();
    await opened.page.getByRole('link', { name: 'Agent pools' }).click();
    await opened.page.getByRole('heading', { name: 'This page belongs to Azure DevOps' }).waitFor();
    await opened.page.getByRole('link', { name: 'Open Elastic agents' }).click();
    await opened.page.waitForSelector('iframe.hub');
  });
});
