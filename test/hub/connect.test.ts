// The checks of an address: what each failure looks like to a page, and what somebody is told to do about it.
import { describe, expect, it } from '@jest/globals';
import { ServiceProblem } from '../../contract/client.ts';
import { checksOf, type Check, type Surroundings } from '../../hub/connect/checks.ts';
import { fitOf } from '../../hub/connect/versions.ts';

const about = { name: 'weir' as const, version: '1.4.0', organizations: [], isSandbox: false };
const answer = (status: number, text: string) => () => Promise.resolve({ status, text: () => Promise.resolve(text) });
const silence = () => Promise.reject(new TypeError('Failed to fetch'));
const healthy: Surroundings = {
  fetch: answer(200, '{"status":"ok"}'),
  about: () => Promise.resolve(about),
  organizationUrl: 'https://dev.azure.com/fabrikam',
  pageVersion: '1.4.2',
  origin: 'https://weir.gallerycdn.vsassets.io',
};
const refusing = (code: string, status = 401): Partial<Surroundings> => ({
  about: () => Promise.reject(new ServiceProblem(code, `Refused: ${code}.`, 'Do this.', { status })),
});

async function run(around: Partial<Surroundings>, typed = 'https://weir.example.com/'): Promise<Check[]> {
  const all: Check[] = [];
  for await (const check of checksOf(typed, { ...healthy, ...around })) all.push(check);
  return all;
}

describe('an address of the service', () => {
  it('that is well passes every check, without a token before it has answered', async () => {
    const asked: string[] = [];
    const checks = await run({
      fetch: (url, { mode }) => {
        asked.push(`${mode} ${url}`);
        return healthy.fetch(url, { mode });
      },
      about: (url) => {
        asked.push(`token ${url}`);
        return Promise.resolve(about);
      },
    });
    expect(checks.map(({ id, state }) => `${id} ${state}`)).toEqual(
      ['address', 'reach', 'page', 'weir', 'organization', 'version'].map((id) => `${id} passed`),
    );
    expect(asked).toEqual(['cors https://weir.example.com/healthz', 'token https://weir.example.com']);
  });

  const cases: readonly [string, Partial<Surroundings>, string, string][] = [
    ['nothing answers at', { fetch: silence }, 'reach', 'Open https://weir.example.com/healthz in a new tab'],
    [
      'answers and lets no page in',
      { fetch: (_url, { mode }) => (mode === 'cors' ? silence() : answer(0, '')()) },
      'page',
      'add https://weir.gallerycdn.vsassets.io to hubOrigins',
    ],
    ['is a page of somebody else', { fetch: answer(200, '<html>') }, 'weir', 'Check the address'],
    ['is a JSON of somebody else', { fetch: answer(200, '{"status":"up"}') }, 'weir', 'Check the address'],
    ['a proxy answers for', { fetch: answer(502, 'Bad gateway') }, 'weir', 'whether it reaches the service'],
    ['answers health and nothing of ours', refusing('ANSWER_UNREADABLE', 200), 'weir', 'Check the address'],
    ['refuses whatever carries a sign-in', refusing('SERVICE_UNREACHABLE', 0), 'weir', 'OPTIONS'],
    ['answers under another name only', refusing('HOST_UNKNOWN', 421), 'weir', 'publicUrl: https://weir.example.com'],
    ['serves other organizations', refusing('AUTH_ORG'), 'organization', '"- url: https://dev.azure.com/fabrikam"'],
    ['takes no token', refusing('AUTH_REFUSED'), 'organization', 'Do this.'],
    ['cannot ask Azure DevOps', refusing('AUTHZ_UNAVAILABLE', 503), 'organization', 'Do this.'],
    ['is two releases behind', { pageVersion: '1.6.0' }, 'version', 'Update the service to 1.6.0'],
    ['is two releases ahead', { pageVersion: '1.2.0' }, 'version', 'Update the extension'],
  ];
  it.each(cases)('that %s', async (_what, around, failing, words) => {
    const checks = await run(around);
    const last = checks.at(-1);
    expect([last?.id, last?.state]).toEqual([failing, 'failed']);
    expect(last?.nextSteps.join(' ')).toContain(words);
    expect(checks.filter(({ state }) => state === 'failed')).toHaveLength(1);
  });

  it('that would show the token to the network is not asked at all', async () => {
    const checks = await run({ fetch: () => Promise.reject(new Error('asked')) }, 'http://weir.example.com');
    expect(checks).toMatchObject([{ id: 'address', state: 'failed' }]);
  });

  it.each(['1.3.9', '1.5.0'])(
    'whose page is %s is one release apart, which works with a notice',
    async (pageVersion) => {
      expect((await run({ pageVersion })).at(-1)).toMatchObject({ id: 'version', state: 'notice' });
    },
  );
});

describe('two versions', () => {
  it.each([
    ['1.4.0', '1.4.9', 'same'],
    ['1.4.0', '1.5.0', 'near'],
    ['1.5.0', '1.4.0', 'near'],
    ['2.0.3', '1.9.0', 'near'],
    ['1.9.0', '2.0.0', 'near'],
    ['1.9.0', '2.1.0', 'pageOlder'],
    ['1.4.0', '1.6.0', 'pageOlder'],
    ['1.6.0', '1.4.0', 'serviceOlder'],
    ['3.0.0', '1.9.0', 'serviceOlder'],
    ['sandbox', '1.0.0', 'unknown'],
    [null, '1.0.0', 'unknown'],
  ])('page %s and service %s: %s', (page, service, fit) => {
    expect(fitOf(page, service)).toBe(fit);
  });
});
