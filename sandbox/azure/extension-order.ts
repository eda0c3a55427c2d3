// The order of extensions on an instance. `provisionAfterExtensions` orders only what it names; everything else may run anytime, so the
// next one is drawn among those that are ready (azure-wire.md 3, Sequencing).
import { ArmError, invalidParameter } from './arm-error.ts';
import { osTypeOf } from './images.ts';
import { isObject, listAt, objectAt, stringAt, valueAt } from './json.ts';
import type { JsonObject } from './json.ts';
import type { ExtensionRun } from './state.ts';

export function extensionsOf(profile: JsonObject): JsonObject[] {
  return listAt(profile, 'extensionProfile', 'extensions').filter(isObject);
}

export function extensionNamed(profile: JsonObject, name: string): JsonObject | undefined {
  return extensionsOf(profile).find((extension) => nameOf(extension).toLowerCase() === name.toLowerCase());
}

export function nameOf(extension: JsonObject): string {
  return stringAt(extension, 'name') ?? '';
}

export function handlerOf(extension: JsonObject): string {
  return `${stringAt(extension, 'properties', 'publisher') ?? ''}.${stringAt(extension, 'properties', 'type') ?? ''}`;
}

function dependenciesOf(extension: JsonObject): string[] {
  return listAt(extension, 'properties', 'provisionAfterExtensions').filter((name) => typeof name === 'string');
}

/** Refuses what Azure refuses: unknown names, cycles, a depended-on extension without settings. */
export function requireValidOrder(profile: JsonObject): void {
  const extensions = extensionsOf(profile);
  const byName = new Map(extensions.map((extension) => [nameOf(extension).toLowerCase(), extension]));
  requireOnePerHandler(profile, extensions);
  for (const extension of extensions) {
    if (nameOf(extension) === '')
      throw invalidParameter('extensionProfile.extensions', 'Every extension needs a name.');
    for (const key of ['publisher', 'type', 'typeHandlerVersion']) {
      if (stringAt(extension, 'properties', key) === undefined)
        throw invalidParameter(key, `Required parameter '${key}' is missing (null).`);
    }
    for (const name of dependenciesOf(extension)) {
      const needed = byName.get(name.toLowerCase());
      if (!needed) throw notThere(nameOf(extension), name);
      if (!objectAt(needed, 'properties', 'settings')) {
        throw invalidParameter(
          'settings',
          `Extension '${name}' must have a settings field because other extensions are provisioned after it.`,
        );
      }
    }
  }
  const done = new Set<string>();
  for (const name of byName.keys()) walk(name, byName, done, []);
}

/** On both systems: github.com/Azure/azure-quickstart-templates/issues/4493, MicrosoftDocs/azure-docs/issues/55085. */
function requireOnePerHandler(profile: JsonObject, extensions: readonly JsonObject[]): void {
  const seen = new Map<string, string>();
  for (const extension of extensions) {
    const handler = handlerOf(extension);
    const other = seen.get(handler.toLowerCase());
    if (other !== undefined) {
      const system = osTypeOf(profile) === 'windows' ? 'Windows' : 'Linux';
      throw new ArmError(
        400,
        'BadRequest',
        `Multiple VMExtensions per handler not supported for OS type '${system}'. VMExtension '${other}' with handler '${handler}' already added or specified in input.`,
      );
    }
    seen.set(handler.toLowerCase(), nameOf(extension));
  }
}

/** The extension to run now, or null when one is running or no more can run. */
export function nextToRun(profile: JsonObject, runs: readonly ExtensionRun[], random: () => number): JsonObject | null {
  if (runs.some((run) => run.state === 'running')) return null;
  const states = new Map(runs.map((run) => [run.name.toLowerCase(), run.state]));
  const ready = runs.filter((run) => {
    if (run.state !== 'waiting') return false;
    const extension = extensionNamed(profile, run.name);
    return (
      extension !== undefined &&
      dependenciesOf(extension).every((name) => (states.get(name.toLowerCase()) ?? 'succeeded') === 'succeeded')
    );
  });
  const chosen = ready[Math.floor(random() * ready.length)];
  return chosen ? (extensionNamed(profile, chosen.name) ?? null) : null;
}

export function suppressesFailures(extension: JsonObject): boolean {
  return valueAt(extension, 'properties', 'suppressFailures') === true;
}

/** `extensionsTimeBudget`, 15 to 120 minutes, by default 90. Milliseconds. */
export function timeBudgetMs(profile: JsonObject): number {
  const text = stringAt(profile, 'extensionProfile', 'extensionsTimeBudget') ?? 'PT1H30M';
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(text);
  const minutes = match ? Number(match[1] ?? 0) * 60 + Number(match[2] ?? 0) : NaN;
  if (!(minutes >= 15 && minutes <= 120)) {
    throw invalidParameter(
      'extensionsTimeBudget',
      `The value '${text}' of parameter 'extensionsTimeBudget' is invalid. It must be between 15 and 120 minutes.`,
    );
  }
  return minutes * 60_000;
}

function walk(name: string, byName: ReadonlyMap<string, JsonObject>, done: Set<string>, path: readonly string[]): void {
  if (path.includes(name)) {
    throw invalidParameter(
      'provisionAfterExtensions',
      `The extensions '${[...path, name].join("', '")}' are provisioned after each other in a cycle.`,
    );
  }
  if (done.has(name)) return;
  const extension = byName.get(name);
  if (extension)
    for (const needed of dependenciesOf(extension)) walk(needed.toLowerCase(), byName, done, [...path, name]);
  done.add(name);
}

function notThere(extension: string, needed: string): Error {
  return invalidParameter(
    'provisionAfterExtensions',
    `Extension '${extension}' is to be provisioned after extension '${needed}', which is not part of the scale set.`,
  );
}
