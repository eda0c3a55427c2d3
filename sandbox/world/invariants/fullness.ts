// Whether a pool has no place left, by what is true: its machines against its maximum and against the quota of its region, and
// its lanes against the most that it may have; the scale sets of trials are none of those.
import type { JournalEvent } from '../journal.ts';
import { isTrialSet } from '../trial-set.ts';
import { numberIn, textIn } from './checker.ts';

export class Fullness {
  #maximum = Infinity;
  #quota = Infinity;
  #mostLanes = Infinity;
  /** Machines of another size take another share of the quota, so it may be full with any number of them. */
  #areSizesMixed = false;
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
        if (event.id === 'A21') this.#areSizesMixed = true;
        return;
      case 'wire':
        this.#lane(event);
    }
  }

  get isFull(): boolean {
    const quota = this.#areSizesMixed && this.#quota < Infinity ? 0 : this.#quota;
    return this.#machines.size >= Math.min(this.#maximum, quota) || this.#lanes.size >= this.#mostLanes;
  }

  /** Where no answer came it may have been done: a lane counts as soon as it was asked for, and until Azure took its end. */
  #lane(event: JournalEvent): void {
    const scaleSet = textIn(event, 'scaleSet');
    if (event.call !== 'patchCapacity' || event.isLane !== true || scaleSet === null || isTrialSet(scaleSet)) return;
    const status = numberIn(event, 'status');
    if (event.method === 'PUT' && (status === null || status < 300)) this.#lanes.add(scaleSet);
    if (event.method === 'DELETE' && status !== null && status < 300) this.#lanes.delete(scaleSet);
  }
}
