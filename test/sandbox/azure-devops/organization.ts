// One organisation in memory, and the people who talk to it: an administrator, and agents with keys of their own. All
// of them speak plain requests, as anything outside the emulator does.
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  createAzureDevOpsEmulator,
  type AzureDevOpsEmulator,
  type AzureDevOpsOptions,
} from '../../../sandbox/azure-devops/emulator.ts';
import type { AzureDevOpsEvent } from '../../../sandbox/azure-devops/events.ts';
import { verifySignature } from '../../../sandbox/azure-devops/serve.ts';
import type { HttpResponse } from '../../../sandbox/http-message.ts';

export const second = 1000;
export const minute = 60 * second;
export const start = Date.UTC(2026, 0, 5, 8);
const base = 'https://dev.azure.com/fabrikam';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Parsed; null for an empty body or HTML. */
  readonly json: Row;
}

export type Row = Readonly<Record<string, unknown>>;

export interface Scene {
  readonly emulator: AzureDevOpsEmulator;
  readonly events: readonly AzureDevOpsEvent[];
  readonly poolId: number;
  now(): number;
  /** Lets time pass; what is due happens in order. */
  pass(ms: number): void;
  ask(method: string, path: string, body?: unknown, more?: AskOptions): Promise<Answer>;
  /** Rows of a list answer. */
  rows(path: string, more?: AskOptions): Promise<readonly Row[]>;
  /** Registers with a key pair of its own, or without any key: a placeholder. */
  register(name: string, registration?: Row): Promise<number>;
  /** Registers, logs in with the key and opens a session: an agent that is online. */
  goOnline(name: string, registration?: Row): Promise<OnlineAgent>;
  queue(demands: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Row>;
}

export interface AskOptions {
  readonly token?: string | null;
  readonly scheme?: 'basic' | 'bearer';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OnlineAgent {
  readonly id: number;
  readonly name: string;
  readonly token: string;
  readonly sessionId: string;
  poll(lastMessageId?: number): Promise<Answer>;
  renew(requestId: number): Promise<Answer>;
}

export function scene(options: Partial<AzureDevOpsOptions> = {}): Scene {
  const events: AzureDevOpsEvent[] = [];
  const random = drawn(7);
  const emulator = createAzureDevOpsEmulator({
    now: start,
    random,
    verifySignature,
    assignDelayMs: [1_000, 1_000],
    onEvent: (event) => events.push(event),
    ...options,
  });
  const { id: poolId } = emulator.addPool({ name: 'linux' });
  let now = start;
  const ask: Scene['ask'] = async (method, path, body, more = {}) => {
    const { token = 'administrator', scheme = 'bearer', headers = {} } = more;
    const credentials =
      scheme === 'bearer' ? `Bearer ${token ?? ''}` : `Basic ${Buffer.from(`:${token ?? ''}`).toString('base64')}`;
    const authorization: Readonly<Record<string, string>> = token === null ? {} : { authorization: credentials };
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const url = path.startsWith('http') ? path : `${base}/${path}`;
    return read(
      await emulator.handle({
        method,
        url,
        headers: { 'content-type': 'application/json', ...authorization, ...headers },
        ...(body === undefined ? {} : { body: sent }),
      }),
    );
  };
  const self: Scene = {
    emulator,
    events,
    poolId,
    now: () => now,
    pass: (ms) => {
      now += ms;
      emulator.advance(now);
    },
    ask,
    rows: async (path, more) => (await ask('GET', path, undefined, more)).json.value as readonly Row[],
    register: async (name, registration = {}) => {
      const answer = await ask('POST', `_apis/distributedtask/pools/${poolId}/agents?api-version=7.1`, {
        ...registrationBody(name),
        ...registration,
      });
      if (answer.status !== 200) throw new Error(answer.text);
      return Number(answer.json.id);
    },
    goOnline: (name, registration) => goOnline(self, name, registration),
    queue: async (demands, variables = {}) =>
      (
        await ask('POST', `_apis/distributedtask/pools/${poolId}/jobrequests?api-version=7.2-preview.1`, {
          demands,
          variables,
          jobName: 'build',
        })
      ).json,
  };
  return self;
}

export const capabilities = (
  name: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => ({
  'Agent.Name': name,
  'Agent.Version': '5.278.0',
  'Agent.OS': 'Linux',
  ...more,
});

export const registrationBody = (name: string): Row => ({
  name,
  version: '5.278.0',
  osDescription: 'Linux 6.8.0',
  maxParallelism: 1,
  provisioningState: 'Provisioned',
  systemCapabilities: capabilities(name),
});

export interface KeyPair {
  readonly publicKey: { readonly exponent: string; readonly modulus: string };
  readonly privateKey: KeyObject;
}

export function keyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const base64 = (text: string): string => Buffer.from(text, 'base64url').toString('base64');
  return { publicKey: { exponent: base64(e), modulus: base64(n) }, privateKey };
}

export function assertion(privateKey: KeyObject, claims: Row, header: Row = { alg: 'RS256', typ: 'JWT' }): string {
  const part = (value: Row): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`;
}

export function tokenForm(clientAssertion: string): string {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: clientAssertion,
  }).toString();
}

/** What the real listener claims: five minutes, issuer and subject its client id. */
export function listenerClaims(authorization: Row, now: number): Row {
  const { clientId, authorizationUrl } = authorization;
  return { iss: clientId, sub: clientId, aud: authorizationUrl, jti: 'one', nbf: now / 1000, exp: now / 1000 + 300 };
}

/** Reproducible chance (mulberry32). */
export function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const keys = new Map<string, KeyPair>();

async function goOnline(on: Scene, name: string, registration: Row = {}): Promise<OnlineAgent> {
  // Making a key is the slow part of a test; the same name may have the same key in every test.
  const pair = keys.get(name) ?? keyPair();
  keys.set(name, pair);
  const pool = `_apis/distributedtask/pools/${on.poolId}`;
  const registered = await on.ask('POST', `${pool}/agents?api-version=7.1`, {
    ...registrationBody(name),
    authorization: { publicKey: pair.publicKey },
    ...registration,
  });
  const authorization = registered.json.authorization as Row;
  const form = tokenForm(assertion(pair.privateKey, listenerClaims(authorization, on.now())));
  const granted = await on.ask('POST', String(authorization.authorizationUrl), form, { token: null });
  const token = String(granted.json.access_token);
  const id = Number(registered.json.id);
  const opened = await on.ask(
    'POST',
    `${pool}/sessions?api-version=7.2-preview.1`,
    { ownerName: name, agent: { id, name, version: '5.278.0' } },
    { token },
  );
  if (opened.status !== 200) throw new Error(opened.text);
  const sessionId = String(opened.json.sessionId);
  return {
    id,
    name,
    token,
    sessionId,
    poll: (last) =>
      on.ask(
        'GET',
        `${pool}/messages?sessionId=${sessionId}${last === undefined ? '' : `&lastMessageId=${last}`}`,
        undefined,
        { token },
      ),
    renew: (requestId) =>
      on.ask(
        'PATCH',
        `${pool}/jobrequests/${requestId}?lockToken=00000000-0000-0000-0000-000000000000&api-version=7.2-preview.1`,
        { requestId },
        { token },
      ),
  };
}

function read(response: HttpResponse): Answer {
  const isJson = response.headers['content-type']?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text: response.body,
    json: (isJson ? JSON.parse(response.body) : {}) as Row,
  };
}
