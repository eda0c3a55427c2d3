// What-if as people see and use it: asked, under way, answered, applied. And the buttons of verdicts, and the
// guide to an image of one's own.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { guideSteps } from '../../service/domain/image-guide.ts';
import { eventually, until } from '../end-to-end/until.ts';
import { imageParts } from './image-scene.ts';
import { axeFindings, beforeAllMs, keepPicture, overflowOf, setStage, type Stage } from './stage.ts';
import { finished, poolSettings, running, whatIfParts } from './what-if-scene.ts';

let stage: Stage;
const hash = '/pools/linux-build/whatif';

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

afterEach(() => stage.reset());
afterAll(() => stage.close());

describe('the page', () => {
  it.each([
    ['result', 'light', 1360, finished],
    ['result', 'dark', 600, finished],
    ['running', 'contrast', 1360, running],
  ] as const)(
    'with %s in the %s theme, %i pixels wide, is readable for everybody',
    async (name, theme, width, newest) => {
      stage.service.scene.parts = whatIfParts(newest);
      const opened = await stage.open({ query: `theme=${theme}`, hash, width, height: 1200 });
      await opened.hub.getByRole('form', { name: 'What if' }).waitFor();
      await keepPicture(opened.page, `what-if-${name}-${theme}-${width}`);
      expect(opened.complaints).toEqual([]);
      expect(await overflowOf(opened.hub)).toBe(0);
      expect(await axeFindings(opened)).toEqual([]);
    },
  );
});

