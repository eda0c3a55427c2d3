// What the rows of a what-if are called, and how they differ.
import type { WhatIfRow } from '../../contract/what-if.ts';
import { comparedWords, hoursWords } from '../time.ts';

const names: Readonly<Record<WhatIfRow['name'], string>> = {
  economy: 'Economy',
  balanced: 'Balanced',
  fast: 'Fast',
  sampled: 'Azure DevOps’ own rule',
  edited: 'Yours',
};

export function rowName(row: Pick<WhatIfRow, 'name'>): string {
  return names[row.name];
}

/** "now", "as asked"; empty where the row is neither. */
export function rowMarks({ isCurrent, isEdited, isOnFront }: WhatIfRow): string {
  const marks = [isCurrent ? 'as it is now' : '', isEdited ? 'as you asked' : '', isOnFront ? 'best trade-off' : ''];
  return marks.filter((mark) => mark !== '').join(', ');
}

/** "12 % less", "the same"; empty where there is nothing to compare with. */
export function changeWords(value: number, base: number | undefined): string {
  if (base === undefined || base === 0) return '';
  const percent = Math.round((100 * (value - base)) / base);
  if (percent === 0) return 'the same';
  return percent < 0 ? `${-percent} % less` : `${percent} % more`;
}

/** What would change in the settings of the pool, one sentence each; empty where nothing would. */
export function changesOf(now: Readonly<Record<string, unknown>>, row: WhatIfRow): readonly string[] {
  const then = row.settings;
  const sizing = (now.sizing ?? {}) as Partial<WhatIfRow['settings']['sizing']>;
  const plain = [
    ['Maximum number of machines', now.maxCapacity, then.maxCapacity],
    ['Agents on standby', now.desiredIdle, then.desiredIdle],
    ['Idle delay in minutes', now.timeToLiveMinutes, then.timeToLiveMinutes],
    ['A fresh machine for each job', yes(now.recycleAfterEachUse), yes(then.recycleAfterEachUse)],
    ['Sizing', ruleWords(sizing.policy, sizing.preset), ruleWords(then.sizing.policy, then.sizing.preset)],
  ] as const;
  return plain
    .filter(([, from, to]) => from !== to)
    .map(([name, from, to]) => `${name}: ${String(to)} instead of ${String(from)}`);
}

function yes(value: unknown): string {
  return value === true ? 'yes' : 'no';
}

function ruleWords(policy: string | undefined, preset: string | undefined): string {
  if (policy === 'sampled') return names.sampled;
  return preset === 'economy' || preset === 'fast' ? names[preset] : names.balanced;
}

/** One sentence for people who hear the picture. */
export function chartWords(rows: readonly WhatIfRow[]): string {
  const each = rows.map(
    (row) => `${rowName(row)}: ${comparedWords(row.waitSeconds.mean)} and ${hoursWords(row.vmHours)} machine hours`,
  );
  const front = rows.filter((row) => row.isOnFront).map(rowName);
  return `Mean waiting against machine hours. ${each.join('; ')}. Best trade-off: ${front.join(', ')}.`;
}
