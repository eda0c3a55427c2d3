// Looks at an address step by step and says of each step how it went and what to do. A page may not ask why a request failed:
// a name that is unknown, a refused connection and a certificate that nobody trusts look alike to it. What it can do is ask
// once more without wanting to read the answer: if that works, only the permission for this page is missing.
import { ServiceProblem } from '../../contract/client.ts';
import { routes } from '../../contract/routes.ts';
import type { About } from '../../contract/service.ts';
import { toProblem } from '../problem.ts';
import { checkAddress } from '../service-address.ts';
import { fitOf } from './versions.ts';

export const checkNames = {
  address: 'The address may be used',
  reach: 'Something answers there',
  page: 'It lets this page in',
  weir: 'It is Weir',
  organization: 'It serves this organization',
  version: 'Its version fits this page',
} as const;
export type CheckId = keyof typeof checkNames;

export interface Check {
  readonly id: CheckId;
  readonly state: 'passed' | 'notice' | 'failed';
  readonly words: string;
  /** What to do, one after the other; empty where nothing is to be done. */
  readonly nextSteps: readonly string[];
}

export interface Surroundings {
  /** As the browser's own, without cookies; its time-out is the caller's. */
  readonly fetch: (
    url: string,
    init: { readonly mode: 'cors' | 'no-cors' },
  ) => Promise<Pick<Response, 'status' | 'text'>>;
  /** Asks the address with the person's own token. */
  readonly about: (url: string) => Promise<About>;
  readonly organizationUrl: string;
  readonly pageVersion: string | null;
  /** Of this page: what the service must let in. */
  readonly origin: string;
}

/** Ends after the first that failed. */
export async function* checksOf(typed: string, around: Surroundings): AsyncGenerator<Check, void> {
  const address = checkAddress(typed);
  if ('fault' in address) {
    yield failed('address', address.fault, []);
    return;
  }
  yield passed('address', `Requests go to ${address.url}.`);
  const health = await reach(address.url, around);
  if (!(health instanceof Object)) {
    if (health === 'refusesPage') yield passed('reach', 'A server answers.');
    yield health === 'refusesPage' ? refusesPage(around.origin) : unreachable(address.url);
    return;
  }
  yield passed('reach', 'A server answers.');
  yield passed('page', `Pages of ${around.origin} may read its answers.`);
  if (!health.isAlive) {
    yield notWeir(address.url, health.status);
    return;
  }
  yield* identify(address.url, around);
}

type Health = { readonly isAlive: boolean; readonly status: number } | 'refusesPage' | 'silent';

async function reach(url: string, { fetch }: Surroundings): Promise<Health> {
  try {
    const answer = await fetch(url + routes.health, { mode: 'cors' });
    return { isAlive: answer.status === 200 && isAlive(await answer.text()), status: answer.status };
  } catch {
    // Why it failed is hidden from pages: only the second question tells a refusal from a silence.
    const isThere = await fetch(url + routes.health, { mode: 'no-cors' }).then(
      () => true,
      () => false,
    );
    return isThere ? 'refusesPage' : 'silent';
  }
}

function isAlive(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'status' in body && body.status === 'ok';
  } catch {
    // HTML, or whatever a server of somebody else says.
    return false;
  }
}

async function* identify(url: string, around: Surroundings): AsyncGenerator<Check, void> {
  try {
    const about = await around.about(url);
    yield passed('weir', `Weir ${about.version}${about.isSandbox ? ', on the sandbox' : ''}.`);
    yield passed('organization', `It serves ${around.organizationUrl}.`);
    yield versionCheck(around.pageVersion, about.version);
  } catch (cause) {
    yield* refusal(cause, url, around);
  }
}

function* refusal(cause: unknown, url: string, around: Surroundings): Generator<Check, void> {
  const code = cause instanceof ServiceProblem ? cause.code : '';
  if (code === 'ANSWER_UNREADABLE') yield notWeir(url, cause instanceof ServiceProblem ? cause.status : 0);
  else if (code === 'SERVICE_UNREACHABLE') {
    yield failed('weir', 'It answers plain requests, and none that carries a sign-in.', [
      'Something between this browser and the service drops them, often a proxy that refuses the method OPTIONS or the header Authorization. Let both pass.',
    ]);
  } else if (code === 'HOST_UNKNOWN') {
    yield failed('weir', 'It is Weir, and it does not answer under this name.', [
      `Write publicUrl: ${url} into weir.yaml and start the service again, or type the address that stands there.`,
    ]);
  } else {
    const { message, nextStep } = toProblem(cause);
    if (cause instanceof ServiceProblem) yield passed('weir', 'It answers as Weir does.');
    const step =
      code === 'AUTH_ORG'
        ? `Add "- url: ${around.organizationUrl}" with an identity under organizations in weir.yaml and start the service again.`
        : nextStep;
    yield failed('organization', message, [step]);
  }
}

function versionCheck(page: string | null, service: string): Check {
  switch (fitOf(page, service)) {
    case 'same':
      return passed('version', `Both are of version ${service.split('.').slice(0, 2).join('.')}.`);
    case 'near':
      return notice(
        'version',
        `This page is ${page ?? ''} and the service ${service}: one release apart, which works.`,
        ['Update the older of the two when it suits you.'],
      );
    case 'serviceOlder':
      return failed('version', `The service is ${service} and this page ${page ?? ''}: more than one release apart.`, [
        `Update the service to ${page ?? ''}.`,
      ]);
    case 'pageOlder':
      return failed('version', `The service is ${service} and this page ${page ?? ''}: more than one release apart.`, [
        'Update the extension in Organization settings, Extensions, then reload this page.',
      ]);
    case 'unknown':
      return notice('version', `The service is ${service}; this page does not know its own version.`, []);
  }
}

function unreachable(url: string): Check {
  return failed('reach', 'This browser gets no answer, and a page is not told why.', [
    `Open ${url}${routes.health} in a new tab; what you see there says which it is:`,
    'A warning about the certificate: the browser does not trust it. Give the service one of an authority that this browser knows.',
    'The name is not found: check the spelling, and that it stands in the DNS that this computer uses.',
    'The connection is refused or takes for ever: check that the service runs, its port, and the firewall between.',
    'If the page shows {"status":"ok"}, the service is well and this browser keeps pages from it. If the address is of your own network, allow this site to reach the local network.',
  ]);
}

function refusesPage(origin: string): Check {
  return failed('page', `A server answers, and does not let pages of ${origin} read it (CORS).`, [
    `If it is Weir: add ${origin} to hubOrigins in weir.yaml and start the service again.`,
    'If the address leads on to another one, type that one.',
    'If something else listens there, check the name and the port.',
  ]);
}

function notWeir(url: string, status: number): Check {
  return failed('weir', `What answers at ${url} is not Weir, or is not up yet (status ${status}).`, [
    'Check the address, the port and the path. If a proxy stands in front, look whether it reaches the service.',
  ]);
}

function passed(id: CheckId, words: string): Check {
  return { id, state: 'passed', words, nextSteps: [] };
}

function notice(id: CheckId, words: string, nextSteps: readonly string[]): Check {
  return { id, state: 'notice', words, nextSteps };
}

function failed(id: CheckId, words: string, nextSteps: readonly string[]): Check {
  return { id, state: 'failed', words, nextSteps };
}
