// The whole path of somebody who has nothing yet: from an empty organisation through the wizard to a job that is served and
// a pool that is deleted again, by clicks only, on the real service and the emulated clouds.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { ensureBundles } from '../../cli/bundles.ts';
import { raiseEmptyStage, type Stage } from '../../cli/sandbox-stage.ts';
import { sandboxSubscription } from '../../sandbox/azure/emulator.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { configurationOf } from '../end-to-end/started-weir.ts';
import { eventually, until } from '../end-to-end/until.ts';
import { openBrowser, type Browser } from './chromium.ts';
import { setUpByKeys } from './keyboard-path.ts';
import { axeOf, beforeAllMs, keepPicture, openHub, overflowOf, type Opened, type OpenOptions } from './stage.ts';

let stage: Omit<Stage, 'settings'>;
let browser: Browser;
const store = createMemoryStore({ now: () => Date.now() });

beforeAll(async () => {
  await ensureBundles(() => undefined);
  stage = await raiseEmptyStage({
    ...{ store, speed: 60, port: 0, arrivals: [] },
    note: () => undefined,
  });
  browser = await openBrowser();
}, beforeAllMs);

afterEach(async () => {
  await Promise.all(browser.context.pages().map((page) => page.close()));
});

afterAll(async () => {
  await browser.close();
  await stage.close();
});

const hostile = '<img src=x onerror=alert(1)> "ümläut"';

const open = (at: Omit<OpenOptions, 'scope'> = {}): Promise<Opened> =>
  openHub(browser, stage.url, { height: 1000, ...at });

async function look(opened: Opened, name: string): Promise<void> {
  await keepPicture(opened.page, `new-pool-${name}`);
  expect(await overflowOf(opened.hub)).toBe(0);
  expect(await axeOf(opened.hub)).toEqual([]);
}

const next = (hub: Frame) => hub.getByRole('button', { name: 'Next' }).click();

async function agentPool(name: string): Promise<number> {
  const answer = await stage.clouds.azureDevOps.handle({
    method: 'GET',
    url: `https://dev.azure.com/fabrikam/_apis/distributedtask/pools?poolName=${encodeURIComponent(name)}&api-version=7.1`,
    headers: { authorization: 'Bearer somebody' },
  });
  return (JSON.parse(answer.body) as { value: { id: number }[] }).value[0]!.id;
}

describe('narrow, and in other themes', () => {
  it('the pages are as readable', async () => {
    const name = 'narrow & <i>old';
    const poolId = await keepPool(name);
    for (const [hash, theme, words] of [
      ['/new', 'dark', 'Step 1 of 5'],
      ['/new', 'contrast', 'Step 1 of 5'],
      ['/adopt', 'dark', 'There is none that you may see'],
      ['/adopt', 'light', 'There is none that you may see'],
      [`/delete/${encodeURIComponent(name)}`, 'dark', 'This stays'],
      [`/delete/${encodeURIComponent(name)}`, 'contrast', 'This stays'],
    ] as const) {
      const opened = await open({ hash, query: `theme=${theme}`, width: 420 });
      await opened.hub.getByText(words).waitFor();
      await look(opened, `${theme}-${hash.split('/')[1]}`);
    }
    // Who comes next begins with nothing.
    await store.deletePool(name);
    await removeAgentPool(poolId);
  }, 180_000);
});

/** Of each line of the label: whether it stands beside its box, and not below it. */
function linesBesideBox(hub: Frame): Promise<readonly boolean[]> {
  return hub.evaluate(`(() => {
    const label = document.querySelector('[data-field="machines"] .weir-check');
    const text = document.createRange();
    text.setStartAfter(label.querySelector('input'));
    text.setEndAfter(label.lastChild);
    const box = label.querySelector('input').getBoundingClientRect();
    const lines = new Map([...text.getClientRects()].reverse().map((one) => [Math.round(one.top), one.left]));
    return [...lines.values()].map((left) => left >= box.right);
  })()`);
}

/** A pool that is only there to be looked at. */
async function keepPool(name: string): Promise<number> {
  const { id: poolId } = stage.clouds.azureDevOps.addPool({ name });
  const scaleSet = `/subscriptions/${sandboxSubscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/virtualMachineScaleSets/old`;
  const read = validatePoolSettings({ name, organization: stage.organizationUrl, poolId, scaleSet, paused: true });
  if ('problems' in read) throw new Error(read.problems.map((problem) => problem.message).join(' '));
  await store.savePool(read.settings, null, false);
  return poolId;
}

async function removeAgentPool(id: number): Promise<void> {
  const url = `https://dev.azure.com/fabrikam/_apis/distributedtask/pools/${id}?api-version=7.1`;
  const headers = { authorization: 'Bearer somebody' };
  expect((await stage.clouds.azureDevOps.handle({ method: 'DELETE', url, headers })).status).toBe(204);
}

