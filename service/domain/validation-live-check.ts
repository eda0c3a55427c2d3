// What trial machines showed, as findings: each looks at all machines and names those at fault. While the trial still
// runs, what has not been seen yet is pending and never passed.
import { commandsFor } from './fix-commands.ts';
import { checkBootTime, checkDiskSpace, checkProbe, checkReimage, checkWorkFolder } from './validation-live-report.ts';
import type { ExtensionResult, TrialMachine, Validation } from './validation.ts';
import { toCheck, type Check, type Finding } from './validation-check.ts';
import { span } from './words.ts';

export interface LiveLimits {
  readonly bootMs: number;
}

/** Empty where no machine was to be made. */
export function liveChecks(validation: Validation, limits: LiveLimits): readonly Check[] {
  if (validation.staticOnly || validation.phase === 'staticChecks') return [];
  if (validation.scaleSetId === null) return [];
  return checks.map(([code, title, look]) => toCheck(code, title, 'live', look(validation, limits)));
}

/** An empty list of machines is never a success: some were asked for. */
const looks = {
  pending: (words: string): Finding => ({ status: 'pending', words }),
  skipped: (words: string): Finding => ({ status: 'skipped', words }),
};

const checks: readonly (readonly [string, string, (validation: Validation, limits: LiveLimits) => Finding])[] = [
  ['machinesCreated', 'Azure makes the machines', checkCreated],
  ['extensionsSucceeded', 'The extensions succeed', checkExtensions],
  ['provisioned', 'Every machine reaches Succeeded', checkProvisioned],
  ['noAgentPreinstalled', 'The image brings no agent of its own', checkPreinstalled],
  ['agentOnline', 'Every agent comes online in time', checkOnline],
  ['differentNames', 'The machines have different names', checkNames],
  ['noForbiddenVariables', 'The image sets no forbidden variables', checkVariables],
  ['agentVersion', 'The agent runs the version it was given', checkAgentVersion],
  ['workFolderWritable', 'The work folder can be written', checkWorkFolder],
  ['freeDisk', 'There is room on the disk', checkDiskSpace],
  ['noRebootPending', 'Nothing waits for a restart', checkReboot],
  ['bootTime', 'The machines boot fast enough', checkBootTime],
  ['probe', 'The probe succeeds', checkProbe],
  ['reimage', 'A reimaged machine works again', checkReimage],
];

function isOver({ phase }: Validation): boolean {
  return phase === 'cleaning' || phase === 'finished';
}

function unseen(validation: Validation, words: string): Finding {
  return isOver(validation) ? looks.skipped(words) : looks.pending(words);
}

function checkCreated(validation: Validation): Finding {
  const { machines, instanceCount, phase } = validation;
  const evidence = { asked: instanceCount, made: machines.length };
  if (machines.length >= instanceCount) return { status: 'ok', words: `All ${instanceCount} were made.`, evidence };
  const isEarly = phase === 'reserving' || phase === 'creating' || phase === 'booting';
  if (isEarly) return { status: 'pending', words: `${machines.length} of ${instanceCount} are there.`, evidence };
  return { status: 'error', words: `Only ${machines.length} of ${instanceCount} were made.`, evidence };
}

/** The output of the first that failed is the console that people look for. */
function checkExtensions(validation: Validation): Finding {
  const failed = validation.machines.flatMap((machine) =>
    machine.extensions.filter((one) => one.isError).map((one) => ({ machine, one })),
  );
  const [first] = failed;
  if (first !== undefined) {
    const { machine, one } = first;
    const exit = exitCodeIn(one.message);
    return {
      status: 'error',
      words: `${one.name} failed on ${names(failed.map((each) => each.machine))}${exit === null ? '' : ` with exit code ${exit}`}.`,
      evidence: { extension: one.name, code: one.code, exitCode: exit, output: tail(one.message) },
      instance: machine.name,
      fix: {
        words: 'Run the script of the extension by hand on a machine of this image, and mend what its output says.',
        commands: null,
      },
    };
  }
  const seen = validation.machines.filter((machine) => machine.extensions.length > 0);
  if (seen.length === 0) return unseen(validation, 'No extension has told how it ended.');
  const ended = [...new Set(seen.flatMap((machine) => machine.extensions.map((one) => one.name)))].join(', ');
  return { status: 'ok', words: `${ended} ended well.`, evidence: { extensions: ended } };
}

