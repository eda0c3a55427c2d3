// The settings tab with a fake client: what is sent, what stands beside a field, two people at once, and who may not change.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { ServiceProblem } from '../../contract/client.ts';
import type { SettingsView } from '../../contract/service.ts';
import SettingsTab from '../../hub/settings/settings-tab.tsx';
import { UnsavedContext, type Unsaved } from '../../hub/unsaved.ts';
import { settings } from '../builders.ts';
import { pool } from '../browser/scene.ts';
import { asleep, fakeClient } from './fake-client.ts';

let stored: SettingsView;
let sent: { readonly body: Readonly<Record<string, unknown>>; readonly revision: number }[];
let refusal: ServiceProblem | null;
let unsaved: Unsaved;
const view = (more: Partial<SettingsView> = {}): SettingsView => ({
  ...{ settings: { ...settings() }, revision: 3, isManagedByFile: false, mayChange: true },
  ...more,
});

beforeEach(() => {
  stored = view();
  sent = [];
  refusal = null;
  unsaved = { words: null };
});
afterEach(cleanup);

const show = async () => {
  const client = {
    ...fakeClient(),
    settings: () => Promise.resolve(stored),
    saveSettings: async (_pool: string, body: Readonly<Record<string, unknown>>, revision: number) => {
      sent.push({ body, revision });
      if (refusal !== null) throw refusal;
      stored = view({ settings: { ...body }, revision: revision + 1 });
      return Promise.resolve(stored);
    },
  };
  const detail = {
    now: '2026-01-05T08:00:00Z',
    pool: pool({ name: 'linux' }),
    nodes: [],
    jobRequests: [],
    problems: [],
  };
  render(
    <UnsavedContext.Provider value={unsaved}>
      <SettingsTab client={client} detail={detail} item={null} onItem={() => undefined} onTab={() => undefined} />
    </UnsavedContext.Provider>,
  );
  await act(() => Promise.resolve());
};
/** By their words, looked up plainly: looking for roles and labels takes seconds on a page with so many controls. */
const press = (words: string): void => {
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent === words);
  fireEvent.click(button!);
};
const fieldsOf = (label: string): HTMLInputElement[] =>
  [...document.querySelectorAll('label')]
    .filter((one) => one.textContent === label)
    .map((one) => (one.control ?? document.getElementById(one.htmlFor)) as HTMLInputElement);
