// The extensions that bring an agent as their handlers work: that of Azure Pipelines skips where an agent is configured
// (agent-enrolment.md 9), the Custom Script Extension of Windows runs whatever it is told (Microsoft's page about it).
import type { ExtensionOutcome, GuestExtension } from '../azure/guest.ts';
import { startAgent } from './agent-process.ts';
import { isWaiting, readParameters, runEnableScript } from './enable-script.ts';
import type { Delivery, Parameters, ScriptRun } from './enable-script.ts';
import { readSettings, type HandlerSettings } from './handler-settings.ts';
import type { Machine } from './machine.ts';
import { naturesOf } from './natures.ts';
import { splitLikeShell } from './shell-words.ts';

export async function runAgentExtension(machine: Machine, extension: GuestExtension): Promise<void> {
  if (machine.disk.files.has('.agent')) {
    machine.finishExtension(extension.name, { exitCode: 0, output: 'The agent is enabled already.' });
    return;
  }
  const settings = readSettings(extension);
  if (typeof settings === 'string') {
    machine.finishExtension(extension.name, { exitCode: 1, output: settings });
    return;
  }
  await runOnce(machine, extension.name, async () => {
    const run = await enable(machine, settings);
    // On Windows the handler believes nothing but the file.
    const isMissing = machine.identity.osType === 'windows' && !machine.disk.files.has('.agent');
    return isMissing ? { outcome: failure(run.outcome), rest: null } : run;
  });
}

/** Of Windows: our script as the command of a Custom Script Extension, after its download. */
export interface ScriptCommand {
  readonly url: string;
  readonly file: string;
  readonly words: readonly string[];
}

/** Null where the command runs something else. */
export function scriptCommandOf(extension: GuestExtension): ScriptCommand | null {
  const read = (name: string) => extension.protectedSettings[name] ?? extension.settings[name];
  const [command, files] = [read('commandToExecute'), read('fileUris')];
  const url: unknown = Array.isArray(files) ? files[0] : null;
  if (typeof command !== 'string' || typeof url !== 'string') return null;
  const [, file, rest] = /^powershell\.exe .*-File (\S*enableagent\.ps1) (.*)$/.exec(command) ?? [];
  if (file === undefined || rest === undefined) return null;
  return { url, file, words: rest.split(' ') };
}

export async function runScriptCommand(machine: Machine, name: string, command: ScriptCommand): Promise<void> {
  await runOnce(machine, name, async () => {
    const { url, file, words } = command;
    if (!(await fetchScript(machine, url))) return failed(`Failed to download all specified files: ${url}`);
    // The handler keeps the folders of an address but for the first.
    const kept = `./${new URL(url).pathname.split('/').slice(2).join('/')}`;
    if (file !== kept) return failed(`The argument '${file}' to the -File parameter does not exist.`, -196_608);
    const parameters = readParameters(words);
    if (typeof parameters === 'string') return failed(`weir: ${parameters}\nweir: enrolment failed`);
    const standing = agentThatStands(machine);
    if (standing !== null) return standing;
    await machine.life.sleep(machine.draw(machine.surroundings.timings.installAgent));
    const agentDownloadUrl = words[words.indexOf('-WeirPackageUrl') + 1] ?? '';
    return await runScript(machine, { agentFolder: 'C:\\agent', agentDownloadUrl }, parameters);
  });
}

/** The handler of Azure Pipelines looks before it calls; here the script itself does. */
function agentThatStands({ disk }: Machine): ScriptRun | null {
  if (!disk.files.has('.agent') || isWaiting(disk.files)) return null;
  const words = 'weir: this machine is an agent already';
  if (disk.launch !== null) return { outcome: { exitCode: 0, output: words }, rest: null };
  return failed(`${words}, and Weir did not make it one: the image brings it along\nweir: enrolment failed`);
}

function failed(output: string, exitCode = 1): ScriptRun {
  return { outcome: { exitCode, output }, rest: null };
}

function failure(outcome: ExtensionOutcome): ExtensionOutcome {
  return outcome.exitCode !== 0 ? outcome : { exitCode: 1, output: 'The agent was not configured.' };
}

async function runOnce(machine: Machine, name: string, script: () => Promise<ScriptRun>): Promise<void> {
  if (machine.isEnrolling) {
    machine.finishExtension(name, { exitCode: 0, output: 'weir: enrolment goes on by itself already' });
    return;
  }
  machine.isEnrolling = true;
  const before = machine.disk.launch;
  const { outcome, rest } = await script();
  machine.finishExtension(name, outcome);
  // Once the extension has ended, whatever becomes of the rest is told to nobody; the controller's deadline finds it.
  if (rest !== null) judged(machine, await rest());
  machine.isEnrolling = false;
  const { launch } = machine.disk;
  if (launch === null || launch === before) return;
  if (launch.startsAtLogOn) restart(machine);
  else startAgent(machine, machine.surroundings.timings.startAgent);
}

async function enable(machine: Machine, settings: HandlerSettings): Promise<ScriptRun> {
  const hasScript = await fetchScript(machine, settings.enableScriptDownloadUrl);
  await machine.life.sleep(machine.draw(machine.surroundings.timings.installAgent));
  if (!hasScript) {
    // The handler then runs Microsoft's own script, which knows none of our parameters.
    return failed(
      `The enable script could not be downloaded from ${settings.enableScriptDownloadUrl}; the bundled one failed on its parameters.`,
    );
  }
  const words = splitLikeShell(settings.enableScriptParameters);
  const parameters = words === null ? 'the parameters have an open quote' : readParameters(words);
  if (typeof parameters === 'string') return failed(`weir: ${parameters}\nweir: enrolment failed`);
  const packageFile = settings.agentDownloadUrl.slice(settings.agentDownloadUrl.lastIndexOf('/') + 1);
  if (parameters.package !== packageFile)
    return failed(`weir: the extension brought no agent package ${parameters.package}\nweir: enrolment failed`);
  return await runScript(machine, settings, parameters);
}

async function runScript(machine: Machine, delivery: Delivery, parameters: Parameters): Promise<ScriptRun> {
  const run = await runEnableScript(machine, delivery, parameters);
  return run.rest === null ? { outcome: judged(machine, run.outcome), rest: null } : run;
}

/** A run that fails leaves neither `.agent` nor the key. */
function judged(machine: Machine, outcome: ExtensionOutcome): ExtensionOutcome {
  const fails = outcome.exitCode !== 0 || naturesOf(machine.identity.image).has('enableFails');
  if (!fails) return outcome;
  for (const name of ['.agent', '.credentials', '.credentials_rsaparams']) machine.disk.files.delete(name);
  machine.disk.launch = null;
  return outcome.exitCode !== 0 ? outcome : { exitCode: 1, output: 'weir: enrolment failed' };
}

/** Three tries without a pause. */
async function fetchScript(machine: Machine, url: string): Promise<boolean> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const response = await machine.life.ask({ method: 'GET', url, headers: {} });
    if (response?.status === 200 && response.body !== '') return true;
  }
  return false;
}

/** Interactive agents log on at the next boot, so the machine restarts once it is configured (seed 000, step 6b). */
function restart(machine: Machine): void {
  machine.stop('restart');
  machine.surroundings.host.rebootedItself(machine.identity.vmId);
}