describe('a person', () => {
  it('asks with settings of their own, is told of a number that is none, and cancels what runs', async () => {
    stage.service.scene.parts = whatIfParts(null, 0);
    const opened = await stage.open({ hash });
    const { hub } = opened;
    await hub.getByText('Weir knows no finished job of this pool yet', { exact: false }).waitFor();
    await keepPicture(opened.page, 'what-if-empty');
    expect(await axeFindings(opened)).toEqual([]);
    await expect(hub.getByRole('button', { name: 'Run' }).isDisabled()).resolves.toBe(true);
    stage.service.scene.parts = whatIfParts(null);
    const most = hub.getByLabel('Maximum number of machines');
    await most.fill('lots');
    await hub.getByRole('button', { name: 'Run' }).click();
    await hub.getByText('Maximum number of machines: write a whole number from 1 to 1,000.').waitFor();
    await most.fill('20');
    await hub.getByLabel('Sizing').selectOption('fast');
    await hub.getByRole('button', { name: 'Run' }).click();
    await hub.getByRole('alert').getByText('whole number').waitFor({ state: 'detached' });
    stage.service.scene.parts = whatIfParts(running);
    await hub.getByRole('progressbar', { name: 'Progress of the what-if' }).waitFor();
    const sent = () => stage.service.sent.find((one) => one.path.endsWith('/what-if'));
    await until('the question has come to the service', 20, () => sent() !== undefined);
    expect(sent()!.body).toEqual({
      from: '2026-11-17T12:00:00.000Z',
      to: '2026-11-24T12:00:00.000Z',
      edit: { maxCapacity: 20, policy: 'eventDriven', preset: 'fast' },
    });
    await hub.getByRole('button', { name: 'Cancel' }).click();
    await expect(hub.getByRole('button', { name: 'Running' }).isDisabled()).resolves.toBe(true);
    const cancelled = '/v1/pools/linux-build/what-if/w1';
    await until('the cancel has come to the service', 20, () => stage.service.asked.includes(cancelled));
  });

  it('comes from the overview to the time that it showed, and replays a file, packed or not', async () => {
    stage.service.scene.parts = whatIfParts(null);
    const part = '24h_20261124T080000Z_20261124T093000Z';
    const { hub, page } = await stage.open({ hash: `/pools/linux-build/overview/${part}` });
    await hub.getByRole('button', { name: 'Try settings of your own' }).click();
    await hub.waitForFunction(`document.querySelector('.weir-what-if-form select')?.value === 'linked'`);
    await page.waitForURL((url) => url.hash.endsWith(`/whatif/${part}`));
    await hub.getByRole('button', { name: 'Run' }).click();
    const period = () => stage.service.sent.find((one) => one.path.endsWith('/what-if'))?.body;
    await until('the question has come to the service', 20, () => period() !== undefined);
    expect(period()).toEqual({ from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:30:00.000Z' });
    await hub.getByLabel('Jobs of').selectOption('file');
    await hub.getByRole('button', { name: 'Run' }).click();
    await hub.getByText('Choose a file first.').waitFor();
    const buffer = Buffer.from('H4sIAAAAAAACAzPQMTPgMjMAkQC6ponsCwAAAA==', 'base64');
    await hub.getByLabel('File').setInputFiles({ name: 'jobs.csv.gz', mimeType: 'application/gzip', buffer });
    await hub.getByRole('button', { name: 'Run' }).click();
    const trace = () => stage.service.sent.map((one) => one.body as { trace?: string }).find((body) => 'trace' in body);
    await until('the file has come to the service', 20, () => trace() !== undefined);
    expect(trace()).toEqual({ trace: '0,60\n60,60\n' });
  });

  it('sees money beside the hours, applies a row after a look at what it changes, and is told who was faster', async () => {
    stage.service.scene.parts = whatIfParts(finished);
    const { hub, page } = await stage.open({ hash, height: 1200 });
    await hub.getByLabel('Price of one machine').fill('0,25');
    await hub.getByRole('cell', { name: '53.70', exact: true }).waitFor();
    await hub.getByRole('button', { name: 'Apply Yours' }).click();
    const form = hub.getByRole('form', { name: 'Apply Yours' });
    await form.getByText('Maximum number of machines: 20 instead of 12').waitFor();
    await form.getByText('Agents on standby: 3 instead of 1').waitFor();
    await keepPicture(page, 'what-if-apply');
    stage.service.statuses.settings = 412;
    await form.getByRole('button', { name: 'Change them' }).click();
    // The newer settings cannot be read either here, and still it is said what happened.
    await form.getByText('It was changed meanwhile. Nothing of yours was done', { exact: false }).waitFor();
    stage.service.statuses = {};
    const saved = { ...poolSettings, maxCapacity: 20, desiredIdle: 3 };
    stage.service.scene.parts.settings = { settings: saved, revision: 8, isManagedByFile: false, mayChange: true };
    await form.getByRole('button', { name: 'Change them' }).click();
    await hub.getByText('The pool has the settings of Yours now.').waitFor();
    const sent = stage.service.sent.filter((one) => one.path.endsWith('/settings')).at(-1);
    expect(sent).toMatchObject({ ifMatch: '"7"', body: { ...poolSettings, maxCapacity: 20, desiredIdle: 3 } });
  });
});

describe('a verdict', () => {
  it('has buttons for what Weir can do about it', async () => {
    const demands = ['WorkFolder -equals /mnt/fast', 'Agent.OS -equals Linux'];
    const words = 'Azure DevOps failed the job at once: nobody stands for the work folder "/mnt/fast".';
    const [first, ...others] = stage.service.scene.jobRequests;
    const nextStep = 'Declare it in the settings of the pool.';
    stage.service.scene.jobRequests = [{ ...first!, verdict: 'notAdmitted', words, nextStep, demands }, ...others];
    const opened = await stage.open({
      query: 'theme=dark',
      hash: `/pools/linux-build/jobs/${String(first!.requestId)}`,
    });
    await opened.hub.getByRole('button', { name: 'Admit /mnt/fast' }).click();
    await opened.hub.getByRole('group', { name: 'Admit /mnt/fast' }).waitFor();
    await keepPicture(opened.page, 'verdict-buttons');
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
    await opened.hub.getByRole('button', { name: 'See what is admitted' }).click();
    await opened.hub.getByRole('tab', { name: 'Admission', selected: true }).waitFor();
  });
});

describe('the guide to an image of one’s own', () => {
  it('writes its steps with the names of the person, in their shell, and is readable for everybody', async () => {
    const names = { osType: 'windows', resourceGroup: 'images', baseImage: 'Win2022Datacenter', vhd: '' } as const;
    const steps = guideSteps(
      {
        ...{ ...names, start: 'azureImage', diskGb: 200, vmName: 'make-image', vmSize: 'Standard_D2s_v5' },
        ...{ adminUser: 'builder', imageName: 'tools', scaleSet: 'agents' },
      },
      '',
    );
    stage.service.scene.parts = { ...imageParts(), 'image-guide': { steps } };
    const opened = await stage.open({
      query: 'theme=contrast',
      hash: '/pools/linux-build/images',
      width: 700,
      height: 1300,
    });
    const { hub, page } = opened;
    await hub.getByRole('button', { name: 'Show me how' }).click();
    await hub.getByLabel('System').selectOption('windows');
    await hub.getByLabel('Resource group').fill('images');
    await hub.getByLabel('Name of the new image').fill('tools');
    await hub.getByLabel('Disk in GiB').fill('many');
    await hub.getByRole('button', { name: 'Write the commands' }).click();
    await hub.getByText('Write a whole number from 30 to 4095.').waitFor();
    await hub.getByLabel('Disk in GiB').fill('200');
    await hub.getByText('Write a whole number from 30 to 4095.').waitFor({ state: 'detached' });
    await hub.getByLabel('Use it for').selectOption('new');
    await hub.getByLabel('New scale set').fill('agents');
    await keepPicture(page, 'guide-form');
    await hub.getByRole('button', { name: 'Write the commands' }).click();
    await hub.getByRole('heading', { name: 'The steps' }).waitFor();
    await hub.getByLabel('Shell').selectOption('powershell');
    const command = (name: string) => hub.getByRole('group', { name }).innerText();
    await eventually(async () => {
      expect(await command('Create a scale set of it')).toContain(`--load-balancer '""'`);
      expect(await command('In the machine: Extend the disk')).toContain('diskpart');
    });
    const sent = stage.service.sent.find((one) => one.path.endsWith('/image-guide'));
    expect(sent!.body).toMatchObject({ ...names, diskGb: 200, imageName: 'tools', scaleSet: 'agents' });
    await keepPicture(page, 'guide-steps');
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
  });
});