it('makes a scale set and a pool from nothing, serves a job, and deletes the pool', async () => {
  const opened = await open({ query: 'theme=contrast' });
  const { hub } = opened;
  await hub.getByRole('button', { name: 'Make the first pool' }).click();
  await hub.getByRole('radio', { name: 'Weir sandbox' }).waitFor();
  await next(hub);
  await hub.getByText('Choose the subscription of the scale set.').waitFor();
  await hub.getByRole('radio', { name: 'Weir sandbox' }).check();
  await look(opened, 'subscription');
  await next(hub);

  await hub.getByText('There is no scale set in this subscription yet').waitFor();
  await hub.getByRole('button', { name: 'Make a new scale set' }).click();
  await hub.getByLabel('Name of the scale set').fill('build');
  await hub.getByLabel('Network').selectOption({ label: 'agents / default' });
  await hub.getByLabel('Size of the machines').selectOption('Standard_D4ds_v5');
  await hub.getByLabel('Start two machines to try').check();
  await hub.getByText('az vmss create --name build').waitFor();
  await hub.getByLabel('Shell').selectOption('powershell');
  await hub.getByText(`--load-balancer '""'`).waitFor();
  await look(opened, 'create-set');
  await hub.getByRole('button', { name: 'Make it now' }).click();
  await hub.getByRole('radio', { name: 'build' }).check();
  await hub.getByText('These 2 machines stood in the scale set before Weir').waitFor();
  await next(hub);
  await hub.getByText('Agree that these machines are deleted').waitFor();
  await hub.getByLabel('Delete these 2 machines').check();
  await look(opened, 'scale-set');
  await opened.page.setViewportSize({ width: 320, height: 1000 });
  await eventually(async () => expect(await linesBesideBox(hub)).toEqual([true, true]));
  await opened.page.setViewportSize({ width: 1360, height: 1000 });
  await next(hub);

  await hub.getByText('Pipelines choose the pool by this name, and people read it in lists.').waitFor();
  await hub.getByLabel('Name of the pool').fill('a/b');
  await hub.getByLabel('Maximum number of virtual machines').fill('0');
  await next(hub);
  await hub.getByText('Leave out / \\ ? #').waitFor();
  await hub.getByText('Write a whole number').waitFor();
  await hub.getByLabel('Name of the pool').fill(hostile);
  await hub.getByLabel('Maximum number of virtual machines').fill('3');
  await look(opened, 'settings');
  await next(hub);
  await hub.getByLabel('Names', { exact: true }).fill('ubuntu-22.04');
  await look(opened, 'images');
  await next(hub);
  await look(opened, 'review');
  await hub.getByRole('button', { name: 'Create the pool' }).click();

  await hub.getByRole('heading', { name: hostile }).waitFor();
  const poolId = await agentPool(hostile);
  await until('an agent is registered', 120, () => stage.clouds.azureDevOps.agents().length > 0);
  const job = {
    jobName: 'build',
    definitionName: 'web',
    runName: '1',
    demands: ['ImageOverride -equals ubuntu-22.04'],
  };
  const { requestId } = stage.clouds.azureDevOps.queueJob({
    poolId,
    ...job,
    variables: { 'weir.sandbox.durationSeconds': '60' },
  });
  await until('the job has succeeded', 120, () =>
    stage.clouds.azureDevOps.requests().some((one) => one.id === requestId && one.result === 'succeeded'),
  );
  expect(opened.complaints).toEqual([]);

  await hub
    .getByRole('menuitem', { name: 'Delete pool' })
    .or(hub.getByRole('button', { name: 'Delete pool' }))
    .first()
    .click();
  await hub.getByRole('heading', { name: 'This stays' }).waitFor();
  expect(await hub.getByRole('button', { name: 'Delete the pool' }).isDisabled()).toBe(true);
  await hub.getByLabel('Type the name of the pool').fill(hostile);
  await look(opened, 'delete');
  await hub.getByRole('button', { name: 'Delete the pool' }).click();
  await hub.getByRole('heading', { name: 'The pool is gone' }).waitFor();
  await look(opened, 'gone');
  expect(stage.clouds.azure.instances()).toEqual([]);
  expect(stage.clouds.azureDevOps.agents()).toEqual([]);
}, 400_000);

it('is all done by keys alone, with the focus where the page has changed, and nothing holds it', async () => {
  const opened = await open({ query: 'theme=dark&service=none' });
  const { serviceUrl } = await configurationOf(stage.url);
  await setUpByKeys(opened, serviceUrl ?? '', 'keys', (place) => look(opened, `dark-${place}`));
  // On a busy machine a cloud may be too slow for one answer: then the service says 503 and the page asks again. Nobody else may.
  const isSlow = (words: string) => words.includes('status of 503') && words.includes(` ${serviceUrl ?? ''}`);
  expect(opened.complaints.filter((words) => !isSlow(words))).toEqual([]);
}, 300_000);

