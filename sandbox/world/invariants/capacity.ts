// I-4: a capacity that the controller writes is never below what it was, and never above the maximum. I-5: no machine is
// made for the controller beyond the maximum, however many are still on their way out.
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

export function capacityChecker(): Checker {
  let maximum = Infinity;
  const machines = new Set<string>();
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
        machines.add(vmId);
        if (isByController(event) && machines.size > (numberIn(event, 'maximumWhenAsked') ?? maximum))
          report(event.t, `There are ${String(machines.size)} machines, of at most ${String(maximum)}.`, 'I-5');
        return;
      case 'instanceDeleted':
        if (vmId !== null) machines.delete(vmId);
    }
  };
}