function checkProvisioned(validation: Validation): Finding {
  const failed = validation.machines.filter((machine) => machine.provisioningState === 'failed');
  const [first] = failed;
  if (first !== undefined) {
    const failure = first.failures[0];
    return {
      status: 'error',
      words: `Azure reports Failed for ${names(failed)}.`,
      evidence: { state: 'failed', code: failure?.code ?? null, message: tail(failure?.message ?? 'none') },
      instance: first.name,
    };
  }
  const succeeded = validation.machines.filter((machine) => machine.succeededAt !== null);
  if (validation.machines.length > 0 && succeeded.length === validation.machines.length)
    return {
      status: 'ok',
      words: `All ${succeeded.length} reached Succeeded.`,
      evidence: { succeeded: succeeded.length },
    };
  const words = `${succeeded.length} of ${validation.machines.length} reached Succeeded.`;
  return isOver(validation) && validation.machines.length > 0 ? { status: 'error', words } : unseen(validation, words);
}

/** What the handler says where an agent stands in its folder, and what our script says. */
export function saysAgentStands({ message }: Pick<ExtensionResult, 'message'>): boolean {
  return /already enabled|enabled already|is an agent already/i.test(message);
}

/** Where `.agent` stands in the agent's folder the handler takes the machine for enabled and runs nothing (agent-enrolment.md 9). */
function checkPreinstalled(validation: Validation): Finding {
  for (const machine of validation.machines) {
    const skipped = machine.extensions.find(saysAgentStands);
    const found = machine.first.report?.agentsFound ?? [];
    const isSkipped = skipped !== undefined && machine.first.claimedAt === null;
    if (!isSkipped && found.length === 0) continue;
    return {
      status: 'error',
      words: isSkipped
        ? 'The image brings a configured agent, so the extension did nothing and the machine never joined the pool.'
        : `The image brings an agent: ${found.join(', ')}.`,
      evidence: { machine: machine.name, said: skipped?.message ?? null, found: found.join(', ') },
      instance: machine.name,
      fix: {
        words: isWindows(validation)
          ? 'Run config.cmd remove in the folder of the agent, and delete the folder, before the image is generalized.'
          : 'Remove the agent before the image is generalized.',
        commands: isWindows(validation)
          ? null
          : commandsFor(['sudo', 'rm', '-rf', ...(found.length === 0 ? ['/agent'] : found)]),
      },
    };
  }
  const isTold = validation.machines.some((machine) => machine.first.report !== null);
  return isTold ? { status: 'ok', words: 'No other agent was found.' } : unseen(validation, 'No machine has told yet.');
}

function checkOnline(validation: Validation, limits: LiveLimits): Finding {
  const { machines } = validation;
  const late = machines.filter((machine) => machine.first.onlineAt === null);
  const evidence = { deadline: span(limits.bootMs), online: machines.length - late.length, machines: machines.length };
  if (machines.length > 0 && late.length === 0) return { status: 'ok', words: 'All came online.', evidence };
  const [first] = late;
  if (first === undefined || validation.phase === 'creating' || validation.phase === 'booting')
    return unseen(validation, `${machines.length - late.length} of ${validation.instanceCount} are online.`);
  const { claimedAt } = first.first;
  return {
    status: 'error',
    words: `${names(late)} did not come online within ${span(limits.bootMs)}${claimedAt === null ? ', and never asked for its configuration' : ', though it was registered'}.`,
    evidence,
    instance: first.name,
    fix: {
      words:
        claimedAt === null
          ? 'Look at the output of the agent extension, and whether the machine reaches this service.'
          : 'Look whether the agent starts on the image and reaches Azure DevOps: native libraries, time, proxy, firewall.',
      commands: null,
    },
  };
}

