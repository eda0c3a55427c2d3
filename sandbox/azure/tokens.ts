// Access tokens of the emulated Entra: shaped like the real ones, so that clients can read tenant and client id from them, and marked with
// a key of this emulator, so that a strict one can tell its own. The mark is no cryptography: nothing here guards anything real.
// Expiry is not judged, because the clock of the sandbox may run faster than the one its clients live on.
import { ArmError } from './arm-error.ts';
import { base64Url, textOfBase64Url, utf8 } from './base64.ts';
import type { Cloud } from './cloud.ts';
import { isObject, stringAt } from './json.ts';
import type { Json } from './json.ts';

export const tokenLifetimeSeconds = 3600;

export function issueToken(
  cloud: Pick<Cloud, 'state'>,
  origin: string,
  tenantId: string,
  clientId: string,
  audience: string,
): string {
  const now = Math.floor(cloud.state.now / 1000);
  const header = part({ typ: 'JWT', alg: 'RS256', kid: 'sandbox' });
  const claims = {
    aud: audience,
    iss: `${origin}/${tenantId}/`,
    iat: now,
    nbf: now,
    exp: now + tokenLifetimeSeconds,
    appid: clientId,
    oid: clientId,
    sub: clientId,
    tid: tenantId,
    idtyp: 'app',
    ver: '1.0',
  };
  const body = `${header}.${part(claims)}`;
  return `${body}.${base64Url(utf8(mark(body, cloud.state.tokenKey)))}`;
}

/** Who asks, by the token: a client id, or `unknown` where any bearer is accepted. Refuses a request without one. */
export function callerOf(
  cloud: Pick<Cloud, 'state' | 'strictTokens'>,
  origin: string,
  authorization: string | undefined,
): string {
  const challenge = {
    'www-authenticate': `Bearer authorization_uri="${origin}/common", error="invalid_token", error_description="The access token is missing or invalid."`,
  };
  if (authorization === undefined || authorization.trim() === '') {
    throw new ArmError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      undefined,
      challenge,
    );
  }
  const token = /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new ArmError(
      401,
      'AuthenticationFailedInvalidHeader',
      "Authentication failed. The 'Authorization' header is provided in an invalid format.",
      undefined,
      challenge,
    );
  }
  const { isOurs, appId } = readToken(token, cloud.state.tokenKey);
  if (cloud.strictTokens && !isOurs)
    throw new ArmError(401, 'InvalidAuthenticationToken', 'The access token is invalid.', undefined, challenge);
  return appId ?? 'unknown';
}

interface TokenReading {
  readonly isOurs: boolean;
  readonly appId: string | null;
}

/** A token comes with every request of an hour, and what it says depends on nothing but it and the key. */
const readings = new Map<string, TokenReading>();
const mostReadings = 64;

function readToken(token: string, key: string): TokenReading {
  const name = `${key} ${token}`;
  const known = readings.get(name);
  if (known !== undefined) return known;
  const [header = '', claims = '', signature = ''] = token.split('.');
  const isOurs = signature !== '' && textOfBase64Url(signature) === mark(`${header}.${claims}`, key);
  const reading = { isOurs, appId: appIdOf(claims) };
  if (readings.size >= mostReadings) readings.clear();
  readings.set(name, reading);
  return reading;
}

function appIdOf(claims: string): string | null {
  const text = textOfBase64Url(claims);
  if (!text?.startsWith('{')) return null;
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? (stringAt(value, 'appid') ?? stringAt(value, 'azp') ?? null) : null;
  } catch {
    // Any bearer is accepted unless tokens are strict: one that cannot be read simply names nobody.
    return null;
  }
}

function part(value: Json): string {
  return base64Url(utf8(JSON.stringify(value)));
}

// FNV-1a over the key and the text, twice with different starts.
function mark(text: string, key: string): string {
  return [0x811c9dc5, 0x01000193]
    .map((start) => {
      let hash = start;
      for (const byte of utf8(key + text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      return hash.toString(16).padStart(8, '0');
    })
    .join('');
}
