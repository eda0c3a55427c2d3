// How much is tried: little where every change waits for it, as much as `.ci/nightly` says otherwise.

/** `.ci/nightly` has said how much. */
export function isNight(): boolean {
  return process.env.WEIR_SWEEPS !== undefined;
}

export function seedsOr(few: number): number {
  return wholeOr('WEIR_SEEDS', few);
}

export function sweepsOr(few: number): number {
  return wholeOr('WEIR_SWEEPS', few);
}

export function huntsOr(few: number): number {
  return wholeOr('WEIR_HUNTS', few);
}

function wholeOr(name: string, few: number): number {
  const said = Number(process.env[name] ?? few);
  if (!Number.isInteger(said) || said < 1) throw new Error(`${name} must be a whole number above 0.`);
  return said;
}
