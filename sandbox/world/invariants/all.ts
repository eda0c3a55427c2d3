// Every checker of a run, fed with the same lines of the journal and of the wire; a law that is broken again and again is told a few times only.
import type { JournalEvent } from '../journal.ts';
import { capacityChecker } from './capacity.ts';
import type { Report, Violation } from './checker.ts';
import { contentsChecker } from './contents.ts';
import { convergenceChecker } from './convergence.ts';
import { cordonChecker } from './cordon.ts';
import { destroyChecker } from './destroy.ts';
import { gateChecker, type GateWindow } from './gate.ts';
import { namedChecker } from './named.ts';
import { pinChecker } from './pins.ts';
import { taggedChecker } from './tagged.ts';
import { disruptionChecker } from './disruption.ts';
import { outageChecker } from './outage.ts';
import { placeholderChecker } from './placeholders.ts';
import { manualStateChecker, ownershipChecker, singleUseChecker } from './ownership.ts';
import { placementChecker } from './placement.ts';
import { savedChecker } from './saved.ts';
import { wireChecker } from './wire.ts';

const mostOfOneKind = 5;

export class Invariants {
  readonly violations: Violation[] = [];
  readonly gateWindow: GateWindow = { count: 0, longestSeconds: 0, jobs: 0 };
  readonly #checkers = [
    destroyChecker(),
    cordonChecker(),
    contentsChecker(),
    placementChecker(),
    gateChecker(this.gateWindow),
    pinChecker(),
    namedChecker(),
    taggedChecker(),
    wireChecker(),
    capacityChecker(),
    singleUseChecker(),
    ownershipChecker(),
    manualStateChecker(),
    outageChecker(),
    convergenceChecker(),
    placeholderChecker(),
    disruptionChecker(),
    savedChecker(),
  ];

  readonly #report: Report = (t, words, invariant) => {
    const alike = this.violations.filter((one) => one.invariant === invariant);
    if (alike.length < mostOfOneKind) this.violations.push({ invariant, t, words });
  };

  see(event: JournalEvent): void {
    for (const check of this.#checkers) check(event, this.#report);
  }
}

/** What only shows when everything has come to rest. */
export const livenessInvariants: ReadonlySet<string> = new Set(['I-8', 'I-11', 'draw']);
