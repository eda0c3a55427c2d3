// How many machines one scale set can hold, which may be fewer than the pool may have.
import type { ScaleSet } from './instance.ts';

/** With a single placement group (azure-wire.md 3, "Uniform vs Flexible"). */
export const mostInOnePlacementGroup = 100;

/** What is looked at here of a scale set and its machines. */
interface Bounded {
  readonly name: string;
  readonly live: number;
  readonly deleting: number;
  readonly promised: number;
  readonly mostMachines?: number;
}

/** Absent where no limit is known. */
export function setLimit({ singlePlacementGroup }: ScaleSet): Pick<Bounded, 'mostMachines'> {
  return singlePlacementGroup ? { mostMachines: mostInOnePlacementGroup } : {};
}

/** How many more it can hold: machines on their way out hold their places until they are gone. */
export function roomInSet({ mostMachines, live, promised, deleting }: Bounded): number {
  return mostMachines === undefined ? Infinity : Math.max(0, mostMachines - live - promised - deleting);
}

/** No sentence of its own. */
export function setLimitWords({ name, mostMachines = 0 }: Bounded): string {
  return `the scale set ${name} holds at most ${mostMachines} machines while singlePlacementGroup is on`;
}
