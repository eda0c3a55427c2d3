// Identities over our own `Send`, the cache of tokens, and where a token may go.
import { describe, expect, it } from '@jest/globals';
import { createAzure } from '../../../service/azure/client.ts';
import { credentialFor } from '../../../service/azure/credential.ts';
import { createTokens } from '../../../service/azure/token.ts';
import type { Send } from '../../../service/ports.ts';
import { fakeSend, json, reset } from '../fake-send.ts';

const clock = { now: () => 0, sleep: () => Promise.resolve() };
const tenant = '11111111-1111-1111-1111-111111111111';
const authorityHost = 'https://login.sandbox.example';
const secret = {
  kind: 'clientSecret',
  tenantId: tenant,
  clientId: '22222222-2222-2222-2222-222222222222',
  clientSecret: 'a+b',
} as const;

const entra: Send = (request) => {
  if (request.url.includes('openid-configuration')) {
    const base = `${authorityHost}/${tenant}`;
    return Promise.resolve(
      json(200, {
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      }),
    );
  }
  return Promise.resolve(json(200, { token_type: 'Bearer', expires_in: 3600, access_token: 'from-entra' }));
};

describe('credentialFor', () => {
  it("signs a client in at another authority than Entra's, through our Send alone", async () => {
    const { send, requests } = fakeSend(entra, entra);
    const credential = credentialFor(secret, { send, authorityHost });
    await expect(credential.getToken('https://management.azure.com/.default')).resolves.toMatchObject({
      token: 'from-entra',
    });
    expect(requests.map((request) => new URL(request.url).origin)).toEqual([authorityHost, authorityHost]);
    const form = new URLSearchParams(requests[1]!.body);
    expect(Object.fromEntries(form)).toMatchObject({ grant_type: 'client_credentials', client_secret: 'a+b' });
    expect(form.get('scope')).toContain('https://management.azure.com/.default');
  });

  it('is denied when Entra refuses the secret', async () => {
    const refusal = json(401, {
      error: 'invalid_client',
      error_description: 'AADSTS7000215: Invalid client secret provided.',
    });
    const { send } = fakeSend(entra, refusal);
    const tokens = createTokens(credentialFor(secret, { send, authorityHost }), clock);
    await expect(tokens.token('scope/.default')).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('AADSTS7000215'),
    });
  });

  it.each([
    ['discovery', [reset()]],
    ['discovery', [json(500, {})]],
    ['the token', [entra, reset()]],
    ['the token', [entra, json(500, {})]],
    ['the token', [entra, json(429, { error: 'temporarily_unavailable' })]],
  ] as const)('is unavailable, not denied, when %s does not come', async (_, script) => {
    const { send, requests } = fakeSend(...script);
    const tokens = createTokens(credentialFor(secret, { send, authorityHost }), clock);
    await expect(tokens.token('scope/.default')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(requests).toHaveLength(script.length);
  });

  it('makes the other identities without asking anybody', () => {
    const { send, requests } = fakeSend();
    credentialFor({ kind: 'managedIdentity', clientId: 'c' }, { send });
    credentialFor({ kind: 'default' }, { send });
    credentialFor(
      { kind: 'workloadIdentity', tenantId: tenant, clientId: 'c', tokenFilePath: '/var/run/token' },
      { send },
    );
    expect(requests).toHaveLength(0);
  });
});

describe('createTokens', () => {
  const hour = 3_600_000;

  it('asks once for many who wait, and again shortly before the end', async () => {
    let now = 0;
    let asked = 0;
    const credential = {
      getToken: () => Promise.resolve({ token: `t${(asked += 1)}`, expiresOnTimestamp: now + hour }),
    };
    const tokens = createTokens(credential, { ...clock, now: () => now });
    await expect(Promise.all([tokens.token('a'), tokens.token('a')])).resolves.toEqual(['t1', 't1']);
    now = hour - 5 * 60_000 - 1;
    await expect(tokens.token('a')).resolves.toBe('t1');
    now += 1;
    await expect(tokens.token('a')).resolves.toBe('t2');
    await expect(tokens.token('b')).resolves.toBe('t3');
  });

  it.each([
    ['unavailable', Object.assign(new Error('network_error: See'), { name: 'AuthenticationRequiredError' })],
    ['denied', Object.assign(new Error('no managed identity'), { name: 'CredentialUnavailableError' })],
    ['denied', Object.assign(new Error('invalid_client'), { name: 'AuthenticationError', statusCode: 400 })],
    ['throttled', Object.assign(new Error('slow down'), { name: 'AuthenticationError', statusCode: 429 })],
    ['unavailable', Object.assign(new Error('down'), { name: 'AuthenticationError', statusCode: 503 })],
    ['unavailable', new Error('ENOTFOUND')],
  ])('is %s, and keeps no failure', async (kind, problem) => {
    let fails = true;
    const credential = {
      getToken: () => (fails ? Promise.reject(problem) : Promise.resolve({ token: 't', expiresOnTimestamp: hour })),
    };
    const tokens = createTokens(credential, clock);
    await expect(tokens.token('a')).rejects.toMatchObject({ kind });
    fails = false;
    await expect(tokens.token('a')).resolves.toBe('t');
  });
});

describe('the endpoint', () => {
  const credential = { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: 3_600_000 }) };
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/a';
  const make = (endpoint: string, send: Send): ReturnType<typeof createAzure> =>
    createAzure({ send, credential, endpoint, clock, wallClock: clock, random: { next: () => 0 } });

  it('may be plain http on loopback, where the SDK alone would refuse to send a token', async () => {
    const { send, requests } = fakeSend(json(200, { id, sku: { capacity: 1 } }));
    await make('http://127.0.0.1:8080', send).readScaleSet(id);
    expect(requests[0]).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8080\//),
      headers: { authorization: 'Bearer t' },
    });
  });

  it('may not be plain http anywhere else', () => {
    expect(() => make('http://management.example', fakeSend().send)).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
  });
});
