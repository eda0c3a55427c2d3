// The report of a validation as the Markdown that stands on the page of the run. Words of machines are hostile: nothing in
// them may become markup or a logging command.
import type { CheckView, ValidationReport } from '../../contract/validations.ts';
import { defused } from '../task-problem.ts';

const signs = { ok: '✅', warning: '⚠️', error: '❌', skipped: '➖', pending: '…' } as const;

/** `reportUrl` is null where there is no report in the hub. */
export function summaryOf(report: ValidationReport, reportUrl: string | null): string {
  const { image, version, verdict, words } = report;
  const lines = [
    `### Weir: version ${plain(version)} of ${plain(image)}: ${verdict ?? 'unfinished'}`,
    '',
    plain(words),
    '',
    '| | Check | What was seen |',
    '| --- | --- | --- |',
    ...report.checks.map(row),
    '',
    ...boots(report),
    ...(reportUrl === null ? [] : [`[The whole report](${reportUrl})`, '']),
  ];
  return defused(lines.join('\n'));
}

function row(check: CheckView): string {
  const where = check.instance === null ? '' : ` (${plain(check.instance)})`;
  const fix = check.fix === null || check.status === 'ok' ? '' : ` **Next:** ${plain(check.fix.words)}`;
  return `| ${signs[check.status]} | ${plain(check.title)}${where} | ${plain(check.words)}${fix} |`;
}

function boots({ bootSeconds }: ValidationReport): readonly string[] {
  if (bootSeconds === null) return [];
  const { p50, p95, samples } = bootSeconds;
  return [
    `From the request to an online agent: ${Math.round(p50)} s (p95 ${Math.round(p95)} s, ${samples} machines).`,
    '',
  ];
}

/** One line, without what Markdown or HTML would obey. */
function plain(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~]/g, (sign) => `\\${sign}`);
}
