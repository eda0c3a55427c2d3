// The files of an agent that was configured before, with its key.
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';

export const clientId = 'c0ffee00-1111-4222-8333-444455556666';

export const organization = 'https://dev.azure.com/fabrikam/';

export const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const jwk = pair.privateKey.export({ format: 'jwk' });

export function keyFile(key: JsonWebKey = jwk): Record<string, string> {
  const wide = (value: string | undefined, length: number) => {
    const bytes = Buffer.from(value ?? '', 'base64url');
    return Buffer.concat([Buffer.alloc(length - bytes.length), bytes]).toString('base64');
  };
  return {
    d: wide(key.d, 256),
    dp: wide(key.dp, 128),
    dq: wide(key.dq, 128),
    exponent: 'AQAB',
    inverseQ: wide(key.qi, 128),
    modulus: wide(key.n, 256),
    p: wide(key.p, 128),
    q: wide(key.q, 128),
  };
}

export function agentFiles(): Record<string, string> {
  return {
    '.agent': JSON.stringify({
      agentId: 7,
      agentName: 'agents-3-000001',
      poolId: 5,
      serverUrl: organization,
      workFolder: '/mnt/_work',
    }),
    '.credentials': JSON.stringify({
      scheme: 'OAuth',
      data: { clientId, authorizationUrl: `${organization}token`, oauthEndpointUrl: `${organization}token` },
    }),
    '.credentials_rsaparams': JSON.stringify(keyFile()),
    '.capabilities': 'ImageOverride=ubuntu-22.04\nWorkFolder=/mnt/_work\n',
    '.setup_info': '[]',
  };
}
