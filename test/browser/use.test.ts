// What people do with the hub: links, keyboard, back and forth, a change of theme, and just looking while it moves.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Frame, Page } from 'playwright-core';
import { eventually, until } from '../end-to-end/until.ts';
import { axeFindings, beforeAllMs, keepPicture, setStage, waitForPool, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

afterEach(() => stage.reset());
afterAll(() => stage.close());

const focused = (hub: Frame) =>
  hub.evaluate<string>(`document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`);

/** Presses Tab until the hub's focus is on what bears these words. */
const tabTo = async (page: Page, hub: Frame, words: string): Promise<void> => {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await focused(hub)) === words) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to "${words}".`);
};

/** What is painted, once it has stayed the same for a moment. */
const steady = async (paint: () => Promise<string>): Promise<string> => {
  let before = '';
  let now = await paint();
  await until('the picture stays the same', 20, async () => {
    [before, now] = [now, await paint()];
    return before === now;
  });
  return now;
};

/** A link with a few pixels around it, as it looks on the screen. */
const pictureAround = async (page: Page, hub: Frame, link: string): Promise<string> => {
  const box = await hub.getByRole('link', { name: link }).boundingBox();
  const clip = { x: box!.x - 5, y: box!.y - 5, width: box!.width + 10, height: box!.height + 10 };
  return (await page.screenshot({ clip })).toString('base64');
};

describe('somebody at the keyboard', () => {
  it('opens a pool, walks through it and comes back, with a ring around where they are', async () => {
    const { page, hub } = await stage.open();
    await hub.getByRole('link', { name: 'linux-build' }).waitFor();
    await tabTo(page, hub, 'linux-build');
    await keepPicture(page, 'pools-focus');
    const ring = () => pictureAround(page, hub, 'linux-build');
    const withRing = await steady(ring);
    await page.keyboard.press('Tab');
    await eventually(async () => expect(await ring()).not.toBe(withRing));
    await page.keyboard.press('Shift+Tab');
    await eventually(async () => expect(await ring()).toBe(withRing));
    await page.keyboard.press('Enter');
    await waitForPool(hub);
    await tabTo(page, hub, 'Show as table');
    await page.keyboard.press('Enter');
    await hub.getByRole('columnheader', { name: 'Time of change' }).waitFor();
    await tabTo(page, hub, 'Log of decisions');
    await page.keyboard.press('End');
    await hub.waitForFunction(`document.activeElement.scrollTop > 0`);
    await tabTo(page, hub, 'Load older');
    await hub.getByLabel('Back to all pools').focus();
    await page.keyboard.press('Enter');
    await hub.getByRole('link', { name: 'windows-test' }).waitFor();
  });
});

describe('somebody who looks closer with the keyboard', () => {
  it('zooms and moves chart and machines alike, hears what is shown, and the back button returns to it', async () => {
    const opened = await stage.open({ hash: '/pools/linux-build', height: 1600 });
    const { page, hub } = opened;
    await waitForPool(hub);
    await hub.waitForSelector('.weir-gantt');
    const shown = hub.getByRole('status').filter({ hasText: /^Last|Nov/ });
    const hash = (ending: RegExp) => page.waitForURL((url) => ending.test(url.hash));
    const chart = hub.getByRole('group', { name: 'Queue, agents and machines, Last 24 hours' });
    await chart.focus();
    await page.keyboard.press('+');
    await hash(/_20261123T180000Z_20261124T060000Z$/);
    await page.keyboard.press('ArrowLeft');
    await shown.getByText('23 Nov, 16:00 to 24 Nov, 04:00').waitFor();
    await hash(/^#\/pools\/linux-build\/overview\/24h_20261123T150000Z_20261124T030000Z$/);
    await keepPicture(page, 'pool-zoomed-focus');
    await page.goBack();
    await page.goBack();
    await shown.getByText('Last 24 hours').waitFor();
    const machines = hub.getByRole('group', { name: 'Machines over time, Last 24 hours' });
    await machines.focus();
    await page.keyboard.press('+');
    await hash(/_20261123T180000Z_20261124T060000Z$/);
    await keepPicture(page, 'machines-zoomed-focus');
    await page.keyboard.press('0');
    await hash(/linux-build$/);
    const times = hub.getByRole('group', { name: 'Time of machines over time' });
    await times.getByRole('button', { name: 'Earlier' }).press('Enter');
    await hash(/_20261123T060000Z_20261124T060000Z$/);
    expect(await axeFindings(opened)).toEqual([]);
  });
});

describe('somebody with a link', () => {
  it('sees the time that it names, and is told where it names none', async () => {
    const zoomed = '24h_20261124T100000Z_20261124T113000Z';
    const { hub, page } = await stage.open({ hash: `/pools/linux-build/overview/${zoomed}` });
    await waitForPool(hub);
    // What the card of the machines asks it asks in its own time.
    await hub.waitForSelector('.weir-gantt');
    await eventually(() => {
      const timeline = stage.service.asked.findLast((one) => one.includes('/timeline?'));
      const asked = new URLSearchParams(timeline?.split('?')[1]);
      expect([asked.get('from'), asked.get('to')]).toEqual(['2026-11-24T10:00:00.000Z', '2026-11-24T11:30:00.000Z']);
    });
    await hub.getByText('24 Nov, 11:00 to 12:30').first().waitFor();
    await page.evaluate(`location.hash = '/pools/linux-build/overview/9y'`);
    await hub.getByText('This link does not say clearly how far to look back. You see the last 24 hours').waitFor();
  });

  it('comes straight to a pool, goes to all pools and back with the buttons of the browser', async () => {
    const { page, hub } = await stage.open({ hash: '/pools/windows-test' });
    await hub.getByRole('heading', { name: 'windows-test' }).waitFor();
    await eventually(async () => expect(await page.title()).toBe('windows-test - Elastic agents - Weir sandbox'));
    await hub.getByLabel('Back to all pools').click();
    await page.waitForURL((url) => !url.hash.includes('windows-test'));
    await hub.getByRole('link', { name: 'gpu' }).click();
    await hub.getByRole('heading', { name: 'gpu' }).waitFor();
    await page.waitForURL((url) => url.hash === '#/pools/gpu');
    await page.goBack();
    await hub.getByRole('link', { name: 'gpu' }).waitFor();
    await page.goBack();
    await hub.getByRole('heading', { name: 'windows-test' }).waitFor();
  });
});

describe('somebody who looks', () => {
  it('sees the pool move without touching anything', async () => {
    const { hub } = await stage.open({ hash: '/pools/linux-build' });
    await waitForPool(hub);
    const [first, ...rest] = stage.service.scene.pools;
    stage.service.scene.pools = [{ ...first!, sentence: 'All jobs run.', queued: 0 }, ...rest];
    stage.service.scene.nodes = stage.service.scene.nodes.map((node) => ({ ...node, state: 'assigned' }));
    stage.service.scene.log = [
      { ...stage.service.scene.log[0]!, id: 2000, reason: { code: 'x', words: 'A decision of just now.' } },
      ...stage.service.scene.log,
    ];
    await hub.getByRole('heading', { name: 'All jobs run.' }).waitFor();
    await hub.getByText('7 running a job').waitFor();
    await hub.getByText('A decision of just now.').waitFor();
  });

  it('reads the exact instant on hover, in their own time zone', async () => {
    const { hub } = await stage.open({ hash: '/pools/linux-build' });
    await waitForPool(hub);
    const title = await hub.locator('.weir-log time').first().getAttribute('title');
    expect(title).toMatch(/24 Nov 2026.*12:59:30.*(CET|GMT\+1)/);
  });

  it('reads the numbers under the pointer beside the chart', async () => {
    const { page, hub } = await stage.open({ hash: '/pools/linux-build' });
    await waitForPool(hub);
    const legend = hub.locator('.weir-chart-legend');
    await legend.getByText(/as of \d\d:\d\d/).waitFor();
    await hub.locator('.weir-chart').scrollIntoViewIfNeeded();
    // Again until it is seen: what is drawn later may move the chart away from under the pointer.
    await eventually(async () => {
      const chart = await hub.locator('.weir-chart').boundingBox();
      await page.mouse.move(chart!.x + chart!.width / 2, chart!.y + chart!.height / 2);
      expect(await legend.innerText()).toMatch(/11:\d\d/);
    });
  });

  it('is not asked about when they look elsewhere', async () => {
    const { hub, page } = await stage.open();
    await hub.getByRole('link', { name: 'linux-build' }).waitFor();
    const looks = (isHidden: boolean) =>
      hub.evaluate(`
        Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
        document.dispatchEvent(new Event('visibilitychange'));
      `);
    await looks(true);
    // What is on its way already still arrives. Then nothing may, for longer than two questions are apart of somebody who looks.
    await page.waitForTimeout(1000);
    const asked = stage.service.asked.length;
    await page.waitForTimeout(8000);
    expect(stage.service.asked.slice(asked)).toEqual([]);
    await looks(false);
    await until('it is asked again', 20, () => stage.service.asked.length > asked);
  });
});

describe('somebody who changes the theme', () => {
  it('sees page, hub and chart follow at once, and finds them as readable as before', async () => {
    const opened = await stage.open({ query: 'theme=light', hash: '/pools/linux-build' });
    const { page, hub } = opened;
    await waitForPool(hub);
    await hub.waitForSelector('.weir-gantt');
    const light = JSON.parse(await steady(async () => JSON.stringify(await colours(hub)))) as Colours;
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await hub.waitForFunction(`getComputedStyle(document.body).color === 'rgb(255, 255, 255)'`);
    await eventually(async () => {
      const dark = await colours(hub);
      expect(dark.card).not.toBe(light.card);
      expect(dark.chart).not.toBe(light.chart);
    });
    await keepPicture(page, 'pool-dark-after-change');
    expect(await axeFindings(opened)).toEqual([]);
    await page.getByRole('button', { name: 'Light theme' }).click();
    await hub.waitForFunction(`getComputedStyle(document.body).color !== 'rgb(255, 255, 255)'`);
    await eventually(async () => expect(await colours(hub)).toEqual(light));
  });
});

interface Colours {
  readonly card: string;
  readonly chart: string;
}

/** The chart's part is what is drawn on its canvas: CSS variables do not reach it. */
function colours(hub: Frame): Promise<Colours> {
  return hub.evaluate<Colours>(`(() => ({
    card: getComputedStyle(document.querySelector('.weir-card')).backgroundColor,
    chart: document.querySelector('.weir-chart canvas').toDataURL(),
  }))()`);
}
