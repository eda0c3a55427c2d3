// Runs a bundled task as the agent does: a process with the agent's environment and nothing else, in a folder of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TaskRun {
  readonly output: string;
  readonly result: string | null;
  /** What the agent is told at the end. */
  readonly words: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly folder: string;
}

export interface TaskOptions {
  readonly inputs: Readonly<Record<string, string>>;
  readonly serviceUrl: string;
  readonly oidcUrl?: string;
  readonly sources?: string;
  /** Over what is set without it; an empty value is left out. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Sends this signal as soon as the output has that text. */
  readonly stopAt?: { readonly text: string; readonly signal: NodeJS.Signals };
}

export async function runBundledTask(task: string, options: TaskOptions): Promise<TaskRun> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-task-'));
  const file = fileURLToPath(new URL(`../../dist/tasks/${task}/index.js`, import.meta.url));
  const child = spawn(process.execPath, [file], { cwd: folder, env: environment(options, folder) });
  let output = '';
  let isStopped = false;
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    if (options.stopAt === undefined || isStopped || !output.includes(options.stopAt.text)) return;
    isStopped = true;
    child.kill(options.stopAt.signal);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  await new Promise((resolve) => child.on('close', resolve));
  const [, result = null, words = ''] = /##vso\[task\.complete result=(\w+);[^\]]*\](.*)/.exec(output) ?? [];
  const variables = Object.fromEntries(
    [...output.matchAll(/##vso\[task\.setvariable variable=(\w+);isOutput=true;issecret=false;\](.*)/gi)].map(
      (found) => [found[1] ?? '', found[2] ?? ''],
    ),
  );
  return { output, result, words, variables, folder };
}

function environment(options: TaskOptions, folder: string): NodeJS.ProcessEnv {
  const { inputs, serviceUrl, oidcUrl, sources } = options;
  const given = Object.entries(inputs).map(([name, value]): [string, string] => [`INPUT_${name.toUpperCase()}`, value]);
  const all: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: folder,
    AGENT_TEMPDIRECTORY: folder,
    AGENT_VERSION: '4.255.0',
    BUILD_BUILDID: '77',
    BUILD_SOURCESDIRECTORY: sources ?? folder,
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/fabrikam/',
    SYSTEM_CULTURE: 'en-US',
    ENDPOINT_URL_conn: serviceUrl,
    ENDPOINT_AUTH_conn: JSON.stringify({ scheme: 'Token', parameters: { apitoken: 'weir_secret' } }),
    ENDPOINT_AUTH_SCHEME_conn: 'Token',
    ENDPOINT_AUTH_PARAMETER_conn_APITOKEN: 'weir_secret',
    ENDPOINT_AUTH_SYSTEMVSSCONNECTION: JSON.stringify({ scheme: 'OAuth', parameters: { AccessToken: 'job-access' } }),
    ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION: 'OAuth',
    ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: 'job-access',
    ...(oidcUrl === undefined ? {} : { SYSTEM_OIDCREQUESTURI: oidcUrl }),
    INPUT_WEIRCONNECTION: 'conn',
    ...Object.fromEntries(given),
    ...options.environment,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
