// What Weir's enable scripts do on a machine, step by step and over HTTP, without the shells they are written in.
import type { ExtensionOutcome } from '../azure/guest.ts';
import type { HttpResponse } from '../http-message.ts';
import { readJson, textAt } from './json.ts';
import type { Machine } from './machine.ts';
import { naturesOf } from './natures.ts';
import { startTrial } from './trial-report.ts';

const fileNames = ['.credentials_rsaparams', '.credentials', '.capabilities', '.setup_info', '.agent'];
const tries = 12;
const pauseMilliseconds = 10_000;
/** About as long as a machine may take to boot: after that nobody waits for it any more. */
const detachedMilliseconds = 1_200_000;

/** How the script ended, and what it left running outside the extension: nothing, or the rest of the enrolment. */
export interface ScriptRun {
  readonly outcome: ExtensionOutcome;
  readonly rest: (() => Promise<ExtensionOutcome>) | null;
}

/** The handlers take the file alone for success, so on Windows something stands in it while an enrolment waits. */
const waiting = '{"weir":"enrolment goes on by itself"}';

export function isWaiting(files: ReadonlyMap<string, string>): boolean {
  return files.get('.agent') === waiting;
}

export interface Delivery {
  readonly agentFolder: string;
  /** Of the package, whoever downloads it. */
  readonly agentDownloadUrl: string;
}

export async function runEnableScript(
  machine: Machine,
  delivery: Delivery,
  parameters: Parameters,
): Promise<ScriptRun> {
  const claim = await claimAgent(machine, parameters.url);
  if (claim === null) {
    if (machine.identity.osType === 'windows') machine.disk.files.set('.agent', waiting);
    return {
      outcome: { exitCode: 0, output: 'weir: the machine is being reimaged; enrolment goes on by itself' },
      rest: async () => configure(machine, delivery, parameters, await claimDetached(machine, parameters.url)),
    };
  }
  return { outcome: configure(machine, delivery, parameters, claim), rest: null };
}

function configure(
  machine: Machine,
  delivery: Delivery,
  parameters: Parameters,
  claim: HttpResponse | string,
): ExtensionOutcome {
  if (typeof claim === 'string') return failed(claim);
  const answer = readJson(claim.body);
  const files = readJson(JSON.stringify(answer?.files ?? null));
  if (answer === null || files === null || fileNames.some((name) => typeof files[name] !== 'string')) {
    return failed('the service sent other files than an agent has');
  }
  for (const name of fileNames) machine.disk.files.set(name, textAt(files, name) ?? '');
  const startsAtLogOn = answer.isInteractive === true && machine.identity.osType === 'windows';
  machine.disk.launch = {
    runsOnce: answer.runOnce === true,
    startsAtLogOn,
    agentVersion: naturesOf(machine.identity.image).has('oldAgent')
      ? '2.200.0'
      : (/(\d+\.\d+\.\d+)\.(zip|tar\.gz)$/.exec(parameters.package)?.[1] ?? ''),
    downloadUrl: delivery.agentDownloadUrl,
    agentFolder: delivery.agentFolder,
  };
  const agent = readJson(machine.disk.files.get('.agent') ?? '');
  const agentName = textAt(agent, 'agentName') ?? '';
  machine.emit({ kind: 'agentEnrolled', agentId: Number(agent?.agentId), agentName });
  startTrial(machine, answer, parameters.url);
  return { exitCode: 0, output: `weir: agent ${agentName} of pool ${parameters.pool} was started` };
}

function failed(words: string): ExtensionOutcome {
  return { exitCode: 1, output: `weir: ${words}\nweir: enrolment failed` };
}

export interface Parameters {
  readonly url: string;
  readonly pool: string;
  /** The file name of the agent's package. */
  readonly package: string;
}

