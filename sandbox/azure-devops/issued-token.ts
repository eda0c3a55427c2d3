// Tokens that the organisation gives out itself: to listeners for an hour, to jobs until they end. Their form tells them
// from everything a person may send.

import { drawGuid } from './guid.ts';
import type { Organization } from './organization.ts';
import type { IssuedToken } from './state.ts';

/** Kept for a while after their end; after that their form alone says that they are over. */
const MEMORY_MS = 3_600_000;

const FORM = /^weir-sandbox-(agent|job)-[0-9a-f-]{36}$/;

export function isIssued(token: string): boolean {
  return FORM.test(token);
}

export function issueToken(
  organization: Organization,
  kind: IssuedToken['kind'],
  agentId: number,
  requestId: number | null,
  lifeMs: number,
): string {
  const { tokens } = organization.state;
  for (const old of tokens.values()) if (old.expiresAt <= organization.now - MEMORY_MS) tokens.delete(old.token);
  const token = `weir-sandbox-${kind}-${drawGuid(organization.random)}`;
  tokens.set(token, { token, kind, agentId, requestId, expiresAt: organization.now + lifeMs });
  return token;
}
