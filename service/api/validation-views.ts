// Validations in the contract's shapes: the report with its checks, and what each trial machine went through, as bars.
import type { TrialInstanceView, ValidationReport, ValidationSummary } from '../../contract/validations.ts';
import type { Check } from '../domain/validation-check.ts';
import { liveChecks } from '../domain/validation-live-check.ts';
import { bootSecondsOf, quantile } from '../domain/validation-live-report.ts';
import type { TrialLife, TrialMachine, Validation } from '../domain/validation.ts';
import { iso, isoOrNull } from './instant.ts';

export function summaryOf(validation: Validation, bootMs: number): ValidationSummary {
  const { validationId, image, version, phase, words, startedBy, staticOnly } = validation;
  const checks = checksOf(validation, bootMs);
  return {
    ...{ validationId, image, version, phase, words, startedBy, staticOnly },
    verdict: phase === 'finished' ? validation.verdict : null,
    startedAt: iso(validation.startedAt),
    finishedAt: isoOrNull(validation.finishedAt),
    errors: checks.filter((check) => check.status === 'error').length,
    warnings: checks.filter((check) => check.status === 'warning').length,
  };
}

export function reportOf(validation: Validation, bootMs: number, now: number): ValidationReport {
  const { machines, scaleSetId, phase } = validation;
  const boots = machines.flatMap((machine) => bootSecondsOf(machine) ?? []);
  const [p50, p95] = [quantile(boots, 0.5), quantile(boots, 0.95)];
  const isStanding = phase !== 'finished' || validation.keptUntil !== null;
  return {
    now: iso(now),
    ...summaryOf(validation, bootMs),
    instanceCount: validation.instanceCount,
    probeScript: validation.probeScript,
    deadlineAt: phase === 'finished' ? null : iso(validation.deadlineAt),
    scaleSet: scaleSetId === null || !isStanding ? null : scaleSetId.slice(scaleSetId.lastIndexOf('/') + 1),
    checks: checksOf(validation, bootMs).map((check) => ({ ...check, evidence: [...check.evidence] })),
    instances: machines.map((machine) => instanceView(machine, validation)),
    bootSeconds: p50 === null || p95 === null ? null : { p50, p95, samples: boots.length },
    events: validation.events.map(({ at, words }) => ({ at: iso(at), words })),
  };
}

function checksOf(validation: Validation, bootMs: number): readonly Check[] {
  return [...validation.staticChecks, ...liveChecks(validation, { bootMs })];
}

function instanceView(machine: TrialMachine, validation: Validation): TrialInstanceView {
  const { first, second, reimage } = machine;
  const back = second?.onlineAt ?? null;
  const isReimaged = reimage !== null && back !== null;
  return {
    name: machine.name,
    computerName: first.claim?.computerName ?? machine.computerName,
    agentName: second?.agentName ?? first.agentName,
    state: stateOf(machine, validation),
    spans: spansOf(machine, validation.finishedAt),
    bootSeconds: bootSecondsOf(machine),
    reimageSeconds: isReimaged ? Math.round((back - reimage.askedAt) / 1000) : null,
    consoleTail: consoleOf(machine),
  };
}

function stateOf(machine: TrialMachine, { phase, verdict }: Validation): TrialInstanceView['state'] {
  const { first, second, reimage } = machine;
  if (machine.isKept) return 'saved';
  const hasFailed =
    machine.provisioningState === 'failed' || machine.extensions.some((one) => one.isError) || reimage?.problem != null;
  if (hasFailed || (verdict !== null && first.onlineAt === null)) return 'failed';
  if (phase === 'finished') return verdict === 'passed' ? 'passed' : 'gone';
  if (second?.onlineAt != null) return 'onlineAgain';
  if (reimage !== null) return 'reimaging';
  if (first.reportedAt !== null) return 'probed';
  if (first.onlineAt !== null) return 'online';
  return machine.provisioningState === 'creating' && first.claimedAt === null ? 'creating' : 'booting';
}

type Span = TrialInstanceView['spans'][number];

/** From one thing that was seen to the next; what was never seen ends with the trial, as failed. */
function spansOf(machine: TrialMachine, finishedAt: number | null): Span[] {
  const { createdAt, first, second, reimage } = machine;
  const spans = [
    span('creating', createdAt, first.claimedAt ?? first.onlineAt, finishedAt),
    ...lifeSpans(first, 'agentStarting', 'probe', finishedAt),
  ];
  if (reimage !== null) {
    spans.push(span('reimaging', reimage.askedAt, reimage.doneAt, finishedAt));
    if (second !== null) spans.push(...lifeSpans(second, 'agentStartingAgain', 'probeAgain', finishedAt));
  }
  return spans;
}

function lifeSpans(life: TrialLife, starting: Span['phase'], probe: Span['phase'], finishedAt: number | null): Span[] {
  const { claimedAt, onlineAt, reportedAt } = life;
  return [
    ...(claimedAt === null ? [] : [span(starting, claimedAt, onlineAt, finishedAt)]),
    ...(onlineAt === null ? [] : [span(probe, onlineAt, reportedAt, finishedAt)]),
  ];
}

function span(phase: Span['phase'], from: number, to: number | null, finishedAt: number | null): Span {
  const end = to === null ? finishedAt : Math.max(from, to);
  return { phase, from: iso(from), to: isoOrNull(end), failed: to === null && finishedAt !== null };
}

function consoleOf({ extensions, failures, first, second }: TrialMachine): string | null {
  const failed = extensions.find((one) => one.isError)?.message ?? failures[0]?.message;
  const probe = [first, second].find((life) => life?.report?.probe != null && life.report.probe.exitCode !== 0);
  const text = failed ?? probe?.report?.probe?.output ?? null;
  return text === null || text === '' ? null : text.slice(-8000);
}
