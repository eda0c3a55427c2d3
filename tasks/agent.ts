// The pipeline agent around a task, as the task library knows it. Everything that comes from outside is defused before it
// is printed.
import * as library from 'azure-pipelines-task-lib/task.js';
import { defused, TaskProblem } from './task-problem.ts';

export interface Agent {
  /** Null where the input is empty. Throws TaskProblem where a variable in it was not expanded. */
  input(name: string): string | null;
  requiredInput(name: string): string;
  flag(name: string): boolean;
  /** `fallback` for an input that is empty. */
  choice<Value extends string>(name: string, choices: readonly Value[], fallback: Value): Value;
  /** Null for an input that is empty. */
  whole(name: string, minimum: number, maximum: number): number | null;
  variable(name: string): string | null;
  connection(input: string): Connection;
  /** Of a connection of the type Azure Resource Manager. */
  azureConnection(input: string): AzureConnection;
  /** Files below a folder that fit one of the patterns, sorted. */
  find(folder: string, patterns: readonly string[]): readonly string[];
  /** The job's own token, for the address that gives OIDC tokens. */
  jobAccess(): { readonly url: string; readonly token: string };
  say(line: string): void;
  warn(line: string): void;
  output(name: string, value: string): void;
  /** Attaches a Markdown file to the run's summary. */
  attachSummary(file: string): void;
  secret(value: string): void;
  finish(succeeded: boolean, words: string): void;
}

export interface Connection {
  readonly url: string;
  readonly token: string | null;
}

export interface AzureConnection {
  readonly id: string;
  /** Of the resource manager, such as `https://management.azure.com/`. */
  readonly url: string;
  /** Of the sign-in. */
  readonly authority: string;
  readonly scheme: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Null for a connection without a secret. */
  readonly secret: string | null;
}

export function agentOfLibrary(): Agent {
  const input = (name: string): string | null => {
    const value = library.getInput(name, false)?.trim() ?? '';
    return value === '' ? null : expanded(name, value);
  };
  return {
    input,
    requiredInput: (name) => {
      const value = input(name);
      if (value === null)
        throw new TaskProblem(
          `The input ${name} is empty.`,
          `Write ${name}: and its value into the YAML.`,
          name === 'pool' ? 'INPUT_POOL' : 'INPUT_MISSING',
        );
      return value;
    },
    flag: (name) => flag(name, input(name)),
    choice: (name, choices, fallback) => chosen(name, choices, input(name) ?? fallback),
    whole: (name, minimum, maximum) => whole(name, input(name), minimum, maximum),
    variable: (name) => library.getVariable(name) ?? null,
    connection: (name) => connectionOf(name),
    azureConnection: (name) => azureConnectionOf(name),
    find: (folder, patterns) => library.findMatch(folder, [...patterns]).sort(),
    jobAccess,
    say: (line) => process.stdout.write(`${defused(line)}\n`),
    warn: (line) => library.warning(defused(line)),
    output: (name, value) => library.setVariable(name, value, false, true),
    attachSummary: (file) => library.command('task.uploadsummary', {}, file),
    secret: (value) => library.setSecret(value),
    finish: (succeeded, words) => {
      if (succeeded) library.setResult(library.TaskResult.Succeeded, defused(words));
      else library.setResult(library.TaskResult.Failed, defused(words));
    },
  };
}

/** A variable that nobody set stays as it is written, and the service would look for a version called `$(x)`. */
function expanded(name: string, value: string): string {
  const [, variable] = /\$\(([^()]+)\)/.exec(value) ?? [];
  if (variable === undefined) return value;
  throw new TaskProblem(
    `The input ${name} holds $(${variable}), which was not replaced by a value.`,
    `Set the variable ${variable} before this task runs, or correct its name.`,
    'INPUT_UNEXPANDED',
  );
}

function whole(name: string, text: string | null, minimum: number, maximum: number): number | null {
  if (text === null) return null;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new TaskProblem(
    `The input ${name} must be a whole number, ${minimum}…${maximum}, and is "${text}".`,
    `Correct ${name} in the YAML.`,
    name === 'timeoutMinutes' ? 'INPUT_TIMEOUT' : 'INPUT_RANGE',
  );
}

/** The task library takes whatever is not "true" for false, also a misspelt one, and then machines are made. */
function flag(name: string, text: string | null): boolean {
  const word = text?.toLowerCase() ?? 'false';
  if (word === 'true' || word === 'false') return word === 'true';
  throw new TaskProblem(`The input ${name} is "${text ?? ''}".`, 'Write true or false.', 'INPUT_CHOICE');
}

function chosen<Value extends string>(name: string, choices: readonly Value[], text: string): Value {
  const found = choices.find((one) => one === text.toLowerCase());
  if (found !== undefined) return found;
  throw new TaskProblem(`The input ${name} is "${text}".`, `Write one of ${choices.join(', ')}.`, 'INPUT_CHOICE');
}

/** The public cloud's where the connection does not name another. */
const publicAuthority = 'https://login.microsoftonline.com/';

function azureConnectionOf(input: string): AzureConnection {
  const id = library.getInput(input, false) ?? '';
  const url = library.getEndpointUrl(id, true);
  if (url === undefined || url === '') {
    throw new TaskProblem(
      `The input ${input} names no service connection to Azure that this pipeline may use.`,
      'Create one of the type Azure Resource Manager in the project settings, and allow this pipeline to use it.',
      'CONNECTION_TYPE',
    );
  }
  const parameter = (name: string): string => library.getEndpointAuthorizationParameter(id, name, true) ?? '';
  const secret = parameter('serviceprincipalkey');
  if (secret !== '') library.setSecret(secret);
  return {
    ...{ id, url, secret: secret === '' ? null : secret },
    authority: library.getEndpointDataParameter(id, 'environmentAuthorityUrl', true) ?? publicAuthority,
    scheme: library.getEndpointAuthorizationScheme(id, true) ?? '',
    tenantId: parameter('tenantid'),
    clientId: parameter('serviceprincipalid'),
  };
}

function connectionOf(input: string): Connection {
  const id = library.getInput(input, false) ?? '';
  const url = id === '' ? undefined : library.getEndpointUrl(id, true);
  if (url === undefined || url === '') {
    throw new TaskProblem(
      `The input ${input} names no service connection of Weir that this pipeline may use.`,
      'Create one of the type Weir in the project settings, allow this pipeline to use it, and name it here.',
      'CONNECTION_TYPE',
    );
  }
  const token = library.getEndpointAuthorizationParameter(id, 'apitoken', true) ?? null;
  if (token !== null) library.setSecret(token);
  return { url: url.replace(/\/+$/, ''), token };
}

function jobAccess(): { readonly url: string; readonly token: string } {
  const url = library.getVariable('System.OidcRequestUri') ?? '';
  const token = library.getEndpointAuthorizationParameter('SYSTEMVSSCONNECTION', 'AccessToken', true) ?? '';
  if (url === '' || token === '') {
    throw new TaskProblem(
      'The agent gave this job no address for OIDC tokens, so it cannot prove to Weir which job it is.',
      'Run the task in a job of a pipeline, on an agent of version 3.232 or newer.',
    );
  }
  return { url, token };
}
