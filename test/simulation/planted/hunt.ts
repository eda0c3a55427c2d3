// Runs one planted bug from several first seeds until a checker notices it, and that run without it: what is noticed there
// as well is no catch.
import { drawRun, type RunOptions } from '../../../sandbox/world/options.ts';
import { simulate } from '../../../sandbox/world/simulate.ts';
import type { AgentKeys } from '../../../service/enrolment/keys.ts';
import { huntsOr } from '../battery-size.ts';
import type { PlantedBug } from './planted-bug.ts';

export interface Catch {
  /** Runs until it was noticed, of each hunt; in order. */
  readonly seeds: readonly number[];
  /** The laws that saw it, each once. */
  readonly invariants: readonly string[];
  /** Laws broken without the bug in the runs in which it was seen. */
  readonly withoutBug: readonly string[];
}

const hours = 1;
/** Seeds at which the hunts begin: far enough apart that no two meet. One where every change waits for it, more at night. */
const firstSeeds = Array.from({ length: huntsOr(1) }, (_, index) => 1 + 1000 * index);
const mostSeeds = 200;

export class Hunt {
  readonly #generateKeys: () => Promise<AgentKeys>;
  readonly #controls = new Map<string, Promise<readonly string[]>>();

  constructor(generateKeys: () => Promise<AgentKeys>) {
    this.#generateKeys = generateKeys;
  }

  /** Null where one of the hunts found nothing. */
  async catch(bug: PlantedBug): Promise<Catch | null> {
    const seeds: number[] = [];
    const withoutBug = new Set<string>();
    const invariants = new Set<string>();
    for (const first of firstSeeds) {
      const found = await this.#from(bug, first);
      if (found === null) return null;
      seeds.push(found.runs);
      invariants.add(found.invariant);
      // The run that showed it counts: those before it showed nothing, so there is nothing to hold against them.
      for (const broken of await this.#control(bug, first + found.runs - 1)) withoutBug.add(broken);
    }
    return { seeds: seeds.toSorted((a, b) => a - b), invariants: [...invariants], withoutBug: [...withoutBug] };
  }

  async #from(bug: PlantedBug, first: number): Promise<{ readonly runs: number; readonly invariant: string } | null> {
    for (let runs = 1; runs <= mostSeeds; runs += 1) {
      const parts = {
        generateKeys: this.#generateKeys,
        endsWith: (invariant: string) => bug.invariants.includes(invariant),
        ...bug.plant(),
      };
      const { violations } = await simulate(optionsOf(bug, first + runs - 1), parts);
      const found = violations.find((violation) => bug.invariants.includes(violation.invariant));
      if (found !== undefined) return { runs, invariant: found.invariant };
    }
    return null;
  }

  async #control(bug: PlantedBug, seed: number): Promise<readonly string[]> {
    const { faults, rules, strengths, settings, backupSeconds, hasImages, arrivals } = bug;
    const key = JSON.stringify([seed, faults, rules, strengths, settings, backupSeconds, hasImages, arrivals]);
    const known =
      this.#controls.get(key) ??
      simulate(optionsOf(bug, seed), { generateKeys: this.#generateKeys }).then(({ violations }) =>
        violations.map(
          (violation) => `seed ${String(seed)} without the bug: ${violation.invariant} ${violation.words}`,
        ),
      );
    this.#controls.set(key, known);
    return await known;
  }
}

function optionsOf(bug: PlantedBug, seed: number): RunOptions {
  const drawn = drawRun(seed, hours, bug.faults, true, bug.hasImages === true);
  return {
    ...drawn,
    rules: { ...drawn.rules, ...bug.rules },
    strengths: { ...drawn.strengths, ...bug.strengths },
    settings: { ...drawn.settings, ...bug.settings },
    arrivals: bug.arrivals ?? drawn.arrivals,
    backupSeconds: bug.backupSeconds ?? drawn.backupSeconds,
  };
}
