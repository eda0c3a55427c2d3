// Extensions running on one instance: one at a time, in the order of the model, until all have ended or no more can start.
// A failed one stops those that come after it and makes the instance Failed; the other instances of the set are fine (azure-wire.md 3).
import { draw, schedule } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import {
  extensionNamed,
  extensionsOf,
  handlerOf,
  nameOf,
  nextToRun,
  suppressesFailures,
  timeBudgetMs,
} from './extension-order.ts';
import type { GuestExtension, GuestIdentity } from './guest.ts';
import { objectAt, sameJson, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import type { ExtensionRun, Failure, Instance } from './state.ts';

/** Every extension of the profile waits to run: a new machine, or one that was reimaged. */
export function allExtensionsWait(cloud: Cloud, instance: Instance, profile: JsonObject): void {
  instance.extensions = extensionsOf(profile).map((extension) => waiting(extension, cloud.state.now));
}

/** Only what is new or changed runs; what stayed keeps its result. */
export function changedExtensionsWait(cloud: Cloud, instance: Instance, before: JsonObject, after: JsonObject): void {
  instance.extensions = extensionsOf(after).map((extension) => {
    const name = nameOf(extension);
    const run = instance.extensions.find((one) => one.name === name);
    const isSame = sameJson(extensionNamed(before, name), extension);
    return run && isSame && run.state === 'succeeded' ? run : waiting(extension, cloud.state.now);
  });
}

export function scheduleBudget(cloud: Cloud, instance: Instance, profile: JsonObject): void {
  if (instance.extensions.length === 0) return;
  schedule(cloud, cloud.state.now + timeBudgetMs(profile), {
    kind: 'extensionBudget',
    vmId: instance.vmId,
    step: instance.step,
  });
}

/** Starts the next extension. Answers `running` while one runs, else how the whole sequence ended. */
export function continueExtensions(
  cloud: Cloud,
  instance: Instance,
  profile: JsonObject,
  identity: GuestIdentity,
): 'running' | { failure: Failure | null } {
  if (instance.extensions.some((run) => run.state === 'running')) return 'running';
  const next = nextToRun(profile, instance.extensions, cloud.random);
  if (!next) return { failure: failureOf(instance) };
  const run = instance.extensions.find((one) => one.name === nameOf(next));
  if (!run) return { failure: failureOf(instance) };
  run.state = 'running';
  run.at = cloud.state.now;
  const guest = cloud.guest();
  if (guest) {
    guest.runExtension(identity, guestExtension(next), cloud.state.now);
  } else {
    const endsAt = cloud.state.now + draw(cloud, cloud.timings.extension);
    schedule(cloud, endsAt, {
      kind: 'extensionEnds',
      vmId: instance.vmId,
      step: instance.step,
      extension: run.name,
      exitCode: 0,
      output: '',
    });
  }
  return 'running';
}

/** False when nobody waits for this end: the run it belongs to is over or was undone. */
export function extensionEnded(
  cloud: Cloud,
  instance: Instance,
  profile: JsonObject,
  end: { readonly extension: string; readonly exitCode: number; readonly output: string },
): boolean {
  const run = instance.extensions.find((one) => one.name.toLowerCase() === end.extension.toLowerCase());
  if (run?.state !== 'running') return false;
  const extension = extensionNamed(profile, run.name);
  run.state = end.exitCode === 0 || (extension && suppressesFailures(extension)) ? 'succeeded' : 'failed';
  run.exitCode = end.exitCode;
  run.output = end.output;
  run.at = cloud.state.now;
  return true;
}

/** The Custom Script Extension of Windows tells what a script printed in substatuses, and of a failure in its message. */
export function tellsInSubstatuses({ handler }: ExtensionRun): boolean {
  return handler?.toLowerCase() === 'microsoft.compute.customscriptextension';
}

/** What the instance view says of a finished run: else in the words of the Linux custom script handler. */
export function runMessage(run: ExtensionRun): string {
  if (tellsInSubstatuses(run) && run.state === 'succeeded') return 'Finished executing command';
  if (tellsInSubstatuses(run) && run.state === 'failed')
    return `Command execution finished, but failed because it returned a non-zero exit code of: '${run.exitCode}'. The command had an error output of: '${run.output}'.`;
  if (run.state === 'succeeded') return `Enable succeeded: \n[stdout]\n${run.output}\n[stderr]\n`;
  if (run.state === 'failed') {
    return `Enable failed: failed to execute command: command terminated with exit status=${run.exitCode}\n[stdout]\n${run.output}\n[stderr]\n`;
  }
  return '';
}

/** The failure when the time of all extensions together has run out, or null when none was running. */
export function budgetExceeded(cloud: Cloud, instance: Instance): Failure | null {
  const run = instance.extensions.find((one) => one.state === 'running');
  if (!run) return null;
  run.state = 'failed';
  run.exitCode = -1;
  run.output = 'The time budget of the extensions has run out.';
  run.at = cloud.state.now;
  return {
    code: 'VMExtensionProvisioningTimeout',
    message: `Provisioning of VM extension '${run.name}' has timed out. Extension provisioning has taken too long to complete. The extension did not report a message.`,
  };
}

function failureOf(instance: Instance): Failure | null {
  const failed = instance.extensions.find((run) => run.state === 'failed');
  if (!failed) return null;
  return {
    code: 'VMExtensionProvisioningError',
    message: `VM has reported a failure when processing extension '${failed.name}'. Error message: "${runMessage(failed)}"`,
  };
}

function waiting(extension: JsonObject, at: number): ExtensionRun {
  return { name: nameOf(extension), handler: handlerOf(extension), state: 'waiting', exitCode: 0, output: '', at };
}

function guestExtension(extension: JsonObject): GuestExtension {
  return {
    name: nameOf(extension),
    publisher: stringAt(extension, 'properties', 'publisher') ?? '',
    type: stringAt(extension, 'properties', 'type') ?? '',
    settings: objectAt(extension, 'properties', 'settings') ?? {},
    protectedSettings: objectAt(extension, 'properties', 'protectedSettings') ?? {},
  };
}
