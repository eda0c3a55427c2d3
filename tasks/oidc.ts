// OIDC tokens of the job: its own, or one that speaks for a service connection.
import type { Agent } from './agent.ts';
import { TaskProblem } from './task-problem.ts';

/** Null for the job's own, which is good for ten minutes and counts once at Weir; else the id of a service connection. */
export async function oidcToken(agent: Agent, serviceConnectionId: string | null): Promise<string> {
  const { url, token } = agent.jobAccess();
  const query = new URLSearchParams({
    'api-version': '7.1',
    ...(serviceConnectionId === null ? {} : { serviceConnectionId }),
  });
  const answer = await fetch(`${url}${url.includes('?') ? '&' : '?'}${query.toString()}`, {
    method: 'POST',
    redirect: 'error',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-tfs-fedauthredirect': 'Suppress',
    },
  }).catch((cause: unknown) => {
    throw refused(`it did not answer (${cause instanceof Error ? cause.message : String(cause)})`);
  });
  const body: unknown = answer.ok ? await answer.json().catch(() => null) : null;
  const given = typeof body === 'object' && body !== null && 'oidcToken' in body ? body.oidcToken : null;
  if (typeof given !== 'string' || given === '') throw refused(`it answered with status ${answer.status}`);
  agent.secret(given);
  return given;
}

function refused(why: string): TaskProblem {
  return new TaskProblem(
    `Azure DevOps gave this job no OIDC token: ${why}.`,
    'Look whether the project forbids job tokens, then run the job again.',
  );
}
