// The files of an agent, byte for byte as the agent reads them.
import { createPrivateKey, sign, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { agentFileNames, agentFiles, type AgentFilesInput } from '../../../service/enrolment/agent-files.ts';
import { agentKeysFromJwk, generateAgentKeys } from '../../../service/enrolment/keys.ts';

/** Two primes whose key has a `dp` that begins with a zero byte: about one key in 256 does. Made for this test only. */
const primes = {
  p: '13jGk6nPwbpOOySkwEWmsWirG5BbhVgVtzYbgi_XOBzjplz02GwYumqEdf9ja2msIgjqMWK5GhF5vLCgpFrqeldZjPk1cYCA8ex0IqyTtJv74Z74WuowX_Yv_pdVH9Z6NcLY-GxtfjFvuHrAdI5ftc9hRXlS7pbspvT5KbNmHmU',
  q: 'y59rDFPLRtrywhYrM6hrwxEqqkDYOuUaATA9jsBMuJqJvXLLVUL6_FtmJOa0jRWMfnsubraR6HkoOf8JbIO3x-kw25KNpCtpzHm_RUakpPJRJAiKqtYFvJGAfSBzibJe3r1d9TpHCwb9JMNWh0tHRk8w5-fty-qvQjE_X11KYmU',
};

const input = (change: Partial<AgentFilesInput> = {}): AgentFilesInput => ({
  agentId: 7,
  agentName: 'agents-3-456789',
  poolId: 5,
  serverUrl: 'https://dev.azure.com/fabrikam',
  workFolder: '/mnt/_work',
  clientId: 'c0ffee00-1111-4222-8333-444455556666',
  authorizationUrl: 'https://dev.azure.com/fabrikam/token',
  keys: agentKeysFromJwk(shortKey()),
  capabilities: { ImageOverride: 'ubuntu=22', WorkFolder: '/mnt/_work', Empty: '' },
  setupInfo: [{ group: 'Weir', detail: 'machine 3' }],
  ...change,
});

describe('the key of an agent', () => {
  it('is padded to full length where a field begins with a zero byte', () => {
    const jwk = shortKey();
    expect(Buffer.from(jwk.dp, 'base64url')).toHaveLength(127);
    const keys = agentKeysFromJwk(jwk);
    const dp = Buffer.from(keys.dp, 'base64');
    expect(dp).toHaveLength(128);
    expect(dp[0]).toBe(0);
    expect(dp.subarray(1)).toEqual(Buffer.from(jwk.dp, 'base64url'));
    const lengths = Object.entries(keys).map(([name, value]: [string, string]) => [
      name,
      Buffer.from(value, 'base64').length,
    ]);
    expect(Object.fromEntries(lengths)).toEqual({
      modulus: 256,
      exponent: 3,
      d: 256,
      p: 128,
      q: 128,
      dp: 128,
      dq: 128,
      inverseQ: 128,
    });
  });

  it('signs after the padding as before', () => {
    const keys = agentKeysFromJwk(shortKey());
    const url = (value: string) => Buffer.from(value, 'base64').toString('base64url');
    const jwk = {
      kty: 'RSA',
      n: url(keys.modulus),
      e: url(keys.exponent),
      d: url(keys.d),
      p: url(keys.p),
      q: url(keys.q),
      dp: url(keys.dp),
      dq: url(keys.dq),
      qi: url(keys.inverseQ),
    };
    const signature = sign('sha256', Buffer.from('text'), createPrivateKey({ key: jwk, format: 'jwk' }));
    const publicKey = createPublicKey({ key: { kty: 'RSA', n: jwk.n, e: jwk.e }, format: 'jwk' });
    expect(verify('sha256', Buffer.from('text'), publicKey, signature)).toBe(true);
  });

  it('is new each time, of 2048 bits, in standard base64', async () => {
    const [one, other] = await Promise.all([generateAgentKeys(), generateAgentKeys()]);
    expect(one.modulus).not.toBe(other.modulus);
    for (const value of Object.values(one)) expect(value).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(Buffer.from(one.modulus, 'base64')[0]).toBeGreaterThanOrEqual(0x80);
    expect(one.exponent).toBe('AQAB');
  });

  it('cannot be made of a public key', () => {
    expect(() => agentKeysFromJwk({ n: 'AQAB', e: 'AQAB' })).toThrow('not a private RSA key');
  });
});

describe('the files of an agent', () => {
  it('are written in the order key, credentials, labels, and .agent last', () => {
    expect(agentFileNames.at(0)).toBe('.credentials_rsaparams');
    expect(agentFileNames.at(-1)).toBe('.agent');
  });

  it('have these members and no others', () => {
    const files = agentFiles(input());
    expect(JSON.parse(files['.agent'])).toEqual({
      agentId: 7,
      agentName: 'agents-3-456789',
      poolId: 5,
      serverUrl: 'https://dev.azure.com/fabrikam/',
      workFolder: '/mnt/_work',
    });
    expect(JSON.parse(files['.credentials'])).toEqual({
      scheme: 'OAuth',
      data: {
        clientId: 'c0ffee00-1111-4222-8333-444455556666',
        authorizationUrl: 'https://dev.azure.com/fabrikam/token',
        oauthEndpointUrl: 'https://dev.azure.com/fabrikam/token',
      },
    });
    expect(Object.keys(JSON.parse(files['.credentials_rsaparams']) as object)).toEqual([
      'd',
      'dp',
      'dq',
      'exponent',
      'inverseQ',
      'modulus',
      'p',
      'q',
    ]);
    expect(files['.capabilities']).toBe('ImageOverride=ubuntu=22\nWorkFolder=/mnt/_work\nEmpty=\n');
    expect(JSON.parse(files['.setup_info'])).toEqual([{ group: 'Weir', detail: 'machine 3' }]);
  });

  it.each<Record<string, string>>([{ 'a=b': 'x' }, { '': 'x' }, { a: 'x\ny' }, { 'a\r': 'x' }])(
    'cannot carry the capability %j',
    (capabilities) => {
      const bad = input({ capabilities });
      expect(() => agentFiles(bad)).toThrow('cannot be written');
    },
  );
});

/** The whole key from its primes, by arithmetic of our own. */
function shortKey() {
  const [p, q] = [number(primes.p), number(primes.q)];
  const e = 65537n;
  const d = inverse(e, (p - 1n) * (q - 1n));
  return {
    n: text(p * q),
    e: text(e),
    d: text(d),
    p: text(p),
    q: text(q),
    dp: text(d % (p - 1n)),
    dq: text(d % (q - 1n)),
    qi: text(inverse(q, p)),
  };
}

function number(base64url: string): bigint {
  return BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex')}`);
}

function text(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, x, nextX] = [modulus, value % modulus, 0n, 1n];
  while (next !== 0n) {
    const times = r / next;
    [r, next] = [next, r - times * next];
    [x, nextX] = [nextX, x - times * nextX];
  }
  return ((x % modulus) + modulus) % modulus;
}
