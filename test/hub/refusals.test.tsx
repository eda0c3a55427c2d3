// Whatever the service says no to, and however: on every page a sentence with what to do stands there, and never nothing.
import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createCall, ServiceProblem } from '../../contract/client.ts';
import AdmissionTab from '../../hub/admission/admission-tab.tsx';
import { ErrorBoundary } from '../../hub/error-boundary.tsx';
import ImagesTab from '../../hub/images/images-tab.tsx';
import { DecisionsTab } from '../../hub/pool/decisions-tab.tsx';
import { PoolPage } from '../../hub/pool/pool-page.tsx';
import type { TabProps } from '../../hub/pool/tab-props.ts';
import { PoolsPage } from '../../hub/pools/pools-page.tsx';
import type { HubClient } from '../../hub/service.ts';
import SettingsTab from '../../hub/settings/settings-tab.tsx';
import { pool } from '../browser/scene.ts';

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
