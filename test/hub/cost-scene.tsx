// A person before the costs and the pictures of a time: a fake client, and a host that keeps what was typed.
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { jest } from '@jest/globals';
import { StatisticsCards } from '../../hub/pool/statistics-card.tsx';
import type { Past } from '../../hub/pool/past.ts';
import { PersonPreferences, PreferenceChanged } from '../../hub/preferences.tsx';
import { UnsavedContext, type Unsaved } from '../../hub/unsaved.ts';
import { fakeClient } from './fake-client.ts';

export const nothing = () => undefined;
const asNew = () => ({
  client: fakeClient(),
  kept: {} as Record<string, unknown>,
  asked: [] as string[],
  unsaved: { words: null } as Unsaved,
  /** The host does not say what it keeps. */
  isDeaf: false,
  revision: 1,
  /** What another page does between the look of this one and its writing. */
  meanwhile: nothing as () => void,
  /** Until then the host answers nothing that is asked to be kept. */
  answered: Promise.resolve(),
});
export const stage = asNew();
const steps = { show: nothing, showPart: nothing, step: nothing };
export const week: Past = { range: '7d', part: null };
export const part = {
  range: '24h',
  part: { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:30:00.000Z' },
} as const satisfies Past;

export function setUp(): void {
  jest.useFakeTimers();
  Object.assign(stage, asNew());
}

export function takeDown(): void {
  cleanup();
  jest.useRealTimers();
}

export const keep = (values: Record<string, unknown>) => {
  stage.revision += 1;
  stage.kept = { ...stage.kept, ...values };
};
export const pass = (ms = 0) => act(() => jest.advanceTimersByTimeAsync(ms));
export const lookAt = (past: Past, coming = past) => {
  const now = { current: '2026-11-24T12:00:00Z' };
  return { past, coming, fault: null, ...steps, intervalMs: 60_000, now };
};

const preferences = {
  read: (key: string) =>
    stage.isDeaf
      ? Promise.reject(new Error('no host'))
      : Promise.resolve({ value: stage.kept[key] ?? null, revision: stage.revision }),
  save: async (key: string, value: unknown, of: number | null) => {
    await stage.answered;
    stage.meanwhile();
    if (of !== stage.revision) throw new PreferenceChanged();
    keep({ [key]: value });
  },
};

/** Hands back what shows another time of the same pool. */
export const show = async (past: Past = week) => {
  const { client, unsaved, asked } = stage;
  const page = (of: Past) => (
    <UnsavedContext.Provider value={unsaved}>
      <PersonPreferences.Provider value={preferences}>
        <StatisticsCards
          {...{ client, pool: 'linux-build', onWhatIf: (written) => asked.push(written) }}
          look={lookAt(of)}
        />
      </PersonPreferences.Provider>
    </UnsavedContext.Provider>
  );
  const { rerender } = render(page(past));
  await pass();
  return async (other: Past) => {
    rerender(page(other));
    await pass();
  };
};

export const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
export const press = async (name: string) => {
  fireEvent.click(screen.getByRole('button', { name }));
  await pass();
};
export const cellsOf = (table: string) =>
  within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .map((row) => [...row.children].map((cell) => cell.textContent).join(' | '));