it('adopts a pool of Azure DevOps: what changes, the clicks of the person, and the wizard with its settings', async () => {
  const { scaleSets } = stage.clouds.azure.exportState();
  const scaleSet = Object.values(scaleSets)[0]?.name ?? '';
  const azureId = `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/weir-agents/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}`;
  const { id } = stage.clouds.azureDevOps.addPool({
    name: 'old & <i>slow</i>',
    elastic: {
      ...{ azureId, serviceEndpointId: 'x', serviceEndpointScope: 'y', osType: 'linux', orchestrationType: 'uniform' },
      ...{ maxCapacity: 17, desiredIdle: 2, recycleAfterEachUse: true, maxSavedNodeCount: 0, timeToLiveMinutes: 45 },
      ...{ agentInteractiveUI: false, state: 'online', log: ['<b>Grew</b> to 2 machines.'] },
    },
  });
  const opened = await open();
  const { hub } = opened;
  await hub
    .getByRole('menuitem', { name: 'Adopt a pool' })
    .or(hub.getByRole('button', { name: 'Adopt a pool' }))
    .first()
    .click();
  await hub.getByRole('radio', { name: 'old & <i>slow</i>' }).check();
  await hub.getByText('17, as it is').waitFor();
  await hub.getByText('Its log, newest first').click();
  await hub.getByText('<b>Grew</b> to 2 machines.').waitFor();
  await hub.getByRole('button', { name: 'I have done both, check it' }).click();
  await hub.getByText('The pool is still there: nothing was changed yet.').waitFor();
  await look(opened, 'adopt');
  await removeAgentPool(id);
  await hub.getByRole('button', { name: 'I have done both, check it' }).click();
  await hub.getByRole('heading', { name: 'Step 1 of 5' }).waitFor();
  await next(hub);
  const chosen = hub.getByRole('radio', { name: scaleSet, checked: true });
  await eventually(async () => expect(await chosen.getAttribute('disabled')).toBeNull());
  await hub.getByText('No machine stands in it.').waitFor();
  await next(hub);
  await eventually(async () => {
    expect(await hub.getByLabel('Name of the pool').inputValue()).toBe('old & <i>slow</i>');
    expect(await hub.getByLabel('Maximum number of virtual machines').inputValue()).toBe('17');
  });
  // Azure DevOps let it be called so, and a new pool may not be.
  await next(hub);
  await hub.getByText('Leave out / \\ ? #').waitFor();
  await hub.getByLabel('Name of the pool').fill('old & <i>slow');
  await next(hub);
  await chooseImages(opened);
  await next(hub);
  await hub
    .getByText('windows-2022; MicrosoftWindowsServer WindowsServer 2022-datacenter-g2; newest version')
    .waitFor();
  await look(opened, 'several-images-review');
  await hub.getByRole('button', { name: 'Create the pool' }).click();
  await hub.getByRole('heading', { name: 'old & <i>slow' }).waitFor();
  expect((await store.readPool('old & <i>slow'))?.settings).toMatchObject({
    laneResourceGroup: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/weir-lanes',
    images: [
      { aliases: ['windows-2022'], source: { offer: 'WindowsServer' }, standbyPercent: 25, osType: 'windows' },
      { aliases: ['ubuntu-22.04', 'ubuntu'], source: null, version: 'latest', standbyPercent: '*' },
    ],
  });
  expect(opened.complaints).toEqual([]);
}, 300_000);

/** Two, of which the second becomes the first; and what is wrong on the way stands beside its field. */
async function chooseImages(opened: Opened): Promise<void> {
  const { hub } = opened;
  await hub.getByLabel('Names', { exact: true }).fill('ubuntu-22.04, ubuntu');
  await hub.getByRole('button', { name: 'Add an image' }).click();
  await next(hub);
  await hub.getByText('Write at least one name that jobs use').waitFor();
  await hub.getByText('Write the name of a resource group that is only for Weir').waitFor();
  const second = hub.getByRole('region', { name: 'Image 2' });
  await second.getByLabel('Comes from').selectOption('market');
  await second.getByLabel('Publisher').fill('MicrosoftWindowsServer');
  await second.getByLabel('Offer').fill('WindowsServer');
  await second.getByLabel('SKU').fill('2022-datacenter-g2');
  await second.getByLabel('Share of the standby').fill('25');
  await second.getByLabel('Operating system').selectOption('windows');
  await second.getByLabel('Names', { exact: true }).fill('windows-2022');
  await hub.getByRole('button', { name: 'Move windows-2022 up' }).click();
  const group = hub.getByLabel('Resource group for the machines of each image');
  await group.fill('WEIR-agents');
  await next(hub);
  await hub.getByText('This is the group of your own scale set.').waitFor();
  await group.fill('weir-lanes');
  await hub.getByText('az group create --name "weir-lanes" --location "westeurope"').waitFor();
  await look(opened, 'several-images');
}
