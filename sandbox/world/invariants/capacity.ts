// I-4: a capacity that the controller writes is never below what it was, and never above the maximum. I-5: no machine is
// made for the controller beyond the maximum, however many are still on their way out. What somebody else adds in the moment before
// counts from the next one on: capacities of two scale sets cannot be read and written in one step (seed 7330).
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

/** From reading the capacity of one scale set to writing that of another, with the retries in between. */
const momentSeconds = 30;

export function capacityChecker(): Checker {
  let maximum = Infinity;
  /** By vmId: from when on each counts, in seconds. */
  const machines = new Map<string, number>();
  return (event, report) => {
    const vmId = textIn(event, 'vmId');
    switch (event.kind) {
      case 'poolSettings':
        maximum = numberIn(event, 'maxCapacity') ?? maximum;
        return;
      case 'capacitySet': {
        const [from, to] = [numberIn(event, 'from') ?? 0, numberIn(event, 'to') ?? 0];
        if (!isByController(event)) return;
        if (to < from) report(event.t, `The capacity was lowered from ${String(from)} to ${String(to)}.`, 'I-4');
        if (to > maximum) report(event.t, `The capacity ${String(to)} is above ${String(maximum)}.`, 'I-4');
        return;
      }
      case 'instanceCreated':
        if (vmId === null) return;
        machines.set(vmId, isByController(event) ? event.t : event.t + momentSeconds);
        if (isByController(event) && countAt(machines, event.t) > (numberIn(event, 'maximumWhenAsked') ?? maximum))
          report(event.t, `There are ${String(machines.size)} machines, of at most ${String(maximum)}.`, 'I-5');
        return;
      case 'instanceDeleted':
        if (vmId !== null) machines.delete(vmId);
    }
  };
}

function countAt(machines: ReadonlyMap<string, number>, t: number): number {
  return [...machines.values()].filter((from) => from <= t).length;
}
