// The task ValidateImage: asks the service to prove an image version, tells what happens, and fails where it is not good.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceProblem } from '../../contract/client.ts';
import type { ValidationReport, ValidationStarted } from '../../contract/validations.ts';
import type { Agent } from '../agent.ts';
import { TaskProblem } from '../task-problem.ts';
import type { Outcome } from '../run-task.ts';
import { weirService, type WeirService } from '../weir-service.ts';
import { junitOf } from './junit.ts';
import { validateOnAzure } from './straight-on-azure.ts';
import { summaryOf } from './summary.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 10_000;
/** After a cancel the agent gives a task about a minute before it is killed. */
const cleaningMs = 45_000;
/** A service that restarts is away for a while; the validation goes on without anybody asking. */
const patienceMs = 180_000;

export async function validateImage(agent: Agent, signal: AbortSignal): Promise<Outcome> {
  if (agent.input('azureSubscription') !== null) return await onAzure(agent, signal);
  const service = weirService(agent);
  const pool = agent.requiredInput('pool');
  const started = await start(agent, service, pool);
  agent.output('imageVersion', started.version);
  const report = await follow(agent, service, pool, started, signal);
  const reportUrl = `${service.organization}/_settings/weir.weir.organization-hub#/pools/${encodeURIComponent(pool)}/images/${started.validationId}`;
  agent.output('verdict', report.verdict ?? 'broken');
  agent.output('reportUrl', reportUrl);
  await attach(agent, report, reportUrl);
  return { succeeded: report.verdict === 'passed', words: closingWords(report) };
}

/** Nothing of it is known to the service, so there is no report in the hub. */
async function onAzure(agent: Agent, signal: AbortSignal): Promise<Outcome> {
  if (agent.input('weirConnection') !== null) {
    throw new TaskProblem(
      'Both weirConnection and azureSubscription are given.',
      'Keep weirConnection to ask the service, or azureSubscription to look without it.',
    );
  }
  const report = await validateOnAzure(agent, signal);
  agent.output('imageVersion', report.version);
  agent.output('verdict', report.verdict ?? 'broken');
  agent.output('reportUrl', '');
  await attach(agent, report, null);
  return { succeeded: report.verdict === 'passed', words: closingWords(report) };
}

/** A cancel does not cut this call short: what was started is known, and so it can be cancelled. */
async function start(agent: Agent, service: WeirService, pool: string): Promise<ValidationStarted> {
  const image = agent.requiredInput('image');
  const instanceCount = agent.whole('instanceCount', 1, 10);
  const timeoutMinutes = agent.whole('timeoutMinutes', 5, 120);
  const probeScript = agent.input('probeScript');
  const started = await service.client.startValidation(
    pool,
    {
      image,
      version: agent.input('version'),
      staticOnly: agent.flag('staticOnly'),
      ...(instanceCount === null ? {} : { instanceCount }),
      ...(timeoutMinutes === null ? {} : { timeoutMinutes }),
      ...(probeScript === null ? {} : { probeScript }),
    },
    { idempotencyKey: randomUUID() },
  );
  agent.say(`Validating version ${started.version} of image ${started.image} on pool ${pool}.`);
  return started;
}

/** One line for each event of the service; a service that is away for a moment is asked again. */
async function follow(
  agent: Agent,
  service: WeirService,
  pool: string,
  { validationId }: ValidationStarted,
  signal: AbortSignal,
): Promise<ValidationReport> {
  let told = 0;
  let pauseMs = firstPauseMs;
  let awaySince: number | null = null;
  for (;;) {
    if (signal.aborted) return await cancel(agent, service, pool, validationId);
    try {
      const report = await service.client.validation(pool, validationId, signal);
      awaySince = null;
      for (const event of report.events.slice(told)) agent.say(`${event.at.slice(11, 19)}  ${event.words}`);
      told = report.events.length;
      if (report.phase === 'finished') return report;
    } catch (problem) {
      if (isAborted(signal)) continue;
      if (!(problem instanceof ServiceProblem) || (problem.status !== 0 && problem.status < 500)) throw problem;
      awaySince ??= Date.now();
      if (Date.now() - awaySince > patienceMs) throw problem;
      agent.warn(`${problem.message} Asking again.`);
    }
    await sleep(pauseMs, null, { signal }).catch(() => undefined);
    pauseMs = Math.min(longestPauseMs, pauseMs * 1.5);
  }
}

/** Asked anew: it may have happened while a call waited, which the compiler does not think of. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** The trial machines are the customer's money: the task stays until the service says that they go. */
async function cancel(agent: Agent, service: WeirService, pool: string, validationId: string): Promise<never> {
  agent.say('The run was cancelled: the validation is cancelled too, and its machines are deleted.');
  const until = Date.now() + cleaningMs;
  let report = await service.client.cancelValidation(pool, validationId);
  while (report.phase !== 'finished' && Date.now() < until) {
    await sleep(firstPauseMs);
    report = await service.client.validation(pool, validationId);
  }
  const words = report.phase === 'finished' ? 'Nothing is left.' : 'Weir goes on with deleting the trial machines.';
  throw new TaskProblem(`The validation was cancelled. ${words}`, 'Run it again when you need its verdict.');
}

async function attach(agent: Agent, report: ValidationReport, reportUrl: string | null): Promise<void> {
  const folder = agent.variable('Agent.TempDirectory') ?? process.cwd();
  const summary = join(folder, `weir-validation-${report.validationId}.md`);
  await writeFile(summary, summaryOf(report, reportUrl));
  agent.attachSummary(summary);
  const junit = agent.input('junitFile');
  if (junit !== null) {
    await writeFile(junit, junitOf(report));
    agent.say(`The checks stand in ${junit} as JUnit XML.`);
  }
}

function closingWords(report: ValidationReport): string {
  if (report.verdict === 'passed') return `Version ${report.version} passed: ${report.words}`;
  const failed = report.checks.find((check) => check.status === 'error');
  const next = failed?.fix === null || failed === undefined ? '' : ` ${failed.fix.words}`;
  return `Version ${report.version} did not pass: ${failed === undefined ? report.words : `${failed.title}: ${failed.words}`}${next}`;
}
