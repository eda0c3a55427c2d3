// A folder that plays a Linux machine: the agent's package as a stub that writes down how it was started, and a loopback
// server that is metadata service, Weir and proxy in one.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { linuxScript } from '../../../service/enrolment/script.ts';

export const packageFile = 'vsts-agent-linux-x64-5.278.0.tar.gz';

export interface Seen {
  readonly method: string;
  /** As it stood in the request line: absolute where a proxy was asked. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why the script cannot be run on this machine, or null. */
export function missingTool(): string | null {
  const missing = ['bash', 'python3', 'tar', 'sha256sum', 'setsid'].filter(
    (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
  );
  return missing.length === 0 ? null : `needs ${missing.join(', ')}`;
}

export class StubMachine {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-machine-')));
  readonly root = join(this.folder, 'agent');
  readonly etc = join(this.folder, 'etc');
  readonly seen: Seen[] = [];
  readonly environment: Record<string, string> = {};
  sha256 = '';
  address = '';
  claimStatuses: number[] = [];
  /** Of the metadata service, which answers 410 for up to 70 seconds while it moves. */
  metadataStatuses: number[] = [];
  answer: Record<string, unknown> = {};
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  async open(): Promise<this> {
    for (const path of [this.root, join(this.etc, 'profile.d')]) mkdirSync(path, { recursive: true });
    writeFileSync(join(this.root, 'enableagent.sh'), linuxScript.text);
    this.sha256 = this.#makePackage();
    this.answer = {
      files: {
        '.credentials_rsaparams': '{"d":"secret-key"}',
        '.credentials': '{"scheme":"OAuth"}',
        '.capabilities': 'ImageOverride=ubuntu-22.04\n',
        '.setup_info': '[]',
        '.agent': JSON.stringify({ agentId: 7, agentName: 'agents-3-1', workFolder: join(this.folder, 'work') }),
      },
      package: { version: '5.278.0', downloadUrl: '', sha256: this.sha256 },
      runOnce: true,
      isInteractive: false,
      workFolder: join(this.folder, 'work'),
      defaultWorkFolder: join(this.folder, 'default-work'),
      warnings: [],
    };
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.release();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    // A stub that is still writing ends by itself when its folder is gone.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  parameters(change: Record<string, string> = {}): string[] {
    const named = {
      '--weir-url': this.address,
      '--weir-pool': 'linux',
      '--weir-package': packageFile,
      '--weir-package-sha256': this.sha256,
      ...change,
    };
    return Object.entries(named).flat();
  }

  /** As the handler calls it; resolves when both pipes are closed, which is what the handler waits for. */
  run(parameters: readonly string[] = this.parameters()): Promise<Outcome> {
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/',
      WEIR_TEST_IMDS: this.address,
      WEIR_TEST_USER: userInfo().username,
      WEIR_TEST_ETC: this.etc,
      WEIR_TEST_SYSTEMD: join(this.folder, 'no-systemd'),
      WEIR_TEST_PAUSE: '0',
      // A copy that a failed test leaves behind ends by itself.
      WEIR_TEST_PATIENCE: '120',
      ...this.environment,
    };
    const child = spawn('/bin/bash', [join(this.root, 'enableagent.sh'), ...parameters], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) =>
        resolve({
          exitCode,
          stdout: Buffer.concat(out).toString('latin1'),
          stderr: Buffer.concat(err).toString('latin1'),
        }),
      );
    });
  }

  /** How the agent was started: waits until its process has written it down. */
  async started(): Promise<string> {
    await this.until(() => this.has('started'));
    return this.read('started');
  }

  /** At most a minute: what a test then expects has not come. */
  async until(isSo: () => boolean): Promise<void> {
    for (let round = 0; round < 2400 && !isSo(); round += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  }

  /** Lets the agent's process end. */
  release(): void {
    if (existsSync(this.root)) writeFileSync(join(this.root, 'release'), '');
  }

  has(name: string): boolean {
    return existsSync(join(this.root, name));
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), 'utf8');
  }

  trialFolders(): readonly string[] {
    return readdirSync(this.root).filter((name) => name.startsWith('.trial.'));
  }

  mode(name: string): string {
    return (statSync(join(this.root, name)).mode & 0o777).toString(8);
  }

  claims(): Record<string, unknown>[] {
    return this.seen
      .filter((one) => one.target.endsWith('/v1/enrolment/claims'))
      .map((one) => JSON.parse(one.body) as Record<string, unknown>);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = request.url ?? '';
    this.seen.push({
      method: request.method ?? '',
      target,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    const { pathname, searchParams } = new URL(target, this.address);
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/v1/enrolment/nonce') send(200, { nonce: '0123456789', expiresInSeconds: 120 });
    else if (pathname === '/metadata/attested/document') {
      const isGood =
        request.headers.metadata === 'true' && searchParams.get('nonce') === '0123456789' && !target.startsWith('http');
      send(this.metadataStatuses.shift() ?? (isGood ? 200 : 400), { encoding: 'pkcs7', signature: 'c2lnbmVk' });
    } else if (pathname === '/v1/enrolment/claims') {
      const status = this.claimStatuses.shift() ?? 200;
      send(status, status === 200 ? this.answer : { code: 'CLAIM_TEST', message: 'This machine may not enrol.' });
    } else if (pathname === `/${packageFile}`)
      response.writeHead(200).end(readFileSync(join(this.folder, packageFile)));
    else if (pathname === '/moved') response.writeHead(302, { location: `${this.address}/${packageFile}` }).end();
    else if (pathname === '/v1/enrolment/reports') send(200, { isTaken: true });
    else send(404, {});
  }

  /** In the folder and, as the extension's handler leaves it, in the agent folder. */
  #makePackage(): string {
    const content = join(this.folder, 'package');
    mkdirSync(join(content, 'bin'), { recursive: true });
    const scripts = {
      'bin/Agent.Listener': 'echo "$@" >> probed\nif [ -f broken ] && [ ! -f installed ]; then exit 134; fi',
      'bin/installdependencies.sh': 'echo "installed \u00e9"\ntouch installed',
      'run.sh': [
        '{ echo "arguments: $*"; echo "folder: $PWD"; echo "files: $(ls -A | tr "\\n" " ")"; env; } > started.tmp',
        'mv started.tmp started',
        'for _ in $(seq 600); do if [ -f "$(dirname "$0")/release" ] || [ ! -f "$0" ]; then exit 0; fi; sleep 0.05; done',
      ].join('\n'),
    };
    for (const [name, text] of Object.entries(scripts)) {
      writeFileSync(join(content, name), `#!/bin/bash\n${text}\n`);
      chmodSync(join(content, name), 0o755);
    }
    const made = spawnSync('tar', ['-czf', join(this.folder, packageFile), '-C', content, '.']);
    if (made.status !== 0) throw new Error(made.stderr.toString());
    const bytes = readFileSync(join(this.folder, packageFile));
    writeFileSync(join(this.root, packageFile), bytes);
    return createHash('sha256').update(bytes).digest('hex');
  }
}
