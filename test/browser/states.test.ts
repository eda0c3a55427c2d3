// Everything that may stand in the place of a picture, or above an old one; and hosts that are not as they should be.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../end-to-end/until.ts';
import { problem } from './fake-service.ts';
import { faultsOf } from './faults.ts';
import { hostileOrganization, hostilePool, hostileScene } from './hostile-scene.ts';
import { walkConnect, walkGuide, walkNewPool } from './hostile-walk.ts';
import {
  axeFindings,
  axeOf,
  beforeAllMs,
  keepPicture,
  overflowOf,
  setStage,
  waitForPool,
  type Opened,
  type Stage,
} from './stage.ts';

let stage: Stage;

const pool = `/pools/${encodeURIComponent(hostilePool)}`;
const hostilePages = [
  ['pools', '/pools', '.weir-pools tbody tr'],
  ['overview', pool, '.weir-gantt'],
  ['nodes', `${pool}/nodes`, '.weir-nodes tbody tr'],
  ['node', `${pool}/nodes/k5`, '.weir-node-panel'],
  ['jobs', `${pool}/jobs`, '.weir-jobs tbody tr'],
  ['job', `${pool}/jobs/121`, '.weir-job-panel'],
  ['decisions', `${pool}/decisions`, '.weir-decisions tbody tr'],
  ['images', `${pool}/images`, '.weir-versions tbody tr'],
  ['report', `${pool}/images/v1`, '.weir-checks tbody tr'],
  ['admission', `${pool}/admission`, '.weir-placeholders tbody tr'],
  ['what-if', `${pool}/whatif`, '.weir-what-if-chart'],
  ['checks', `${pool}/checks`, '.weir-findings tbody tr'],
  ['settings', `${pool}/settings`, '[role=grid], .weir-save'],
  ['delete', `/delete/${encodeURIComponent(hostilePool)}`, '.weir-stays'],
] as const;

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

afterEach(() => stage.reset());
afterAll(() => stage.close());

/** Looks at a state as axe does, and keeps a picture of it for people. */
const look = async (opened: Opened, name: string): Promise<void> => {
  await keepPicture(opened.page, name);
  expect(await axeFindings(opened)).toEqual([]);
  expect(await overflowOf(opened.hub)).toBe(0);
};

describe('the hub', () => {
  it('says that it loads while the service thinks', async () => {
    stage.service.isSilent = true;
    const opened = await stage.open();
    await opened.hub.getByText('Loading the pools').waitFor();
    await look(opened, 'pools-loading');
  });

  it('teaches how to get a first pool', async () => {
    stage.service.scene.pools = [];
    const opened = await stage.open();
    await opened.hub.getByText('does not look after any pool').waitFor();
    await look(opened, 'pools-empty');
  });

  it('teaches what an empty pool means', async () => {
    Object.assign(stage.service.scene, { nodes: [], jobRequests: [], log: [] });
    stage.service.scene.series = {
      at: [],
      queued: [],
      agentsBusy: [],
      agentsIdle: [],
      agentsStarting: [],
      instances: [],
    };
    const opened = await stage.open({ hash: '/pools/nightly' });
    await opened.hub.getByText('No machine is running').waitFor();
    await look(opened, 'pool-empty');
  });

  it('shows a problem of the service with its next step, and goes on when trying again succeeds', async () => {
    const denied = problem(
      'RIGHTS_MISSING',
      'You may not read the agent pools of this organization.',
      'Ask for the role Reader on the pool.',
    );
    stage.service.refusal = { status: 403, problem: denied };
    const opened = await stage.open();
    await opened.hub.getByRole('alert').getByText('Ask for the role Reader on the pool.').waitFor();
    await look(opened, 'pools-error');
    stage.service.refusal = null;
    await opened.hub.getByRole('button', { name: 'Try again' }).click();
    await opened.hub.getByRole('link', { name: 'linux-build' }).waitFor();
  });

  it('keeps the last picture of a pool when the service falls silent, and says how old it is', async () => {
    const opened = await stage.open({ hash: '/pools/linux-build' });
    await waitForPool(opened.hub);
    stage.service.refusal = {
      status: 503,
      problem: problem('STORE_ABSENT', 'The service cannot reach its database.', 'Look at the log of the service.'),
    };
    await opened.hub.getByText(/What you see is/).waitFor();
    await opened.hub.getByText('The service cannot reach its database.').first().waitFor();
    await opened.hub.getByRole('heading', { name: /2 jobs wait/ }).waitFor();
    await look(opened, 'pool-stale');
  });

  it('says that a pool is not there', async () => {
    const opened = await stage.open({ hash: '/pools/gone' });
    await opened.hub.getByText('There is no such pool here.').waitFor();
    await look(opened, 'pool-unknown');
  });

  it('shows the history as a table too', async () => {
    const opened = await stage.open({ hash: '/pools/linux-build' });
    await waitForPool(opened.hub);
    await opened.hub.getByRole('button', { name: 'Show as table' }).click();
    await opened.hub.getByRole('columnheader', { name: 'Time of change' }).waitFor();
    await look(opened, 'pool-table');
  });

  it('asks where the service stands before anybody has said so, and remembers it', async () => {
    const opened = await stage.open({ query: 'theme=light&service=none' });
    const field = opened.hub.getByLabel('Address of the service');
    await field.waitFor();
    await look(opened, 'connect');
    await field.fill('http://weir.example.com');
    await field.press('Enter');
    await opened.hub.getByRole('alert').getByText('must start with https://').waitFor();
    await look(opened, 'connect-fault');
    await field.fill(stage.service.url);
    await field.press('Enter');
    await opened.hub.getByRole('link', { name: 'linux-build' }).waitFor();
  });
});

