// What a trial machine of a validation does besides enrolling: it looks around, runs the probe, and tells it once.
import { natures, naturesOf } from './natures.ts';
import { asObject, textAt, type JsonObject } from './json.ts';
import type { Machine } from './machine.ts';

const gibibyte = 2 ** 30;
const pauseMilliseconds = 10_000;
const tries = 12;

/** Nothing where the claim's answer says nothing of a trial. */
export function startTrial(machine: Machine, answer: JsonObject, url: string): void {
  const trial = asObject(answer.trial);
  const token = textAt(trial, 'token');
  if (trial === null || token === null) return;
  const start = (): void => report(machine, token, trial.probeScript, textAt(answer, 'workFolder') ?? '', url);
  // The restart that an interactive agent needs would cut it short.
  if (machine.disk.launch?.startsAtLogOn === true) machine.disk.trialAtLogOn = start;
  else start();
}

function report(machine: Machine, token: string, script: unknown, workFolder: string, url: string): void {
  const { life } = machine;
  life.start(async () => {
    const probe = typeof script === 'string' ? probeOf(machine, script) : null;
    await life.sleep(2_000 + (probe?.seconds ?? 0) * 1000);
    const body = JSON.stringify({ token, report: { ...found(machine, workFolder), probe } });
    const headers = { 'content-type': 'application/json' };
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      const response = await life.ask({ method: 'POST', url: `${url}/v1/enrolment/reports`, headers, body });
      if (response !== null && response.status < 500) return;
      await life.sleep(pauseMilliseconds);
    }
  });
}

const otherAgents = { linux: '/opt/vsts-agent', windows: 'C:\\vsts-agent' } as const;

function found(machine: Machine, workFolder: string) {
  const has = naturesOf(machine.identity.image);
  return {
    workFolder,
    isWorkFolderWritable: !has.has('readOnlyFolder'),
    freeDiskBytes: has.has('fullDisk') ? gibibyte : 20 * gibibyte,
    agentsFound: has.has('otherAgent') ? [otherAgents[machine.identity.osType]] : [],
    isRebootPending: has.has('needsReboot'),
  };
}

/** The sandbox runs no command: as in a customer's script, the last `exit N` is the exit code. */
function probeOf(machine: Machine, script: string) {
  const exits = [...script.matchAll(/\bexit\s+(\d{1,3})\b/g)];
  const said = Number(exits.at(-1)?.[1] ?? 0);
  const exitCode = naturesOf(machine.identity.image).has('probeFails') ? 127 : said;
  const output =
    exitCode === 0 ? 'The sandbox has run the probe.\n' : `bash: command not found (${natures.probeFails})\n`;
  return { exitCode, seconds: 3, output };
}
