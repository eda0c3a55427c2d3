// Weir's service as a job calls it: the connection's token says what is allowed, and a new OIDC token for each request
// says which job asks.
import { createImageClient, type ImageClient } from '../contract/image-client.ts';
import { jobTokenHeader, runHeader } from '../contract/routes.ts';
import type { Agent, Connection } from './agent.ts';
import { oidcToken } from './oidc.ts';
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
  if (connection.token === null)
    agent.say('The service connection holds no connection token: this job may read, and validate without machines.');
  const run = agent.variable('Build.BuildId');
  const client = createImageClient<AbortSignal>({
    baseUrl: connection.url,
    organization,
    getToken: () => Promise.resolve(connection.token),
    jobHeaders: async () => ({
      [jobTokenHeader]: await oidcToken(agent, null),
      ...(run === null ? {} : { [runHeader]: run }),
    }),
    fetch: (url, init) => fetch(url, { ...init, redirect: 'error' }),
  });
  return { client, connection, organization };
}
