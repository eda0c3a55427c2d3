// What the emulator takes by argument when it runs on Node: the check of an agent's signature, and the key of job tokens. The port itself is
// opened by sandbox/serve.ts, which both clouds share.

import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { JobTokenSigner } from './organization.ts';
import type { PublicKey } from './state.ts';

/** RS256 (SHA-256, PKCS#1 v1.5). */
export function verifySignature(publicKey: PublicKey, data: string, signature: string): boolean {
  return verify(
    'sha256',
    Buffer.from(data),
    createPublicKey({ key: asJwk(publicKey), format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
}

/** A key of its own, which takes a moment to make. `now` is the wall's clock, in milliseconds since the epoch. */
export function createJobTokenSigner(now?: () => number): JobTokenSigner {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return {
    sign: (data) => sign('sha256', Buffer.from(data), privateKey).toString('base64url'),
    key: { kid: n.slice(0, 27), n, e },
    ...(now === undefined ? {} : { now }),
  };
}

const asJwk = ({ modulus, exponent }: PublicKey): { kty: 'RSA'; n: string; e: string } => ({
  kty: 'RSA',
  n: base64url(modulus),
  e: base64url(exponent),
});

const base64url = (base64: string): string => Buffer.from(base64, 'base64').toString('base64url');
