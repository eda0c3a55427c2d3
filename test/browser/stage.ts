// What a browser test stands on: a fake service, the portal in front of it, and one browser for the whole file.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { ensureBundles } from '../../cli/bundles.ts';
import { startPortal, type Portal } from '../../sandbox/portal/serve.ts';
import { openBrowser, type Browser } from './chromium.ts';
import { startFakeService, type FakeService } from './fake-service.ts';
import { livingScene, organizationUrl } from './scene.ts';

export interface Stage {
  readonly service: FakeService;
  readonly portal: Portal;
  /** A fresh page on the portal; `query` and `hash` as the portal's page reads them. */
  open(at?: OpenOptions): Promise<Opened>;
  /** Back to the living scene with nothing failing, every page closed, and nothing asked or sent yet. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly query?: string;
  readonly hash?: string;
  readonly width?: number;
  readonly height?: number;
  readonly scope?: 'project' | 'organization';
  /** Called with the empty page, before it goes anywhere. */
  readonly before?: (page: Page) => Promise<unknown>;
}

export interface Opened {
  readonly page: Page;
  readonly hub: Frame;
  /** What the pages complained about on their console, and errors that nobody caught. */
  readonly complaints: string[];
}

export const beforeAllMs = 300_000;

export async function setStage(): Promise<Stage> {
  await ensureBundles(() => undefined);
  const service = await startFakeService();
  const portal = await startPortal({
    port: 0,
    hubPort: 0,
    serviceUrl: service.url,
    organization: { name: 'fabrikam', url: organizationUrl },
    project: { id: '1f0c', name: 'Web shop' },
    user: { id: 'u1', name: 'ada@fabrikam.com', displayName: 'Ada' },
    accessToken: () => 'token-of-a-person',
    log: () => undefined,
  });
  const browser = await openBrowser();
  return {
    service,
    portal,
    open: (at = {}) => open(browser, portal, at),
    reset: async () => {
      Object.assign(service, { scene: livingScene(), refusal: null, isSilent: false, statuses: {} });
      await Promise.all(browser.context.pages().map((page) => page.close()));
      // After the pages, so that nothing that one of them asked last is taken for the next test's.
      service.asked.length = 0;
      service.sent.length = 0;
    },
    close: async () => {
      await browser.close();
      await portal.close();
      await service.close();
    },
  };
}

function open(browser: Browser, portal: Portal, at: OpenOptions): Promise<Opened> {
  const address = at.scope === 'organization' ? portal.url.replace('/Web%20shop', '') : portal.url;
  return openHub(browser, address, at);
}

/** A fresh page on any portal, when the hub has its frame. */
export async function openHub(browser: Browser, address: string, at: Omit<OpenOptions, 'scope'>): Promise<Opened> {
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: at.width ?? 1360, height: at.height ?? 900 });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // Of what could not be loaded the text does not tell the address.
    const { url } = message.location();
    complaints.push(message.text().startsWith('Failed to load') ? `${message.text()} ${url}` : message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await at.before?.(page);
  await page.goto(`${address}?${at.query ?? 'theme=light'}${at.hash === undefined ? '' : `#${at.hash}`}`);
  const element = await page.waitForSelector('iframe.hub');
  const hub = await element.contentFrame();
  if (hub === null) throw new Error('The hub has no frame.');
  return { page, hub, complaints };
}

/** Shows a pool and waits until everything of it stands, the chart too. */
export async function waitForPool(hub: Frame): Promise<void> {
  await hub.waitForSelector('.weir-chart canvas');
  await hub.waitForSelector('.weir-log li');
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong in the portal's page with the hub inside it, in words; all rules, best practice too. */
export async function axeFindings(opened: Opened): Promise<string[]> {
  await prepareAxe(opened.hub);
  return axeOf(opened.page.mainFrame());
}

interface Axe {
  configure(options: object): void;
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
  }>;
}

export async function axeOf(frame: Frame): Promise<string[]> {
  await prepareAxe(frame);
  // What is half faded in would be read as too pale.
  await frame.waitForFunction(
    `document.getAnimations().every((one) => one.effect.getComputedTiming().endTime === Infinity || one.playState !== 'running')`,
  );
  const result = await frame.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    // A frame that is slow to answer on a busy machine would be left out, and the page around it looked at alone.
    const patience = { pingWaitTime: 20_000, frameWaitTime: 60_000 };
    const { violations } = await axe.run({ resultTypes: ['violations'], ...patience });
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
  });
  return result.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`));
}

/** Frames of two origins look at themselves and tell each other only when both allow it. */
async function prepareAxe(frame: Frame): Promise<void> {
  await frame.evaluate(axeSource);
  await frame.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: Axe };
    axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] });
  });
}

/** How many pixels of the hub stick out to the right; there must be none. */
export async function overflowOf(hub: Frame): Promise<number> {
  return hub.evaluate(`(() => {
    const page = document.querySelector('.bolt-page');
    return Math.max(page.scrollWidth - page.clientWidth, document.documentElement.scrollWidth - document.documentElement.clientWidth);
  })()`);
}

const screenshots = join(fileURLToPath(new URL('../..', import.meta.url)), 'out', 'screenshots');

/** For people to look at; nothing is compared, and in continuous integration, where nobody looks, none is taken. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (process.env.CI === 'true') return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}
