// The form of a what-if follows the address: which jobs a link names, and what stands there once it names none any more.
import { afterEach, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { WhatIfRequest } from '../../contract/what-if.ts';
import { WhatIfForm } from '../../hub/what-if/what-if-form.tsx';
import { poolSettings, whatIfPage } from '../browser/what-if-scene.ts';

afterEach(cleanup);

const part = '24h_20261124T080000Z_20261124T093000Z';
const settings = { settings: poolSettings, revision: 1, isManagedByFile: false, mayChange: true };

it('asks about the usual time once the address names no part any more, and about a part that it comes to name', async () => {
  const asked: WhatIfRequest[] = [];
  const page = { ...whatIfPage(null), now: '2026-11-24T12:00:00Z' };
  const form = (time: string | null) => (
    <WhatIfForm {...{ page, settings, time, isRunning: false }} onRun={(request) => asked.push(request)} />
  );
  const run = async () => {
    fireEvent.submit(screen.getByRole('form'));
    await act(() => Promise.resolve());
  };
  const { rerender } = render(form(part));
  fireEvent.change(screen.getByLabelText('Agents on standby'), { target: { value: '4' } });
  rerender(form(null));
  await run();
  rerender(form(part));
  await run();
  fireEvent.change(screen.getByLabelText('Jobs of'), { target: { value: '1' } });
  await run();
  // What was typed meanwhile stays in all of them.
  const edit = { desiredIdle: 4 };
  expect(asked).toEqual([
    { from: '2026-11-17T12:00:00.000Z', to: '2026-11-24T12:00:00.000Z', edit },
    { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:30:00.000Z', edit },
    { from: '2026-11-23T12:00:00.000Z', to: '2026-11-24T12:00:00.000Z', edit },
  ]);
});
