// The checks of a validation as JUnit XML, so that the run's Tests tab shows them.
import type { CheckView, ValidationReport } from '../../contract/validations.ts';

export function junitOf(report: ValidationReport): string {
  const { checks, image, version } = report;
  const failures = checks.filter((check) => check.status === 'error').length;
  const skipped = checks.filter((check) => check.status === 'skipped' || check.status === 'pending').length;
  const name = xml(`Weir: ${image} ${version}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="${name}" tests="${checks.length}" failures="${failures}" skipped="${skipped}">`,
    ...checks.map((check) => testCase(check, name)),
    '</testsuite></testsuites>',
    '',
  ].join('\n');
}

function testCase(check: CheckView, suite: string): string {
  const title = check.instance === null ? check.title : `${check.title} (${check.instance})`;
  const open = `  <testcase classname="${suite}" name="${xml(title)}">`;
  if (check.status === 'error')
    return `${open}<failure message="${xml(check.words)}">${xml(details(check))}</failure></testcase>`;
  if (check.status === 'skipped' || check.status === 'pending')
    return `${open}<skipped message="${xml(check.words)}"/></testcase>`;
  return `${open}<system-out>${xml(details(check))}</system-out></testcase>`;
}

function details({ words, evidence, fix }: CheckView): string {
  const seen = evidence.map(({ name, value }) => `${name}: ${value}`);
  return [words, ...seen, ...(fix === null ? [] : [fix.words])].join('\n');
}

/** Signs that XML 1.0 does not know are left out: no escape makes them legal. */
function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
