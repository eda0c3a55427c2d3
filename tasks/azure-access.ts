// Access to Azure with a connection of the type Azure Resource Manager, without any library: a token for each run of the task, by the
// secret of a service principal or by workload identity federation (hub-and-tasks.md 5.4).
import type { CallContext } from '../service/azure/plain-call.ts';
import type { Agent, AzureConnection } from './agent.ts';
import { oidcToken } from './oidc.ts';
import { TaskProblem } from './task-problem.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const callTimeoutMs = 60_000;

export function azureAccess(agent: Agent, connection: AzureConnection, stop: AbortSignal): CallContext {
  const endpoint = secureUrl(connection.url, 'the address of Azure');
  const scope = `${connection.url.replace(/\/+$/, '')}/.default`;
  let token: Promise<string> | null = null;
  return {
    send: async ({ method, url, headers, body }, signal) => {
      const init = { method, headers, redirect: 'error' as const, signal: signal ?? null };
      const answer = await fetch(url, { ...init, ...(body === undefined ? {} : { body }) });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    },
    tokens: {
      token: () => (token ??= askForToken(agent, connection, scope, stop)),
      forget: () => {
        token = null;
      },
    },
    ...{ endpoint, scope },
    clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    random: { next: () => Math.random() },
    deadline: (ms) => AbortSignal.any([stop, AbortSignal.timeout(ms)]),
  };
}

async function askForToken(agent: Agent, connection: AzureConnection, scope: string, stop: AbortSignal) {
  const { tenantId, clientId, authority } = connection;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    scope,
    ...(await proofOf(agent, connection)),
  });
  const path = `${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const url = new URL(path, `${secureUrl(authority, 'the address of the sign-in').href.replace(/\/+$/, '')}/`);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(callTimeoutMs)]);
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'error', signal }).catch((cause: unknown) => {
    if (stop.aborted) throw cause;
    throw refused(`the sign-in did not answer (${cause instanceof Error ? cause.message : String(cause)})`);
  });
  const body: unknown = await answer.json().catch(() => null);
  const text = (name: string): string => {
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : null;
    return typeof value === 'string' ? value : '';
  };
  const given = text('access_token');
  // The first line says what is wrong; the others are numbers for the support of Entra.
  const [why = ''] = text('error_description').split(/\r?\n/);
  if (given === '') throw refused(why === '' ? `it answered with status ${answer.status}` : why.replace(/\.$/, ''));
  agent.secret(given);
  return given;
}

/** A new OIDC token for each: they live for minutes. */
async function proofOf(
  agent: Agent,
  { id, scheme, secret }: AzureConnection,
): Promise<Readonly<Record<string, string>>> {
  switch (scheme.toLowerCase()) {
    case 'workloadidentityfederation':
      return { client_assertion_type: assertionType, client_assertion: await oidcToken(agent, id) };
    case 'serviceprincipal':
      if (secret !== null) return { client_secret: secret };
      throw new TaskProblem(
        'The service connection signs in with a certificate, which this task does not do.',
        'Convert it to workload identity federation in the project settings.',
      );
    default:
      throw new TaskProblem(
        `The service connection signs in by ${scheme}, which this task does not do.`,
        'Use one with workload identity federation, or with a secret.',
      );
  }
}

/** Plain http is for a sandbox on this machine: a token must never cross a network in the open. */
function secureUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url;
  throw new TaskProblem(
    `In the service connection ${what} is "${text}", which is no https address.`,
    'Correct the service connection in the project settings.',
  );
}

function refused(why: string): TaskProblem {
  return new TaskProblem(
    `Azure gave this job no token: ${why}.`,
    'Verify the service connection in the project settings, then run the job again.',
  );
}
