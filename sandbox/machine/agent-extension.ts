// The Azure Pipelines agent extension as its handler works (agent-enrolment.md 9): reads its settings, skips where an
// agent is configured, fetches the script, runs it, and judges it by its exit code (Linux) or by `.agent` (Windows).
import type { ExtensionOutcome, GuestExtension } from '../azure/guest.ts';
import { startAgent } from './agent-process.ts';
import { runEnableScript, type ScriptRun } from './enable-script.ts';
import { readSettings, type HandlerSettings } from './handler-settings.ts';
import type { Machine } from './machine.ts';
import { naturesOf } from './natures.ts';

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
  if (machine.isEnrolling) {
    machine.finishExtension(extension.name, { exitCode: 0, output: 'weir: enrolment goes on by itself already' });
    return;
  }
  machine.isEnrolling = true;
  const { outcome, rest } = await enable(machine, settings);
  machine.finishExtension(extension.name, outcome);
  // Once the extension has ended, whatever becomes of the rest is told to nobody; the controller's deadline finds it.
  if (rest !== null) judged(machine, await rest());
  machine.isEnrolling = false;
  if (machine.disk.launch === null) return;
  if (machine.disk.launch.startsAtLogOn) restart(machine);
  else startAgent(machine, machine.surroundings.timings.startAgent);
}

async function enable(machine: Machine, settings: HandlerSettings): Promise<ScriptRun> {
  const hasScript = await fetchScript(machine, settings.enableScriptDownloadUrl);
  await machine.life.sleep(machine.draw(machine.surroundings.timings.installAgent));
  if (!hasScript) {
    // The handler then runs Microsoft's own script, which knows none of our parameters.
    const output = `The enable script could not be downloaded from ${settings.enableScriptDownloadUrl}; the bundled one failed on its parameters.`;
    return { outcome: { exitCode: 1, output }, rest: null };
  }
  const run = await runEnableScript(machine, settings);
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
