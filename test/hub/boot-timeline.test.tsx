// What the colours of a trial machine's bar mean stands below it in words, with how long each step took.
import { afterEach, expect, it } from '@jest/globals';
import { cleanup, render, screen, within } from '@testing-library/react';
import { BootTimeline } from '../../hub/images/boot-timeline.tsx';
import type { ValidationReport } from '../../contract/validations.ts';
import { imageParts } from '../browser/image-scene.ts';

afterEach(cleanup);

it('tells the steps of each machine in words, also the one that failed', () => {
  const { instances, now } = imageParts().v1 as ValidationReport;
  render(<BootTimeline instances={instances} now={now} />);
  const stepsOf = (name: string) =>
    within(screen.getByRole('list', { name: `Steps of ${name}` }))
      .getAllByRole('listitem')
      .map((one) => one.textContent);
  expect(stepsOf('trial_0')).toEqual(['created: 2 min', 'ran its extensions: 60 s', 'started its agent: 60 s']);
  expect(stepsOf('trial_1')).toEqual(['created: 2 min', 'ran its extensions: 28 min, failed']);
});
