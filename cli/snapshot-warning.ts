// What a snapshot leaves to be guessed, or says otherwise than it is read: told beside the answer, for the answer stands on it.

export interface SnapshotWarning {
  readonly code: string;
  readonly message: string;
  /** Where in the snapshot. */
  readonly field: string;
  readonly nextStep: string;
}

/** For people, below each other. */
export function warningText(warnings: readonly SnapshotWarning[]): string {
  return warnings
    .map(({ code, message, field, nextStep }) => `weir: ${message} (${code})\n  where: ${field}\n  ${nextStep}\n`)
    .join('');
}

/** For scripts: absent where there is none, so that what depends on the answer alone finds nothing else. */
export function warningsIn(warnings: readonly SnapshotWarning[]): { readonly warnings?: readonly SnapshotWarning[] } {
  return warnings.length === 0 ? {} : { warnings };
}

export const warned = {
  settings: {
    code: 'SETTINGS_MISSING',
    message:
      'The snapshot has no settings, so it is judged by the defaults: at most 10 machines, no standby, a fresh machine for every job, and one image, which is that of the scale set.',
    field: 'settings',
    nextStep: 'Add the settings of the pool; "weir schema pool-settings" lists them.',
  },
  standby: (desiredIdle: number, maxCapacity: number): SnapshotWarning => ({
    code: 'STANDBY_GT_MAX',
    message: `desiredIdle ${String(desiredIdle)} is above maxCapacity ${String(maxCapacity)}, and ${String(maxCapacity)} is taken for it.`,
    field: 'settings.desiredIdle',
    nextStep: 'Lower desiredIdle or raise maxCapacity.',
  }),
  agents: {
    code: 'AGENTS_MISSING',
    message:
      'The snapshot has no agents. It shows no machine that could have one, so it is judged as if there were none.',
    field: 'agents',
    nextStep: 'Add the agents of the pool, or "agents": [] where it has none.',
  },
  capacity: (place: number, machines: number): SnapshotWarning => ({
    code: 'CAPACITY_MISSING',
    message: `The scale set tells no capacity, so the ${String(machines)} of its list of instances is taken for it.`,
    field: `scaleSets[${String(place)}].scaleSet.sku.capacity`,
    nextStep: 'Add the scale set as Azure returns it.',
  }),
  memory: (version: number): SnapshotWarning => ({
    code: 'MEMORY_VERSION',
    message: `Another release of Weir wrote the memory (version ${String(version)}), so what decide remembered is not believed.`,
    field: 'memory.version',
    nextStep: 'Read it with the release that wrote it.',
  }),
} as const;