describe('names that mean harm', () => {
  it('stay text and in shape on every page, 320 pixels wide, and turn no neighbour around', async () => {
    stage.service.scene = hostileScene();
    const organization = hostileOrganization();
    const { page, hub, complaints } = await stage.open({ width: 320 });
    await page.route('https://dev.azure.com/**', async (route) => {
      const value = organization[/_apis\/.*?(\w+)(?:\?|$)/.exec(route.request().url())?.[1] ?? ''] ?? [];
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      await route.fulfill({ headers, json: { value } });
    });
    const found: Record<string, readonly string[]> = {};
    const look = async (name: string): Promise<void> => {
      const faults = [...(await faultsOf(hub))];
      await keepPicture(page, `hostile-${name}`);
      for (const width of [1280, 640, 320]) {
        await page.setViewportSize({ width, height: 900 });
        // The pictures follow the size of the page a little later.
        const fits = eventually(async () => expect(await overflowOf(hub)).toBe(0), 10);
        await fits.catch(() => faults.push(`something sticks out at ${width} pixels`));
      }
      if (faults.length > 0) found[name] = faults;
    };
    for (const [name, hash, selector] of hostilePages) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await hub.locator(selector).first().waitFor();
      await look(name);
    }
    await page.evaluate(`location.hash = '/adopt'`);
    await hub.getByRole('radio').first().check();
    await hub.getByText('Its log, newest first').click();
    await look('adopt');
    const walk = { page, hub, look, service: stage.service };
    await walkGuide(walk, pool);
    await walkNewPool(walk);
    await walkConnect(walk);
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    const unexpected = complaints.filter((one) => !/status of 403|ERR_FAILED.*events/.test(one));
    expect({ found, unexpected }).toEqual({ found: {}, unexpected: [] });
    const run = await stage.open({ width: 320, query: 'theme=light&run=7' });
    await run.hub.locator('.weir-job-panel').first().waitFor();
    await keepPicture(run.page, 'hostile-run');
    expect(await faultsOf(run.hub)).toEqual([]);
  }, 300_000);
});

describe('the host', () => {
  it('may have no team', async () => {
    const { hub } = await stage.open({ query: 'theme=light&team=none' });
    await hub.getByRole('link', { name: 'linux-build' }).waitFor();
  });

  it('may have no project: organization settings show the same pools', async () => {
    const opened = await stage.open({ scope: 'organization' });
    await opened.hub.getByRole('link', { name: 'linux-build' }).waitFor();
    await opened.page.locator('.breadcrumb').getByText('Organization settings').waitFor();
    await look(opened, 'organization');
  });

  it('may take its time to shake hands', async () => {
    // The host's pause ends when this test says so, and not while it still looks.
    const before = (page: Page) =>
      page.addInitScript(`
        const later = globalThis.setTimeout;
        globalThis.setTimeout = (work, ms, ...rest) => (ms === 3000 ? void (globalThis.answerHandshake = work) : later(work, ms, ...rest));
      `);
    const { page, hub } = await stage.open({ query: 'theme=dark&handshake=3000', before });
    await page.waitForFunction('globalThis.answerHandshake !== undefined');
    await page.getByText('Loading Elastic agents').waitFor();
    expect(await hub.getByRole('link').count()).toBe(0);
    await page.evaluate('globalThis.answerHandshake()');
    await hub.getByRole('link', { name: 'linux-build' }).waitFor();
    await page.getByText('Loading Elastic agents').waitFor({ state: 'detached' });
  });

  it('may refuse a token: the hub says so and does not stay blank', async () => {
    const opened = await stage.open({ query: 'theme=light&fail=token' });
    await opened.hub.getByText('The user is not authorized to get a token.').waitFor();
    await look(opened, 'token-refused');
  });

  it('may lack a service: the hub says so and the spinner goes', async () => {
    const opened = await stage.open({ query: 'theme=light&fail=ms.vss-features.location-service' });
    await opened.hub.getByText('Azure DevOps did not answer this page').waitFor();
    await opened.page.getByText('Loading Elastic agents').waitFor({ state: 'detached' });
  });

  it('may be absent: the page says where to open it', async () => {
    const { page } = await stage.open();
    await page.goto(`${stage.portal.hubOrigin}/hub.html`);
    await page.getByText('Open this page from Azure DevOps.').waitFor();
    await keepPicture(page, 'outside-a-host');
    expect(await axeOf(page.mainFrame())).toEqual([]);
  });
});
