// The key pair of one agent, in the lengths that .NET wants: an agent proves who it is with it, a job at a time.
import { generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';

/** Base64 of big-endian bytes, left-padded to the length that the modulus fixes (agent-enrolment.md 3). */
export interface AgentKeys {
  readonly modulus: string;
  readonly exponent: string;
  readonly d: string;
  readonly p: string;
  readonly q: string;
  readonly dp: string;
  readonly dq: string;
  readonly inverseQ: string;
}

/** RSA 2048, as the agent itself makes; other sizes and kinds are not known to be taken. */
export async function generateAgentKeys(): Promise<AgentKeys> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048, publicExponent: 0x10001 });
  return agentKeysFromJwk(pair.privateKey.export({ format: 'jwk' }));
}

/**
 * A JWK drops leading zeros, about once in sixty keys. Windows refuses such a short field and Linux does not, so the
 * fault would show on Windows only, and rarely.
 */
export function agentKeysFromJwk(jwk: JsonWebKey): AgentKeys {
  const modulus = bytesOf(jwk.n, 'n');
  const half = modulus.length / 2;
  return {
    modulus: modulus.toString('base64'),
    exponent: bytesOf(jwk.e, 'e').toString('base64'),
    d: padded(jwk.d, 'd', modulus.length),
    p: padded(jwk.p, 'p', half),
    q: padded(jwk.q, 'q', half),
    dp: padded(jwk.dp, 'dp', half),
    dq: padded(jwk.dq, 'dq', half),
    inverseQ: padded(jwk.qi, 'qi', half),
  };
}

function padded(value: string | undefined, name: string, length: number): string {
  const bytes = bytesOf(value, name);
  if (bytes.length > length) throw new Error(`The key's "${name}" has ${bytes.length} bytes, at most ${length} fit.`);
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes]).toString('base64');
}

function bytesOf(value: string | undefined, name: string): Buffer {
  if (value === undefined || value === '') throw new Error(`The key has no "${name}": it is not a private RSA key.`);
  return Buffer.from(value, 'base64url');
}
