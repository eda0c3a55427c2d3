// The HTTP surface over real connections: limits, hosts, origins, TLS, and what is never said or written.
import { get } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { selfSignedCertificate } from '../../../sandbox/certificate.ts';
import { UserProblem } from '../../../service/problem.ts';
import { settings } from '../../builders.ts';
import { apiFixture, type Fixture } from './api-fixture.ts';

describe('the HTTP surface', () => {
  let fixture: Fixture;
  let port: number;

  beforeEach(async () => {
    fixture = await apiFixture();
    await fixture.app.listen({ host: '127.0.0.1', port: 0 });
    port = (fixture.app.server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    await fixture.app.close();
  });

  /** Sends the text as it is and gives what came back before the service closed the connection. */
  async function raw(text: string): Promise<string> {
    return await new Promise((done, failed) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('close', () => done(answer));
      // A service that refuses before it has read all resets the connection, after it has said why.
      socket.on('error', (error) => (answer === '' ? failed(error) : done(answer)));
    });
  }

  const head = 'PUT /v1/pools/linux/settings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer manager\r\n';

  it('refuses a body of two lengths and closes the connection', async () => {
    const answer = await raw(`${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"HTTP_INVALID"');
  });

  it.each([
    ['an unknown method', 'SPY / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['a NUL in the path', 'GET /health\0z HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a broken header', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n'],
  ])('refuses %s', async (_what, text) => {
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('refuses endless headers', async () => {
    const answer = await raw(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"HEADERS_TOO_LARGE"');
  });

  it('tells a token of 20 KB over a real connection what it is', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/pools`, {
      headers: { authorization: `Bearer ${'x'.repeat(20_000)}`, 'x-weir-organization': 'x' },
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'AUTH_SIZE']);
  });

  it('bounds the time and the number of what it takes', () => {
    const { server } = fixture.app;
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
      maxRequestsPerSocket: 1000,
      maxConnections: 1000,
    });
  });

  it.each([
    ['/nothing', 404, 'ROUTE_NOT_FOUND'],
    ['/v1/pools/linux/%ff', 400, 'HTTP_INVALID'],
    [`/v1/pools/${'x'.repeat(500)}`, 404, 'ROUTE_NOT_FOUND'],
    ['//evil.example/v1/pools', 404, 'ROUTE_NOT_FOUND'],
  ])('answers %s with %d', async (url, status, code) => {
    const answer = await fixture.ask(url);
    expect([answer.status, (answer.body as { code?: string } | null)?.code]).toEqual([status, code]);
  });
});

describe('TLS', () => {
  it('is spoken where a certificate is given', async () => {
    const { app } = await apiFixture({ tls: await selfSignedCertificate() });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const status = await new Promise((done, failed) => {
      const asked = get(
        { host: '127.0.0.1', port, path: '/healthz', rejectUnauthorized: false, agent: false },
        (answer) => {
          answer.resume();
          done([answer.statusCode, answer.headers['strict-transport-security']]);
        },
      );
      asked.on('error', failed);
    });
    expect(status).toEqual([200, expect.stringContaining('max-age=')]);
    await app.close();
  });
});

