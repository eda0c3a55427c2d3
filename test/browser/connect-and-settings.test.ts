// A hub that has just been installed: connected to a real API, then the settings of a pool changed there, as people see and
// use both: in light, dark and high contrast, wide and narrow, with the keyboard alone.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Frame } from 'playwright-core';
import type { AddressInfo } from 'node:net';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { minute, now0, settings } from '../builders.ts';
import { apiFixture, contoso, fabrikam, fakeRights, type Fixture } from '../service/api/api-fixture.ts';
import {
  axeFindings,
  beforeAllMs,
  keepPicture,
  overflowOf,
  setStage,
  waitForPool,
  type Opened,
  type Stage,
} from './stage.ts';

let stage: Stage;
let api: Fixture;
let url = '';
const mine = settings({ name: 'linux', organization: fabrikam, poolId: 7 });
const administrator = fakeRights({
  'token-of-a-person': { id: 'p', organizations: [fabrikam], may: { [`${fabrikam} 7`]: 'manage' } },
});

beforeAll(async () => {
  stage = await setStage();
  api = await apiFixture({ rights: administrator, corsOrigins: [stage.portal.hubOrigin] });
  url = await listen(api);
}, beforeAllMs);

afterEach(() => stage.reset());
afterAll(async () => {
  await api.app.close();
  await stage.close();
});

async function listen({ app }: Fixture): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** Connects on a fresh page and comes to the settings of the pool. */
async function openSettings(query: string, width = 1400): Promise<Opened> {
  const opened = await stage.open({ query: `${query}&service=none`, hash: '/pools/linux/settings', width });
  await connectTo(opened.hub, url);
  await opened.hub.getByRole('form', { name: 'Settings of the pool' }).waitFor();
  return opened;
}

async function connectTo(hub: Frame, address: string): Promise<void> {
  const field = hub.getByLabel('Address of the service');
  await field.fill(address);
  await field.press('Enter');
}

async function look(opened: Opened, name: string): Promise<void> {
  await keepPicture(opened.page, name);
  expect(opened.complaints).toEqual([]);
  expect(await overflowOf(opened.hub)).toBe(0);
  expect(await axeFindings(opened)).toEqual([]);
}

const schedule: PoolSettings['schedule'] = {
  timeZone: 'Europe/Berlin',
  days: Array.from({ length: 7 }, (_, day): Record<string, number> =>
    day % 6 === 0 ? {} : { '08:00:00': 4, '18:30:00': 0 },
  ),
};

/** What stands in the store now: Ben, who never sleeps, changed it. */
async function store(change: Partial<PoolSettings>, isManagedByFile = false): Promise<void> {
  await api.store.savePool(
    { ...mine, ...change },
    (await api.store.readPool('linux'))?.revision ?? null,
    isManagedByFile,
    isManagedByFile ? undefined : { by: 'ben@fabrikam.com', at: now0 - minute },
  );
}

describe('a hub that was just installed', () => {
  it.each([
    ['contrast', 1400],
    ['dark', 480],
  ])('asks where the service stands, in the theme %s, %d pixels wide', async (theme, width) => {
    const opened = await stage.open({ query: `theme=${theme}&service=none`, width });
    await opened.hub.getByRole('heading', { name: 'No service yet?' }).waitFor();
    await look(opened, `connect-${theme}-${width}`);
  });

  it('tells a server that keeps this page out from a silence, and one of another organization from both', async () => {
    const opened = await stage.open({ query: 'theme=light&service=none' });
    const { hub } = opened;
    await connectTo(hub, 'http://127.0.0.1:9');
    await hub.getByText('a page is not told why').waitFor();
    await keepPicture(opened.page, 'connect-silent');
    expect(await axeFindings(opened)).toEqual([]);
    const stranger = await apiFixture({ corsOrigins: [] });
    await connectTo(hub, await listen(stranger));
    await hub.getByText(`add ${stage.portal.hubOrigin} to hubOrigins`).waitFor();
    await stranger.app.close();
    const other = await apiFixture({ corsOrigins: [stage.portal.hubOrigin], organizations: [contoso] });
    await connectTo(hub, await listen(other));
    await hub.getByText(`"- url: ${fabrikam}"`).waitFor();
    await other.app.close();
    await connectTo(hub, url);
    await hub.getByRole('link', { name: 'linux' }).waitFor();
  });

  it('lets the address be changed later', async () => {
    const { hub } = await stage.open({ hash: '/connect' });
    await hub.getByText(`Connected to ${stage.service.url}`).waitFor();
    await connectTo(hub, url);
    await hub.getByRole('link', { name: 'linux' }).waitFor();
    await hub.getByText('Service address').click();
    await hub.getByText(`Connected to ${url}`).waitFor();
  });
});

