// The access token of a listener: it shows an assertion signed with its own key, and is refused for ever where the
// registration is gone (azure-devops-wire.md 2, agent-enrolment.md 5).
import { sign } from 'node:crypto';
import type { HttpResponse } from '../http-message.ts';
import type { AgentConfiguration } from './agent-configuration.ts';
import { readJson, textAt } from './json.ts';
import type { Machine } from './machine.ts';
import { drawGuid } from './random.ts';

const retryMilliseconds = 30_000;
/** Renewed a little before its end. */
const marginMilliseconds = 300_000;

export class AgentToken {
  #value: string | null = null;
  #goodUntil = 0;
  readonly #machine: Machine;
  readonly #configuration: AgentConfiguration;

  constructor(machine: Machine, configuration: AgentConfiguration) {
    this.#machine = machine;
    this.#configuration = configuration;
  }

  forget(): void {
    this.#value = null;
  }

  /** Asks every 30 seconds for as long as it takes: the agent knows no refusal that is final. */
  async get(): Promise<string> {
    const { life } = this.#machine;
    while (this.#value === null || life.now >= this.#goodUntil) {
      const answer = readAnswer(await this.#ask());
      if (answer === null) {
        await life.sleep(retryMilliseconds);
        continue;
      }
      this.#value = answer.token;
      this.#goodUntil = life.now + Math.max(60_000, answer.seconds * 1000 - marginMilliseconds);
    }
    return this.#value;
  }

  async #ask(): Promise<HttpResponse | null> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: this.#assertion(),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return await this.#machine.life.ask({
      method: 'POST',
      url: this.#configuration.tokenUrl,
      headers,
      body: form.toString(),
    });
  }

  #assertion(): string {
    const { clientId, authorizationUrl, key } = this.#configuration;
    const seconds = Math.floor(this.#machine.life.now / 1000);
    const claims = {
      sub: clientId,
      jti: drawGuid(this.#machine.surroundings.random),
      iss: clientId,
      aud: authorizationUrl,
      nbf: seconds,
      exp: seconds + 300,
    };
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ typ: 'JWT', alg: 'RS256' })}.${encode(claims)}`;
    return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
  }
}

function readAnswer(response: HttpResponse | null): { readonly token: string; readonly seconds: number } | null {
  const body = response?.status === 200 ? readJson(response.body) : null;
  const token = textAt(body, 'access_token');
  if (token === null || token === '') return null;
  const seconds = Number(body?.expires_in);
  return { token, seconds: Number.isFinite(seconds) && seconds > 0 ? seconds : 3600 };
}