const fieldOf = (label: string): HTMLInputElement => fieldsOf(label)[0]!;
const named = (words: string): HTMLElement => document.querySelector<HTMLElement>(`[aria-label^="${words}"]`)!;
const type = (label: string, value: string) => fireEvent.change(fieldOf(label), { target: { value } });
const save = () =>
  act(async () => {
    press('Save');
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
const maximum = 'Maximum number of virtual machines in the scale set';
const idle = 'Delay in minutes before deleting excess idle agents';

describe('the settings tab', () => {
  it('saves the whole settings with what was changed, from the revision that was read', async () => {
    await show();
    type(maximum, '20');
    fireEvent.click(fieldOf('Fast'));
    expect(screen.getByText('2 changes, not saved yet.')).toBeTruthy();
    await save();
    expect(sent).toEqual([{ revision: 3, body: settings({ maxCapacity: 20, sizing: { preset: 'fast' } }) }]);
    expect(screen.getByText('Saved. Takes effect within a minute.')).toBeTruthy();
  });

  it('says what would be lost, until it is saved or discarded', async () => {
    await show();
    expect(unsaved.words).toBeNull();
    type(maximum, '20');
    expect(unsaved.words).toBe(`Not saved yet: ${maximum}.`);
    press('Discard');
    expect([unsaved.words, fieldOf(maximum).value]).toEqual([null, '10']);
    type(maximum, '20');
    await save();
    expect(unsaved.words).toBeNull();
  });

  it('sends nothing that breaks a bound, and says which, beside the field', async () => {
    await show();
    type(maximum, '1001');
    await save();
    expect(sent).toEqual([]);
    const field = fieldOf(maximum);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const words = (field.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id));
    expect(words.map((part) => part?.textContent).join(' ')).toContain('Write a whole number, 1 to 1,000.');
    expect(document.activeElement).toBe(field);
  });

  it("shows the service's own words beside each field, until the field changes", async () => {
    await show();
    type(idle, '5');
    const part = {
      code: 'X',
      value: null,
      nextStep: 'Write 6.',
      message: 'Five is unlucky.',
      field: 'timeToLiveMinutes',
    };
    const alias = { ...part, field: 'images[0].aliases[0]', message: 'No such alias.', nextStep: '' };
    refusal = new ServiceProblem('X', 'Refused.', '', { status: 400, parts: [part, alias] });
    await save();
    expect(screen.getByText('Write 6.').parentElement?.textContent).toBe('Five is unlucky. Write 6.');
    expect(fieldOf('Names').getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(fieldOf(idle));
    expect(screen.getByText('2 things need a change before this is saved.')).toBeTruthy();
    type(idle, '6');
    expect(screen.queryByText('Five is unlucky. Write 6.')).toBeNull();
    expect(screen.getByText('No such alias.')).toBeTruthy();
  });

  it('loses nothing when somebody else was faster: both versions stand there, and the choice counts', async () => {
    await show();
    type(maximum, '20');
    type(idle, '5');
    refusal = new ServiceProblem('STALE_REVISION', 'Changed meanwhile.', '', { status: 412 });
    stored = view({ settings: { ...settings({ maxCapacity: 30 }), paused: true }, revision: 4 });
    await save();
    // A service of the release before names nobody.
    expect(screen.getByText(/^Somebody saved other settings meanwhile\. Nothing of yours is lost/)).toBeTruthy();
    const rows = [...named('Both versions').querySelectorAll('tbody tr')];
    expect(rows.map((row) => row.textContent)).toEqual([
      `${maximum}both changed it20 machines30 machines`,
      `${idle}only you changed it5 minutes30 minutes`,
      'Pause the poolonly they changed itoffon',
    ]);
    fireEvent.click(named(`Take theirs: ${maximum}, 30 machines`));
    press('Go on with these');
    refusal = null;
    await save();
    expect(sent.at(-1)).toMatchObject({ revision: 4, body: { maxCapacity: 30, timeToLiveMinutes: 5, paused: true } });
  });

  it('says who was faster, and how long ago', async () => {
    await show();
    type(maximum, '20');
    refusal = new ServiceProblem('STALE_REVISION', 'Changed meanwhile.', '', { status: 412 });
    stored = view({ revision: 4, savedBy: '<b>Ben</b>', savedAt: '2026-01-05T07:57:00Z' });
    await save();
    const words = document.querySelector('p[role=alert]')?.textContent;
    expect(words).toMatch(/^<b>Ben<\/b> saved other settings 3 min ago\. Nothing of yours is lost/);
  });

  it('changes teardown and profile together', async () => {
    await show();
    fireEvent.click(fieldOf('Automatically tear down virtual machines after every use'));
    type('Longest life of an agent', '24');
    await save();
    expect(sent[0]?.body).toMatchObject({
      recycleAfterEachUse: false,
      profile: { kind: 'stateful', maxAgentLifetimeHours: 24, gracePeriodMinutes: 60 },
    });
  });

  it('paints the week with the keyboard alone', async () => {
    await show();
    fireEvent.click(fieldOf('The standby follows the clock'));
    type('Standby to paint', '3');
    const monday = named('Monday 08:00');
    expect(monday.tabIndex).toBe(0);
    monday.focus();
    fireEvent.keyDown(monday, { key: 'ArrowRight', shiftKey: true });
    fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown', shiftKey: true });
    fireEvent.keyDown(document.activeElement!, { key: 'Enter' });
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Tuesday 09:00, standby 3');
    await save();
    const { days } = sent[0]?.body.schedule as { days: unknown[] };
    expect(days.slice(1, 4)).toEqual([{ '08:00:00': 3, '10:00:00': 0 }, { '08:00:00': 3, '10:00:00': 0 }, {}]);
  });

  it.each([
    ['stands in a file', { isManagedByFile: true }, /stands in the configuration file/],
    ['is somebody else’s to change', { mayChange: false }, /needs the role Administrator/],
  ])('of a pool that %s shows everything and changes nothing', async (_what, more, words) => {
    stored = view(more);
    await show();
    expect(screen.getByText(words)).toBeTruthy();
    expect(screen.queryByText('Save')).toBeNull();
    expect(fieldOf(maximum).closest('fieldset')?.disabled).toBe(true);
  });

  it('works with a service of the release before, which says nothing of rights', async () => {
    const { mayChange: _unsaid, ...older } = view();
    stored = older as SettingsView;
    await show();
    type(maximum, '11');
    await save();
    expect(sent).toHaveLength(1);
  });

  it('says why saving failed where no field is to blame, and keeps what was typed', async () => {
    await show();
    type(maximum, '11');
    refusal = asleep;
    await save();
    expect(screen.getByText(/^Not saved\./).textContent).toMatch(/^Not saved\. Weir's service does not answer\./);
    expect(fieldOf(maximum).value).toBe('11');
  });

  it('adds, orders and removes images', async () => {
    await show();
    press('Add an image');
    const names = fieldsOf('Names');
    fireEvent.change(names[1]!, { target: { value: 'windows-2022, win' } });
    const froms = fieldsOf('Comes from');
    fireEvent.change(froms[1]!, { target: { value: 'id' } });
    type('Resource id', '/subscriptions/s/images/i');
    fireEvent.click(named('Move windows-2022 up'));
    await save();
    expect((sent[0]?.body.images as unknown[])[0]).toEqual({
      aliases: ['windows-2022', 'win'],
      source: { id: '/subscriptions/s/images/i' },
      version: 'latest',
      standbyPercent: '*',
    });
  });
});
