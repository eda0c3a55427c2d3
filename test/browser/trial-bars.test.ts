// The bars of trial machines are as long as their steps took.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { imageParts } from './image-scene.ts';
import { axeFindings, beforeAllMs, keepPicture, setStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
}, beforeAllMs);

afterAll(() => stage.close());

it('a step of a minute takes a thirtieth of half an hour, and its colour stands whole beside its words', async () => {
  stage.service.scene.parts = imageParts();
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
