// The token endpoint of registered agents: a client assertion signed with the registered key buys an access token
// (azure-devops-wire.md 2 "Listener token"). RS256 only; the assertion lives for five minutes.

import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { parseQuery } from './address.ts';
import { textFromBase64 } from './encoding.ts';
import { issueToken } from './issued-token.ts';
import { isoTime, type Organization } from './organization.ts';
import type { AgentRecord } from './state.ts';

const TOKEN_SECONDS = 3_000;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** How far the clocks may differ; the service's own figure is not public. */
const SKEW_MS = 5 * 60_000;

export function issueAgentToken(organization: Organization, request: HttpRequest): HttpResponse {
  if (request.method !== 'POST') return refusal(405, 'invalid_request', 'The token endpoint takes POST.');
  const form = parseQuery(request.body ?? '');
  if (form.get('grant_type') !== 'client_credentials')
    return refusal(400, 'unsupported_grant_type', 'grant_type must be client_credentials.');
  if (form.get('client_assertion_type') !== ASSERTION_TYPE)
    return refusal(400, 'invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}.`);
  const assertion = parseAssertion(form.get('client_assertion') ?? '');
  if (assertion === null)
    return refusal(400, 'invalid_request', 'client_assertion must be a JSON web token signed with RS256.');
  const agent = [...organization.state.agents.values()].find(
    (candidate) => candidate.clientId === assertion.claims.iss,
  );
  if (agent === undefined) return refusal(400, 'invalid_client', 'The client is not registered.');
  const objection = objectionTo(organization, agent, assertion);
  if (objection !== null) return refusal(400, 'invalid_client', objection);
  return grant(organization, agent);
}

interface Assertion {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: string;
}

function parseAssertion(token: string): Assertion | null {
  const [header = '', claims = '', signature = '', ...rest] = token.split('.');
  const parsedHeader = jsonObject(header);
  const parsedClaims = jsonObject(claims);
  if (rest.length > 0 || signature === '' || parsedClaims === null || parsedHeader?.alg !== 'RS256') return null;
  return { claims: parsedClaims, signed: `${header}.${claims}`, signature };
}

/** Null when the assertion stands. A clock that is off is told the time, which the agent looks for in the text. */
function objectionTo(
  organization: Organization,
  agent: AgentRecord,
  { claims, signed, signature }: Assertion,
): string | null {
  if (agent.publicKey === null || !organization.verifySignature(agent.publicKey, signed, signature))
    return 'The signature of the client assertion is not by the registered key.';
  if (claims.sub !== claims.iss) return 'The subject of the client assertion must be its issuer.';
  if (claims.aud !== agent.authorizationUrl)
    return `The audience of the client assertion must be ${agent.authorizationUrl ?? ''}.`;
  const { exp, nbf } = claims;
  if (typeof exp !== 'number') return 'The client assertion has no expiry.';
  const serverTime = `Current server time is ${isoTime(organization.now)}.`;
  if (exp * 1000 <= organization.now) return `The client assertion expired at ${isoTime(exp * 1000)}. ${serverTime}`;
  if (exp * 1000 > organization.now + 2 * SKEW_MS)
    return `The client assertion lives longer than it may. ${serverTime}`;
  if (typeof nbf === 'number' && nbf * 1000 > organization.now + SKEW_MS)
    return `The client assertion is not yet valid. ${serverTime}`;
  return null;
}

function grant(organization: Organization, agent: AgentRecord): HttpResponse {
  const token = issueToken(organization, 'agent', agent.id, null, TOKEN_SECONDS * 1000);
  return json(200, { access_token: token, token_type: 'bearer', expires_in: TOKEN_SECONDS, scope: 'app_token' });
}

const refusal = (status: number, error: string, description: string): HttpResponse =>
  json(status, { error, error_description: description });

const json = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

function jsonObject(part: string): Readonly<Record<string, unknown>> | null {
  const decoded = textFromBase64(part);
  if (decoded === null) return null;
  try {
    const value: unknown = JSON.parse(decoded);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    // JSON.parse throws for exactly one reason: the part is not JSON, so this is no token.
    return null;
  }
}
