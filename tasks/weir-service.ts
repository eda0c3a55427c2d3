// Weir's service as a job calls it: the connection's token says what is allowed, and a new OIDC token for each request
// says which job asks.
import { createImageClient, type ImageClient } from '../contract/image-client.ts';
import { jobTokenHeader, runHeader } from '../contract/routes.ts';
import type { Agent, Connection } from './agent.ts';
import { TaskProblem } from './task-problem.ts';

export interface WeirService {
  readonly client: ImageClient<AbortSignal>;
  readonly connection: Connection;
  readonly organization: string;
}

export function weirService(agent: Agent): WeirService {
  const connection = agent.connection('weirConnection');
  const organization = (agent.variable('System.CollectionUri') ?? '').replace(/\/+$/, '');
  if (organization === '')
    throw new TaskProblem('The agent does not say which organisation this is.', 'Run the task in a job of a pipeline.');
  const run = agent.variable('Build.BuildId');
  const client = createImageClient<AbortSignal>({
    baseUrl: connection.url,
    organization,
    getToken: () => Promise.resolve(connection.token),
    jobHeaders: async () => ({
      [jobTokenHeader]: await oidcToken(agent),
      ...(run === null ? {} : { [runHeader]: run }),
    }),
    fetch: (url, init) => fetch(url, { ...init, redirect: 'error' }),
  });
  return { client, connection, organization };
}

/** Without a service connection: the token is the job's own, good for ten minutes, and counts once. */
async function oidcToken(agent: Agent): Promise<string> {
  const { url, token } = agent.jobAccess();
  const answer = await fetch(`${url}${url.includes('?') ? '&' : '?'}api-version=7.1`, {
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