describe('names and pages', () => {
  it('are known ones: another host is misdirected, and health answers under any', async () => {
    const { ask } = await apiFixture();
    const other = await ask('/v1/pools', { headers: { host: 'evil.example' } });
    expect([other.status, (other.body as { code: string }).code]).toEqual([421, 'HOST_UNKNOWN']);
    expect((await ask('/v1/pools', { headers: { host: 'WEIR.example:8443' } })).status).toBe(200);
    expect((await ask('/healthz', { headers: { host: '10.0.0.7:8080' } })).status).toBe(200);
    const open = await apiFixture({ hosts: null });
    expect((await open.ask('/v1/pools', { headers: { host: 'anything' } })).status).toBe(200);
  });

  it('of an allowed origin may read the answer', async () => {
    const { ask } = await apiFixture();
    const origin = 'https://weir.gallerycdn.vsassets.io';
    const { status, headers } = await ask('/v1/pools', { headers: { origin } });
    expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([200, origin, 'Origin']);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    const preflight = await ask('/v1/pools/linux/settings', {
      method: 'OPTIONS',
      token: '',
      organization: '',
      headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-max-age': '600',
      'access-control-allow-methods': 'GET, PUT, POST, DELETE',
    });
  });

  it.each([
    'https://evil.gallerycdn.vsassets.io',
    'null',
    'http://weir.gallerycdn.vsassets.io',
    'https://localhost:4000',
  ])('of origin %s get nothing, not even by a preflight', async (origin) => {
    const { ask, rights } = await apiFixture();
    for (const method of ['GET', 'OPTIONS'] as const) {
      const answer = await ask('/v1/pools', { method, headers: { origin, 'access-control-request-method': 'GET' } });
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
      // The connect page asks once more without wanting to read, to tell this from a service that is not there.
      expect(answer.headers['cross-origin-resource-policy'] ?? 'cross-origin').toBe('cross-origin');
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(rights.calls).toBe(0);
  });

  it('may be any publisher’s where the configuration says so, and still only one label', async () => {
    const { ask } = await apiFixture({ corsOrigins: ['https://*.gallerycdn.vsassets.io'] });
    const statusOf = async (origin: string) => (await ask('/healthz', { headers: { origin } })).status;
    expect(await statusOf('https://any-one.gallerycdn.vsassets.io')).toBe(200);
    expect(await statusOf('https://evil.io/.gallerycdn.vsassets.io')).toBe(403);
    expect(await statusOf('https://a.b.gallerycdn.vsassets.io')).toBe(403);
    expect(await statusOf('https://.gallerycdn.vsassets.io')).toBe(403);
  });
});

describe('what others register on the same service', () => {
  it('is read as strictly, needs no token, and has limits of its own', async () => {
    const { app, ask, rights } = await apiFixture({ rateLimits: { anonymous: 3 } });
    app.post('/v1/enrolment/claims', { bodyLimit: 100 }, (request) => ({ got: request.body }));
    const post = (payload: string) =>
      ask('/v1/enrolment/claims', {
        ...{ method: 'POST', token: '', organization: '', payload },
        headers: { 'content-type': 'application/json' },
      });
    expect((await post('{"a":1}')).body).toEqual({ got: { a: 1 } });
    expect((await post('{"a":1,"a":2}')).body).toMatchObject({ code: 'BODY_DUPLICATE_KEY' });
    expect((await post(`"${'x'.repeat(200)}"`)).body).toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect((await post('{}')).body).toMatchObject({ code: 'RATE_LIMIT' });
    expect(rights.calls).toBe(0);
  });
});

describe('health', () => {
  it('needs no token and tells no detail', async () => {
    const { ask } = await apiFixture();
    expect((await ask('/healthz', { token: '', organization: '' })).body).toEqual({ status: 'ok' });
    expect((await ask('/readyz', { token: '', organization: '' })).body).toEqual({ status: 'ok' });
  });

  it('says that the service is not ready while the database is silent', async () => {
    const { store } = await apiFixture();
    const { ask } = await apiFixture({
      store: { ...store, ping: () => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3')) },
    });
    const answer = await ask('/readyz', { token: '' });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([503, 'NOT_READY']);
    expect(answer.text).not.toContain('10.1.2.3');
    expect((await ask('/healthz', { token: '' })).status).toBe(200);
  });
});

describe('what is said and written', () => {
  it('never holds a token or a stack, whatever breaks', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
    const { store } = await apiFixture();
    const secret = 'canary-token-0123456789';
    const broken = {
      ...store,
      readPool: () => Promise.reject(new Error(`cannot read with ${secret}`)),
      listPools: () => Promise.reject(new UserProblem('DB_UNAVAILABLE', 'cannot read from 10.1.2.3')),
    };
    const { ask, rights } = await apiFixture({ store: broken }, logger);
    const answers = [];
    const guess = { token: secret };
    rights.whoIs = () => Promise.resolve({ id: 'x', name: 'x' });
    answers.push(await ask('/v1/pools/linux', guess), await ask('/v1/pools', guess));
    rights.isSilent = true;
    answers.push(await ask('/v1/pools/linux/settings', { ...guess, method: 'PUT', payload: settings() }));
    answers.push(await ask(`/v1/pools/linux?x=1`, { ...guess, organization: 'x' }), await ask('/nothing', guess));
    expect(answers.map((answer) => answer.status)).toEqual([500, 503, 500, 401, 404]);
    const said = answers.map((answer) => answer.text + JSON.stringify(answer.headers)).join('\n');
    expect(lines.join('')).toContain('[token]');
    for (const text of [said, lines.join('')]) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/\bat .*\.(ts|js):\d+/);
    }
    expect(said).not.toContain('cannot read');
  });

  it('names one correlation id in the answer and in the log', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
    const { ask } = await apiFixture({}, logger);
    const { body } = await ask('/v1/pools/nothing');
    const { correlationId } = body as { correlationId: string };
    expect(correlationId).toMatch(/^id-\d+$/);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({ correlationId, code: 'POOL_NOT_FOUND' }),
    );
  });
});
