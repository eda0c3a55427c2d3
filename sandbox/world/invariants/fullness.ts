// Whether a pool has no place left, by what is true: its machines against its maximum and against the quota of its region, and
// its lanes against the most that it may have.
import type { JournalEvent } from '../journal.ts';
import { numberIn, textIn } from './checker.ts';

export class Fullness {
  #maximum = Infinity;
  #quota = Infinity;
  #mostLanes = Infinity;
  readonly #machines = new Set<string>();
  readonly #lanes = new Set<string>();

  see(event: JournalEvent): void {
    const vmId = textIn(event, 'vmId') ?? '';
    switch (event.kind) {
      case 'poolSettings':
        this.#maximum = numberIn(event, 'maxCapacity') ?? Infinity;
        this.#mostLanes = numberIn(event, 'maxLanes') ?? Infinity;
        this.#quota = numberIn(event, 'quotaMachines') ?? Infinity;
        return;
      case 'instanceCreated':
        this.#machines.add(vmId);
        return;
      case 'instanceDeleted':
        this.#machines.delete(vmId);
        return;
      case 'fault':
        // Machines of another size take another share of the quota, so it may be full with any number of them.
        if (event.id === 'A21' && this.#quota < Infinity) this.#quota = 0;
        return;
      case 'wire':
        this.#lane(event);
    }
  }

  get isFull(): boolean {
    return this.#machines.size >= Math.min(this.#maximum, this.#quota) || this.#lanes.size >= this.#mostLanes;
  }

  /** Where no answer came it may have been done: a lane counts as soon as it was asked for, and until Azure took its end. */
  #lane(event: JournalEvent): void {
    const scaleSet = textIn(event, 'scaleSet');
    if (event.call !== 'patchCapacity' || event.isLane !== true || scaleSet === null) return;
    const status = numberIn(event, 'status');
    if (event.method === 'PUT' && (status === null || status < 300)) this.#lanes.add(scaleSet);
    if (event.method === 'DELETE' && status !== null && status < 300) this.#lanes.delete(scaleSet);
  }
}
