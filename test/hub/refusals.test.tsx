// Whatever the service says no to, and however: on every page a sentence with what to do stands there, and never nothing.
import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createCall, ServiceProblem } from '../../contract/client.ts';
import AdmissionTab from '../../hub/admission/admission-tab.tsx';
import { ErrorBoundary } from '../../hub/error-boundary.tsx';
import ImagesTab from '../../hub/images/images-tab.tsx';
import { emptyDraft } from '../../hub/new-pool/draft.ts';
import { ReviewStep } from '../../hub/new-pool/review-step.tsx';
import type { StepProps } from '../../hub/new-pool/step-props.ts';
import { DecisionsTab } from '../../hub/pool/decisions-tab.tsx';
import { PoolPage } from '../../hub/pool/pool-page.tsx';
import type { TabProps } from '../../hub/pool/tab-props.ts';
import { PoolsPage } from '../../hub/pools/pools-page.tsx';
import type { HubClient } from '../../hub/service.ts';
import SettingsTab from '../../hub/settings/settings-tab.tsx';
import { ApplyForm } from '../../hub/what-if/apply-form.tsx';
import { pool } from '../browser/scene.ts';
import { finished, poolSettings } from '../browser/what-if-scene.ts';

afterEach(cleanup);

/** Refuses everything that is asked in the same way. */
const refusing = (problem: ServiceProblem) => new Proxy({} as HubClient, { get: () => () => Promise.reject(problem) });
const tab = (client: HubClient): TabProps => ({
  client,
  detail: { now: '2026-01-05T08:00:00Z', pool: pool({}), nodes: [], jobRequests: [], problems: [] },
  item: null,
  onItem: () => undefined,
  onTab: () => undefined,
});
const nothing = (): void => undefined;

const pages: readonly [string, (client: HubClient) => ReactNode][] = [
  ['the list of pools', (client) => <PoolsPage client={client} organization="fabrikam" onOpen={nothing} />],
  ['a pool', (client) => <PoolPage client={client} name="linux" onBack={nothing} />],
  ['the images', (client) => <ImagesTab {...tab(client)} />],
  ['what is admitted', (client) => <AdmissionTab {...tab(client)} />],
  ['the decisions', (client) => <DecisionsTab {...tab(client)} />],
  ['the settings', (client) => <SettingsTab {...tab(client)} />],
];

/** As the client makes it of a real answer. */
async function problemOf(status: number, body: string): Promise<ServiceProblem> {
  const call = createCall<AbortSignal>({
    ...{ baseUrl: 'http://service', organization: 'fabrikam', getToken: () => Promise.resolve('token') },
    fetch: () =>
      Promise.resolve({ ok: false, status, headers: { get: () => null }, text: () => Promise.resolve(body) }),
  });
  return call({ method: 'GET', path: '/', expected: [] }).then(
    () => Promise.reject(new Error('It was not refused.')),
    (cause: unknown) => cause as ServiceProblem,
  );
}

const ours = (code: string, message: string, nextStep: string) =>
  JSON.stringify({ code, message, nextStep, field: null, value: null, correlationId: 'c1' });
const answers: readonly [string, number, string, string][] = [
  ['a token that has expired', 401, ours('AUTH_REFUSED', 'Not accepted.', 'Reload the page.'), 'Reload the page.'],
  ['a right that is missing', 403, ours('NEED_POOL_MANAGE', 'Not yours.', 'Ask somebody.'), 'Ask somebody.'],
  ['a pool that is not there', 404, ours('POOL_NOT_FOUND', 'No such pool.', 'Check the name.'), 'Check the name.'],
  ['Azure DevOps that is silent', 503, ours('AUTHZ_UNAVAILABLE', 'It is silent.', 'Try again.'), 'Try again.'],
  ['a proxy that wants a sign-in', 401, '<html>', 'sign-in of its own'],
  ['a proxy without a service', 502, '', 'starting, or down'],
];

describe.each(pages)('%s', (_page, draw) => {
  it.each(answers)('says so for %s', async (_what, status, body, words) => {
    render(<>{draw(refusing(await problemOf(status, body)))}</>);
    await act(() => Promise.resolve());
    expect(document.body.textContent).toContain(words);
  });
});