/** The first column is of the Linux script, the second of the one for Windows, which gets an address as its package. */
const names: Readonly<Record<string, string>> = {
  ...{ '--weir-url': 'url', '-WeirUrl': 'url', '--weir-pool': 'pool', '-WeirPool': 'pool' },
  ...{ '--weir-package': 'package', '-WeirPackageUrl': 'package' },
  ...{ '--weir-package-sha256': 'sha256', '-WeirPackageSha256': 'sha256' },
};

/** What is wrong with them, or what they say. */
export function readParameters(words: readonly string[]): Parameters | string {
  const values = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) {
    const word = words[index] ?? '';
    const [name, value] = [names[word], words[index + 1]];
    if (name === undefined) return `unknown parameter ${word}`;
    if (value === undefined) return `parameter ${word} has no value`;
    values.set(name, value);
  }
  const url = values.get('url') ?? '';
  const packageFile = (values.get('package') ?? '').split('/').at(-1) ?? '';
  if (!/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/.test(url)) return '--weir-url must be an https address';
  if (packageFile === '') return '--weir-package must be a file name';
  if (!/^[0-9a-f]{64}$/i.test(values.get('sha256') ?? '')) return '--weir-package-sha256 must have 64 hex digits';
  return { url: url.replace(/\/$/, ''), pool: values.get('pool') ?? '', package: packageFile };
}

/** The answer to the claim, or why there is none. Null while a reimage is open, because nobody may wait for its end inside the extension. */
async function claimAgent(machine: Machine, url: string): Promise<HttpResponse | string | null> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await claimOnce(machine, url);
    if (response?.status === 200) return response;
    if (response?.status === 425) return null;
    if (!isPassing(response) || attempt === tries) return `claim: ${wordsOf(response)}`;
    await machine.life.sleep(pauseMilliseconds);
  }
}

async function claimDetached(machine: Machine, url: string): Promise<HttpResponse | string> {
  const until = machine.life.now + detachedMilliseconds;
  for (;;) {
    await machine.life.sleep(pauseMilliseconds);
    const response = await claimOnce(machine, url);
    if (response?.status === 200) return response;
    const isNotYet = response?.status === 425 || isPassing(response);
    if (!isNotYet || machine.life.now >= until) return `claim: ${wordsOf(response)}`;
  }
}

/** The service may not have seen this machine yet (403), or is away for a moment. */
function isPassing(response: HttpResponse | null): boolean {
  if (response === null || [403, 408, 429].includes(response.status)) return true;
  return response.status >= 500 && response.status !== 501;
}

async function claimOnce(machine: Machine, url: string): Promise<HttpResponse | null> {
  const headers = { 'content-type': 'application/json' };
  const issued = await machine.life.ask({ method: 'POST', url: `${url}/v1/enrolment/nonce`, headers, body: '{}' });
  if (issued?.status !== 200) return issued;
  const nonce = textAt(readJson(issued.body), 'nonce') ?? '';
  const { identity, surroundings } = machine;
  const has = naturesOf(identity.image);
  const document = readJson(surroundings.host.attestedDocument(identity.vmId, nonce));
  const body = {
    document: { encoding: document?.encoding, signature: document?.signature },
    nonce,
    osDescription: identity.osType === 'windows' ? 'Microsoft Windows 10.0.20348' : 'Linux 6.8.0-1021-azure',
    computerName: has.has('sameName') ? 'golden' : identity.computerName,
    reported: {
      forbiddenVariables: has.has('forbiddenVariable') ? ['VSTS_AGENT_INPUT_POOL'] : [],
      workFolderVariable: null,
    },
  };
  return await machine.life.ask({
    method: 'POST',
    url: `${url}/v1/enrolment/claims`,
    headers,
    body: JSON.stringify(body),
  });
}

function wordsOf(response: HttpResponse | null): string {
  if (response === null) return 'the service does not answer';
  const problem = readJson(response.body);
  const code = textAt(problem, 'code');
  return code === null ? `HTTP ${response.status}` : `${code}: ${textAt(problem, 'message') ?? ''}`;
}
