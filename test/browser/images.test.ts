// Images, reports, tokens and admission as people see and use them.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../end-to-end/until.ts';
import { imageParts } from './image-scene.ts';
import { axeFindings, beforeAllMs, keepPicture, overflowOf, setStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

beforeEach(() => {
  stage.service.scene.parts = imageParts();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

const looks = [
  { theme: 'contrast', width: 1360 },
  { theme: 'dark', width: 1360 },
  { theme: 'light', width: 600 },
] as const;

describe.each(looks)('in the $theme theme, $width pixels wide', ({ theme, width }) => {
  it.each([
    ['images', 'images', '.weir-versions'],
    ['report', 'images/v1', '.weir-checks'],
    ['admission', 'admission', '.weir-placeholders'],
  ])('the page %s is readable for everybody', async (name, hash, selector) => {
    const opened = await stage.open({ query: `theme=${theme}`, hash: `/pools/linux-build/${hash}`, width });
    await opened.hub.waitForSelector(selector);
    await keepPicture(opened.page, `${name}-${theme}-${width}`);
    expect(opened.complaints).toEqual([]);
    expect(await overflowOf(opened.hub)).toBe(0);
    expect(await axeFindings(opened)).toEqual([]);
  });
});

describe('a person', () => {
  it('pins a version that was not validated only with a tick and a reason, from the revision that was seen', async () => {
    const { hub } = await stage.open({ hash: '/pools/linux-build/images' });
    await hub.getByRole('button', { name: 'Pin 1.5.0' }).click();
    const form = hub.getByRole('form', { name: 'Pin ubuntu-22.04' });
    expect(await form.getByRole('button', { name: 'Pin', exact: true }).isDisabled()).toBe(true);
    await form.getByRole('checkbox').check();
    await form.getByRole('textbox', { name: 'Reason' }).fill('urgent patch');
    stage.service.scene.parts.pins = {
      image: 'ubuntu-22.04',
      imageVersion: '1.5.0',
      previousVersion: '1.4.0',
      revision: 8,
    };
    await form.getByRole('button', { name: 'Pin', exact: true }).click();
    await form.waitFor({ state: 'detached' });
    const sent = stage.service.sent.find((one) => one.path.endsWith('/pins'));
    expect(sent).toMatchObject({
      ifMatch: '"7"',
      body: { version: '1.5.0', requireValidated: false, reason: 'urgent patch' },
    });
  });

  it('reads who was faster where two pin at once, and loses nothing', async () => {
    const { hub } = await stage.open({ hash: '/pools/linux-build/images' });
    await hub.getByRole('button', { name: 'Roll back' }).click();
    const form = hub.getByRole('form', { name: 'Roll back ubuntu-22.04' });
    await form.getByLabel('Reason').fill('jobs fail');
    stage.service.statuses.pins = 412;
    await form.getByRole('button', { name: 'Roll back' }).click();
    await form.getByText('changed this image meanwhile', { exact: false }).waitFor();
    expect(await form.getByLabel('Reason').inputValue()).toBe('jobs fail');
  });

  it('chooses the shell of a command that mends a finding, and sees the boots as a table', async () => {
    const { hub } = await stage.open({ hash: '/pools/linux-build/images/v1' });
    await hub.getByLabel('Shell').selectOption('cmd');
    const command = hub.getByRole('group', { name: 'Command', exact: true });
    await eventually(async () => expect(await command.innerText()).toBe('az sig "x"'));
    await hub.getByRole('button', { name: 'Show as table' }).click();
    await hub.getByRole('table', { name: 'Steps of the machines' }).waitFor();
  });

  it('sees a connection token once', async () => {
    const { hub } = await stage.open({ hash: '/pools/linux-build/images' });
    const details = { ...(imageParts().tokens as { tokens: object[] }).tokens[0], name: 'web shop' };
    await hub.getByLabel('Name (who uses it)').fill('web shop');
    stage.service.scene.parts.tokens = { token: 'weir_abc', details, tokens: [] };
    await hub.getByRole('button', { name: 'Issue a token' }).click();
    const token = hub.getByLabel('Connection token', { exact: true });
    await eventually(async () => expect(await token.innerText()).toBe('weir_abc'));
  });
});

it('a step of a trial of a minute takes a thirtieth of half an hour, and its colour stands whole beside its words', async () => {
  const opened = await stage.open({ hash: '/pools/linux-build/images/v1', query: 'theme=dark' });
  const { hub } = opened;
  await hub.locator('.weir-bars').first().waitFor();
  await keepPicture(opened.page, 'trial-bars');
  const shares = `[...document.querySelectorAll('.weir-bars')].map((bars) =>
    [...bars.querySelectorAll('rect')].map((one) => Math.round((30 * one.getBoundingClientRect().width) / bars.getBoundingClientRect().width)))`;
  expect(await hub.evaluate(shares)).toEqual([
    [2, 1, 1],
    [2, 28],
  ]);
  const heights = `[...document.querySelectorAll('.weir-legend svg')].map((one) =>
    one.firstElementChild.getBoundingClientRect().height / one.getBoundingClientRect().height)`;
  const whole = (await hub.evaluate<number[]>(heights)).map((share) => Math.round(share * 100));
  expect(new Set(whole)).toEqual(new Set([100]));
  expect(await axeFindings(opened)).toEqual([]);
});
