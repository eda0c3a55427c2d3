// The calls of a listener to Azure DevOps, with its token and the version it asks for (azure-devops-wire.md 2).
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import type { AgentConfiguration } from './agent-configuration.ts';
import type { AgentToken } from './agent-token.ts';
import { readJson, textAt } from './json.ts';
import type { Machine } from './machine.ts';

/** What the server answered, or that it did not. `problem` is the `typeKey` of its exception. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly problem: string | null;
}

export class AgentClient {
  readonly #machine: Machine;
  readonly #token: AgentToken;
  readonly #configuration: AgentConfiguration;

  constructor(machine: Machine, configuration: AgentConfiguration, token: AgentToken) {
    this.#machine = machine;
    this.#configuration = configuration;
    this.#token = token;
  }

  /** `path` stands below the pool. Null where no answer came. */
  async call(method: string, path: string, body?: unknown): Promise<Answer | null> {
    const url = `${this.#configuration.serverUrl}_apis/distributedtask/pools/${this.#configuration.poolId}/${path}`;
    return answerOf(await this.#machine.life.ask(request(method, url, await this.#token.get(), body)));
  }

  /** The server keeps it open until there is a message, about 50 seconds. */
  async poll(path: string): Promise<Answer | null> {
    const url = `${this.#configuration.serverUrl}_apis/distributedtask/pools/${this.#configuration.poolId}/${path}`;
    return answerOf(await this.#machine.life.poll(request('GET', url, await this.#token.get())));
  }

  /** Jobs report with the token of their message. */
  async report(url: string, jobToken: string | null, body: unknown): Promise<Answer | null> {
    return answerOf(await this.#machine.life.ask(request('POST', url, jobToken ?? (await this.#token.get()), body)));
  }

  /** The server says that the token is good no longer. */
  forgetToken(): void {
    this.#token.forget();
  }
}

function request(method: string, url: string, token: string, body?: unknown): HttpRequest {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json; api-version=7.2-preview.1',
    'x-tfs-fedauthredirect': 'Suppress',
    'user-agent': 'VSServices (sandbox machine)',
  };
  if (body === undefined) return { method, url, headers };
  return {
    method,
    url,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

function answerOf(response: HttpResponse | null): Answer | null {
  if (response === null) return null;
  const problem = response.status >= 400 ? textAt(readJson(response.body), 'typeKey') : null;
  return { status: response.status, body: response.body, problem };
}
