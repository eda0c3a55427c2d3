// What a look at a scale set found, as the contract shows it.
import type { ChecksView, FixEntry, RightView, SetCheckView } from '../../contract/checks.ts';
import type { RightFinding } from '../domain/right-check.ts';
import type { Inspected, Inspection } from '../doctor-port.ts';
import { iso } from './instant.ts';

export interface ViewOfChecks {
  readonly now: number;
  readonly pool: string | null;
  readonly inspection: Inspection;
  /** Of whoever asks, beside those of the service. */
  readonly own: readonly RightFinding[];
  readonly mayFix: boolean;
  readonly fixes: readonly FixEntry[];
}

export function checksViewOf({ now, pool, inspection, own, mayFix, fixes }: ViewOfChecks): ChecksView {
  const { scaleSetId } = inspection;
  const checks = inspection.checks.map(checkViewOf);
  const rights = [...inspection.rights, ...own].map(rightViewOf);
  const counted = [...checks, ...rights];
  return {
    now: iso(now),
    pool,
    scaleSet: { id: scaleSetId, name: scaleSetId.slice(scaleSetId.lastIndexOf('/') + 1) },
    errors: counted.filter((one) => one.status === 'error').length,
    warnings: counted.filter((one) => one.status === 'warning').length,
    checks,
    rights,
    mayFix,
    fixes: [...fixes],
  };
}

function checkViewOf({ check, cannot }: Inspected): SetCheckView {
  const { code, title, status, words, evidence, fix } = check;
  return {
    ...{ code, title, status, words, evidence: [...evidence] },
    fix:
      fix === null
        ? null
        : { words: fix.words, commands: fix.commands, canFix: fix.mend !== null && cannot === null, cannot },
  };
}

function rightViewOf({ who, title, status, words, lacks, role, fix }: RightFinding): RightView {
  return { who, title, status, words, lacks: [...lacks], role, fix };
}