describe('the settings of a pool', () => {
  it.each([
    ['light', 1400],
    ['dark', 480],
    ['contrast', 1400],
  ])('are readable for everybody in the theme %s, %d pixels wide', async (theme, width) => {
    await store({ schedule });
    const opened = await openSettings(`theme=${theme}`, width);
    await look(opened, `settings-${theme}-${width}`);
    await opened.hub.evaluate(`document.querySelector('[role=grid]').scrollIntoView({ block: 'center' })`);
    await keepPicture(opened.page, `settings-week-${theme}-${width}`);
    if (theme !== 'light') return;
    await opened.page.emulateMedia({ forcedColors: 'active' });
    await keepPicture(opened.page, 'settings-forced-colors');
    await opened.page.emulateMedia({ forcedColors: 'none' });
  });

  it('are changed with the keyboard alone, refused beside the field, and saved', async () => {
    await store({ schedule });
    const { page, hub } = await openSettings('theme=light');
    await hub.getByLabel('Maximum number of virtual machines in the scale set').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('20');
    await hub.getByRole('gridcell', { name: 'Monday 08:00, standby 4' }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    const folders = hub.getByLabel('Work folders');
    await folders.fill('relative');
    await hub.getByText('Save', { exact: true }).click();
    await hub.getByText(/must be a folder that an agent on Linux may use/).waitFor();
    await hub.waitForFunction(`document.activeElement.tagName === 'TEXTAREA'`);
    await keepPicture(page, 'settings-refused');
    await folders.fill('/mnt/work');
    await hub.getByText('Save', { exact: true }).click();
    await hub.getByText('Saved. Takes effect within a minute.').waitFor();
    const saved = (await api.store.readPool('linux'))?.settings;
    expect(saved).toMatchObject({ maxCapacity: 20, demands: { workFolders: ['/mnt/work'] } });
    expect(saved?.schedule?.days[2]).toEqual({ '08:00:00': 1, '09:00:00': 4, '18:30:00': 0 });
  });

  it('show both versions when somebody else was faster, and lose neither', async () => {
    await store({});
    const opened = await openSettings('theme=dark', 480);
    const { hub } = opened;
    await hub.getByLabel('Maximum number of virtual machines in the scale set').fill('20');
    await store({ maxCapacity: 30, timeToLiveMinutes: 5 });
    await hub.getByText('Save', { exact: true }).click();
    await hub.getByText('Go on with these').waitFor();
    await hub.getByText('ben@fabrikam.com saved other settings 60 s ago. Nothing of yours is lost').waitFor();
    await keepPicture(opened.page, 'settings-conflict');
    // Each choice stands beside its button, also in a narrow table.
    const heights = await hub.evaluate<readonly number[]>(
      `[...document.querySelectorAll('.weir-conflict .weir-check')].map((one) => one.clientHeight)`,
    );
    expect(heights).toHaveLength(4);
    expect(heights.every((height) => height > 0 && height < 28)).toBe(true);
    expect(await overflowOf(hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
    await hub.getByText('Go on with these').click();
    await hub.getByText('Save', { exact: true }).click();
    await hub.getByText('Saved. Takes effect within a minute.').waitFor();
    expect((await api.store.readPool('linux'))?.settings).toMatchObject({ maxCapacity: 20, timeToLiveMinutes: 5 });
  });

  it('are not lost by a click on another tab, nor by the back button', async () => {
    const { page, hub } = await openSettings('theme=light');
    const idle = hub.getByLabel('Delay in minutes before deleting excess idle agents');
    await hub.getByRole('tab', { name: 'Jobs' }).click();
    // The host writes the address after the hub has told it, in another frame.
    await page.waitForURL(/jobs$/);
    await hub.getByRole('tab', { name: 'Settings' }).click();
    await page.waitForURL(/settings$/);
    await idle.fill('7');
    await page.goBack();
    await hub.getByText('Stay', { exact: true }).click();
    await page.waitForURL(/settings$/);
    await hub.getByRole('tab', { name: 'Jobs' }).click();
    await hub.getByRole('dialog').waitFor();
    await keepPicture(page, 'settings-leave');
    await page.keyboard.press('Escape');
    expect(await idle.inputValue()).toBe('7');
    await hub.getByRole('tab', { name: 'Jobs' }).click();
    await hub.getByText('Leave without saving', { exact: true }).click();
    await hub.getByLabel('Demands of a job, one in a line or as YAML').waitFor();
  });

  it('of a pool in a file are shown with the reason why they are not changed here', async () => {
    await store({}, true);
    const opened = await openSettings('theme=light', 480);
    await opened.hub.getByText('stands in the configuration file of the service').waitFor();
    await look(opened, 'settings-by-file');
  });
});

describe('a large organization', () => {
  it('of a thousand pools draws those on the screen, and comes to the last one', async () => {
    const { scene } = stage.service;
    scene.pools = Array.from({ length: 1000 }, (_, index) => ({
      ...scene.pools[index % 4]!,
      name: `pool-${String(index).padStart(4, '0')}`,
    }));
    const opened = await stage.open({ width: 480 });
    const { hub } = opened;
    await hub.getByRole('link', { name: 'pool-0000' }).waitFor();
    await look(opened, 'pools-thousand-480');
    await hub.evaluate(`document.querySelector('.weir-long').scrollTo(0, 1e9)`);
    await hub.getByRole('link', { name: 'pool-0999' }).waitFor();
    expect(await hub.locator('.weir-pools tbody tr').count()).toBeLessThan(80);
  });

  it('shows a pool of five thousand nodes, a part of them at a time', async () => {
    const { scene } = stage.service;
    scene.nodes = Array.from({ length: 5000 }, (_, index) => ({
      ...scene.nodes[index % scene.nodes.length]!,
      ...{ key: `n${index}`, name: `agents_${index}` },
    }));
    const { hub } = await stage.open({ hash: '/pools/linux-build', width: 1400 });
    await waitForPool(hub);
    expect(await hub.locator('tr').count()).toBeLessThan(300);
    expect(await hub.locator('.weir-cell').count()).toBeLessThan(300);
  });
});

describe('the other pages in high contrast', () => {
  it.each(['/pools', '/pools/linux-build'])('%s is readable', async (hash) => {
    const opened = await stage.open({ query: 'theme=contrast', hash, width: 1400 });
    await opened.hub.waitForSelector(hash === '/pools' ? '.weir-table tbody tr' : '.weir-chart canvas');
    await look(opened, `contrast${hash.replaceAll('/', '-')}`);
  });
});
