// How long things take, in virtual seconds. Azure publishes no such numbers: the defaults are azure-wire.md "Durations" and what the
// brief of the sandbox asks for. Each draw is lognormal, because boots have a long right tail.

export interface Spread {
  /** Seconds. */
  readonly median: number;
  /** Seconds: one in twenty takes longer. */
  readonly p95: number;
}

export interface Timings {
  /** From the accepted request until the operating system of a new instance is up. */
  readonly create: Spread;
  readonly reimage: Spread;
  readonly reimageEphemeral: Spread;
  readonly extension: Spread;
  readonly delete: Spread;
  readonly deallocate: Spread;
  readonly powerOff: Spread;
  readonly start: Spread;
  readonly restart: Spread;
  /** A write that changes the model only. */
  readonly model: Spread;
  /** From an accepted request until the machine is really stopped. */
  readonly stop: Spread;
  /** A gallery image version into one region: Azure only says that it can take hours. */
  readonly replicate: Spread;
}

export const defaultTimings: Timings = {
  create: { median: 70, p95: 90 },
  reimage: { median: 90, p95: 120 },
  reimageEphemeral: { median: 40, p95: 60 },
  extension: { median: 50, p95: 110 },
  delete: { median: 25, p95: 55 },
  deallocate: { median: 50, p95: 75 },
  powerOff: { median: 30, p95: 50 },
  start: { median: 40, p95: 60 },
  restart: { median: 35, p95: 55 },
  model: { median: 11, p95: 16 },
  stop: { median: 3, p95: 6 },
  replicate: { median: 900, p95: 3600 },
};

/** Milliseconds, at least one. */
export function drawMs(spread: Spread, random: () => number): number {
  const sigma = Math.log(spread.p95 / spread.median) / 1.645;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(1, Math.round(spread.median * Math.exp(sigma * normal) * 1000));
}
