// The checks of a pool as people see and use them, on the real service and the emulated clouds: everything that Weir may mend is
// broken at once by names that mean harm, found, and mended by its own button.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { ensureBundles } from '../../cli/bundles.ts';
import { raiseStage, type Stage } from '../../cli/sandbox-stage.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { eventually } from '../end-to-end/until.ts';
import { openBrowser, type Browser } from './chromium.ts';
import { axeFindings, beforeAllMs, keepPicture, openHub, overflowOf, type Opened } from './stage.ts';

let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  await ensureBundles(() => undefined);
  stage = await raiseStage({
    ...{ store: createMemoryStore({ now: () => Date.now() }), speed: 10, port: 0, arrivals: [] },
    settings: { desiredIdle: 0 },
    note: () => undefined,
  });
  browser = await openBrowser();
}, beforeAllMs);

afterAll(async () => {
  await browser.close();
  await stage.close();
});

const hostile = '"><img src=x onerror=alert(1)>\u202Eevil';

function change(method: 'PUT' | 'PATCH', path: string, body: object): void {
  const url = `https://management.azure.com${path}?api-version=2026-04-01`;
  const answer = stage.clouds.azure.handle({
    ...{ method, url, headers: { authorization: 'Bearer somebody' }, body: JSON.stringify(body) },
  });
  expect(answer.status).toBeLessThan(300);
}

function breakAll(): void {
  const { scaleSet } = stage.settings;
  const subscription = scaleSet.split('/').slice(0, 3).join('/');
  change('PATCH', scaleSet, {
    properties: {
      overprovision: true,
      upgradePolicy: { mode: 'Automatic', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } },
      automaticRepairsPolicy: { enabled: true },
      virtualMachineProfile: { scheduledEventsProfile: { terminateNotificationProfile: { enable: true } } },
    },
  });
  const name = encodeURIComponent(hostile);
  change(
    'PUT',
    `${subscription}/resourceGroups/weir-agents-lanes/providers/Microsoft.Insights/autoscaleSettings/${name}`,
    {
      properties: { profiles: [], enabled: true, targetResourceUri: scaleSet },
    },
  );
  change('PUT', `${scaleSet}/providers/Microsoft.Authorization/locks/${name}`, {
    properties: { level: 'CanNotDelete', notes: hostile },
  });
}

async function open(theme: string, width: number): Promise<Opened> {
  const at = { query: `theme=${theme}`, hash: '/pools/linux-build/checks', width, height: 1100 };
  const opened = await openHub(browser, stage.url, at);
  await opened.hub.getByRole('heading', { name: 'Permissions' }).waitFor();
  return opened;
}

const fixable = [
  'Upgrade policy',
  'Overprovisioning',
  'Azure autoscale',
  'Automatic operating system upgrades',
  'Automatic repairs',
  'Terminate notification',
];

const titlesOf = async (hub: Frame): Promise<readonly string[]> =>
  await hub.locator('.weir-findings tbody .weir-job .weir-strong').allInnerTexts();

describe('the checks of a pool', () => {
  it.each([
    ['contrast', 1360],
    ['dark', 1360],
    ['light', 600],
  ] as const)('are readable for everybody, %s and %d pixels wide', async (theme, width) => {
    breakAll();
    const opened = await open(theme, width);
    await eventually(async () => expect(await titlesOf(opened.hub)).toEqual(expect.arrayContaining(fixable)));
    await keepPicture(opened.page, `checks-${theme}-${width}`);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await opened.hub.locator('img[src="x"]').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
    expect(await axeFindings(opened)).toEqual([]);
    await opened.page.close();
  });

  it('are mended one by one, each by its own button, and who did it is said', async () => {
    breakAll();
    const { hub, page, complaints } = await open('light', 1360);
    await keepPicture(page, 'checks-broken');
    await hub.getByLabel('Commands for').selectOption('powershell');
    expect(await hub.getByLabel('Command: Fault domains').count()).toBe(0);
    for (const title of fixable) {
      await hub.getByRole('button', { name: `Fix it: ${title}` }).click();
      await hub
        .getByRole('group', { name: `Fix ${title}` })
        .getByRole('button', { name: 'Do it' })
        .click();
      await hub.getByText(`Fixed: ${title}.`).first().waitFor();
      await eventually(async () => expect(await titlesOf(hub)).not.toContain(title));
    }
    const changed = hub.getByRole('region', { name: 'Changed from here' }).getByRole('listitem');
    await eventually(async () => {
      expect(await hub.getByRole('button', { name: /^Fix it/ }).count()).toBe(0);
      expect(await changed.count()).toBe(fixable.length);
    });
    await hub.locator('details.weir-good summary').click();
    await keepPicture(page, 'checks-mended');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
