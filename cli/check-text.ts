// The findings of `weir check` as people read them: what is wrong in full with its command, what is good in one line.
import type { SetCheckView, RightView } from '../contract/checks.ts';
import type { Check } from '../service/domain/validation-check.ts';
import type { FixCommands } from '../service/domain/fix-commands.ts';
import { count } from '../service/domain/words.ts';
import type { PoolFindings } from './check-pool.ts';
import { safeText } from './safe-text.ts';

export type Shell = keyof FixCommands;

const marks = { ok: 'good   ', warning: 'warning', error: 'ERROR  ', skipped: 'skipped', pending: 'pending' } as const;

export function findingsText(findings: PoolFindings, shell: Shell): string {
  const { pool, agentPool, view, images, discovery, problem } = findings;
  const lines = [`Pool ${pool}${view === null ? '' : ` on the scale set ${view.scaleSet.name}`}`];
  if (problem !== null) lines.push(`  ${marks.error}  ${problem.message}`, `             ${problem.nextStep}`);
  for (const one of [agentPool, discovery]) {
    if (one === null) continue;
    lines.push(`  ${marks[one.status]}  ${one.words}`);
    if (one.nextStep !== null) lines.push(`             ${one.nextStep}`);
  }
  lines.push(...listed('Scale set', view?.checks ?? [], shell));
  lines.push(...listed('Permissions', view?.rights ?? [], shell));
  for (const image of images) lines.push(...listed(`Image ${image.alias} ${image.version}`, image.checks, shell));
  return `${lines.map(safeText).join('\n')}\n`;
}

function listed(what: string, rows: readonly (SetCheckView | RightView | Check)[], shell: Shell): readonly string[] {
  if (rows.length === 0) return [];
  const open = rows.filter((one) => one.status === 'error' || one.status === 'warning');
  const good = rows.filter((one) => one.status === 'ok').length;
  return [`  ${what}: ${count(good, 'check')} good`, ...open.flatMap((one) => readable(one, shell))];
}

function readable(one: SetCheckView | RightView | Check, shell: Shell): readonly string[] {
  const indent = '             ';
  const lacks = 'lacks' in one ? one.lacks.map((action) => `${indent}lacks ${action}`) : [];
  const commands = one.fix?.commands?.[shell].split('\n') ?? [];
  return [
    `  ${marks[one.status]}  ${one.title}: ${one.words}`,
    ...lacks,
    ...(one.fix == null ? [] : [`${indent}${one.fix.words}`]),
    ...commands.map((line) => `${indent}  ${line}`),
  ];
}