describe('settings of a what-if that somebody was faster to change', () => {
  it.each([
    [{ savedBy: 'Ben', savedAt: '2026-01-05T07:57:00Z' }, 'Ben saved other settings 3 min ago. Nothing of yours'],
    [{}, 'Somebody saved other settings meanwhile. Nothing of yours'],
    [{ isManagedByFile: true }, 'The configuration file of the service brought other settings. Nothing of yours'],
    [null, 'Ben saved revision 8. Nothing of yours was done: look at what would change now'],
  ])('are not overwritten, and it is said of %j who it was', async (theirs, words) => {
    const view = { settings: poolSettings, revision: 7, isManagedByFile: false, mayChange: true };
    const stale = new ServiceProblem('STALE_REVISION', 'Ben saved revision 8.', 'Read them again.', { status: 412 });
    const silent = new ServiceProblem('SERVICE_UNREACHABLE', 'It does not answer.', 'Check that it runs.');
    const client = {
      ...refusing(stale),
      saveSettings: () => Promise.reject(stale),
      settings: () => (theirs === null ? Promise.reject(silent) : Promise.resolve({ ...view, revision: 8, ...theirs })),
    };
    const newer: number[] = [];
    render(
      <ApplyForm
        {...{ client, pool: 'linux', settings: view, now: '2026-01-05T08:00:00Z', row: finished.rows.at(-1)! }}
        onClose={nothing}
        onSaved={() => newer.push(0)}
        onNewer={({ revision }) => newer.push(revision)}
      />,
    );
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Change them' }));
      await Promise.resolve();
    });
    expect(screen.getByRole('alert').textContent).toContain(words);
    expect(newer).toEqual(theirs === null ? [] : [8]);
  });
});

describe('a new pool that the service may not administer yet', () => {
  it('shows the two clicks that only a person can do, and goes on where it was once they are done', async () => {
    let isAllowed = false;
    const words = 'The identity of this service, weir-service, is not an Administrator of this agent pool yet.';
    const denied = new ServiceProblem('SERVICE_NEEDS_ADMINISTRATOR', words, '', { status: 422 });
    const client = { ...refusing(denied), createPool: () => (isAllowed ? Promise.resolve() : Promise.reject(denied)) };
    const entry = { id: 7, name: 'linux' };
    const asked: string[] = [];
    const azureDevOps = {
      ensurePool: (name: string) => Promise.resolve(asked.push(`pool ${name}`)).then(() => entry),
      ensureQueue: (project: string) => Promise.resolve(asked.push(`queue ${project}`)),
    };
    const draft = { ...emptyDraft('Web'), settings: { ...emptyDraft(null).settings, name: 'linux' } };
    const done: string[] = [];
    const parts = { client, azureDevOps, draft, proof: 1, faults: [], onChange: nothing };
    const organizationUrl = 'https://dev.azure.com/fabrikam';
    render(
      <ReviewStep
        {...(parts as unknown as StepProps)}
        organizationUrl={organizationUrl}
        onDone={(pool) => done.push(pool)}
      />,
    );
    const press = (name: string) =>
      act(async () => {
        fireEvent.click(screen.getByRole('button', { name }));
        await new Promise((resolve) => setTimeout(resolve, 0));
      });
    await press('Create the pool');
    expect(screen.getByText(words)).toBeTruthy();
    expect(screen.getByRole('link').getAttribute('href')).toBe(
      `${organizationUrl}/_settings/agentpools?poolId=7&view=security`,
    );
    await press('Check again and go on');
    expect([screen.getAllByText(words).length, done]).toEqual([1, []]);
    isAllowed = true;
    await press('Check again and go on');
    expect(done).toEqual(['linux']);
    expect(asked.slice(0, 2)).toEqual(['pool linux', 'queue Web']);
  });
});

describe('a page that fails while it is drawn', () => {
  const Broken = ({ cause }: { readonly cause: Error }): ReactNode => {
    throw cause;
  };
  it.each([
    ['anything', new Error('x is undefined'), 'The page met something it does not know: x is undefined'],
    [
      'a part that an update took away',
      Object.assign(new Error('Loading chunk 7 failed.'), { name: 'ChunkLoadError' }),
      'A part of this page could not be loaded.',
    ],
  ])('says so for %s', (_what, cause, words) => {
    // React writes what it caught to the console, besides.
    const { error } = console;
    console.error = nothing;
    render(
      <ErrorBoundary>
        <Broken cause={cause} />
      </ErrorBoundary>,
    );
    console.error = error;
    expect(screen.getByRole('alert').textContent).toContain(words);
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});
