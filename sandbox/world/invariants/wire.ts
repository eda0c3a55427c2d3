// What may never be sent, whatever comes of it: a capacity without `If-Match` (I-4), a delete or a reimage that names no
// instance and so means all of them (I-2), and anything that removes a whole scale set that has machines (I-9).
import { numberIn, type Checker } from './checker.ts';

export function wireChecker(): Checker {
  return (event, report) => {
    if (event.kind !== 'wire') return;
    switch (event.call) {
      case 'patchCapacity': {
        const capacity = numberIn(event, 'capacity');
        // A lane that Weir made goes when it is empty; nothing else goes as a whole.
        if (event.method === 'DELETE' && (event.isLane !== true || event.machines !== 0))
          report(event.t, 'A whole scale set was to be deleted.', 'I-9');
        if (capacity === null) return;
        // A set that is made begins empty, and has no etag yet; one that stands would be seen to be lowered (capacity.ts).
        const isNew = event.method === 'PUT' && capacity === 0;
        if (event.hasIfMatch !== true && !isNew)
          report(event.t, `Capacity ${String(capacity)} was sent without If-Match.`, 'I-4');
        if (!Number.isInteger(capacity) || capacity < 0)
          report(event.t, `Capacity ${String(capacity)} is no number of machines.`, 'I-4');
        return;
      }
      case 'deleteInstances':
      case 'reimage':
        if (!Array.isArray(event.ids) || event.ids.length === 0)
          report(event.t, `${event.call} named no instance, which means all of them.`, 'I-2');
    }
  };
}