/** What the machines call themselves; a specialized image gives all of them one name. */
function checkNames(validation: Validation): Finding {
  const named = validation.machines.map((machine) => ({
    machine,
    name: (machine.first.claim?.computerName ?? machine.computerName).toLowerCase(),
    isTold: machine.first.claim !== null,
  }));
  const twice = named.find((one) => named.some((other) => other !== one && other.name === one.name));
  const evidence = { names: named.map((one) => one.name).join(', ') };
  if (twice !== undefined) {
    return {
      status: 'error',
      words: `Several machines call themselves ${twice.name}: the image is not generalized, or sets its own name.`,
      evidence,
      instance: twice.machine.name,
      fix: {
        words:
          'Generalize the machine before the image is made: waagent -deprovision+user -force, or sysprep /generalize.',
        commands: null,
      },
    };
  }
  if (named.length < 2) return looks.skipped('One machine has nobody to compare with.');
  return named.every((one) => one.isTold)
    ? { status: 'ok', words: 'All differ.', evidence }
    : unseen(validation, 'Not every machine has said its name.');
}

function checkVariables(validation: Validation): Finding {
  const told = validation.machines.filter((machine) => machine.first.claim !== null);
  const found = [...new Set(told.flatMap((machine) => machine.first.claim?.forbiddenVariables ?? []))];
  if (found.length > 0) {
    return {
      status: 'error',
      words: `The image sets ${found.join(', ')}: they would send the agent elsewhere, so Weir unsets them.`,
      evidence: { variables: found.join(', '), allowed: 'WORK, PROXYURL, PROXYUSERNAME, PROXYPASSWORD' },
      fix: {
        words: isWindows(validation)
          ? 'Take them out of the system variables of the image, as an administrator.'
          : 'Take them out of /etc/environment, /etc/profile.d or the system variables of the image.',
        commands: isWindows(validation)
          ? commandsFor(...found.map((name) => ['reg', 'delete', systemVariables, '/F', '/V', name]))
          : commandsFor(['sudo', 'sed', '-i', linesOf(found), '/etc/environment']),
      },
    };
  }
  return told.length > 0
    ? { status: 'ok', words: 'None was found.', evidence: { machines: told.length } }
    : unseen(validation, 'No machine has told yet.');
}

function checkAgentVersion(validation: Validation): Finding {
  const { agentVersion, machines } = validation;
  const seen = machines.flatMap(({ first }) => (first.agentVersion === null ? [] : [first.agentVersion]));
  const evidence = { wanted: agentVersion, running: [...new Set(seen)].join(', ') };
  if (seen.length === 0) return unseen(validation, 'No agent has told its version.');
  const other = seen.find((one) => agentVersion !== null && one !== agentVersion);
  if (other === undefined) return { status: 'ok', words: `Agents run ${evidence.running}.`, evidence };
  return { status: 'error', words: `Agents run ${other} in place of ${agentVersion ?? '?'}.`, evidence };
}

function checkReboot(validation: Validation): Finding {
  const told = validation.machines.filter((machine) => machine.first.report !== null);
  const waiting = told.find((machine) => machine.first.report?.isRebootPending === true);
  if (waiting === undefined)
    return told.length > 0 ? { status: 'ok', words: 'Nothing does.' } : unseen(validation, 'No machine has told yet.');
  return {
    status: 'error',
    words: `${waiting.name} waits for a restart: what was installed last is not whole yet.`,
    evidence: { machine: waiting.name },
    instance: waiting.name,
    fix: { words: 'Restart the machine once more before it is generalized.', commands: null },
  };
}

function names(machines: readonly Pick<TrialMachine, 'name'>[]): string {
  return [...new Set(machines.map((machine) => machine.name))].join(', ');
}

/** Long outputs end with what went wrong. */
function tail(text: string): string {
  return text.length <= 2000 ? text : `…${text.slice(-2000)}`;
}

function exitCodeIn(message: string): number | null {
  const found = /exit (?:status|code)(?: of:)?[= ']+(-?\d+)/i.exec(message)?.[1];
  return found === undefined ? null : Number(found);
}

const systemVariables = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';

function linesOf(variables: readonly string[]): string {
  const names = variables.map((name) => name.replace(/^VSTS_AGENT_INPUT_/i, '')).join('\\|');
  return `/^\\(export \\)\\?VSTS_AGENT_INPUT_\\(${names}\\)=/Id`;
}

function isWindows({ osType }: Validation): boolean {
  return osType === 'windows';
}
