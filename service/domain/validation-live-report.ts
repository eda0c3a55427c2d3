// Findings from what machines reported of themselves and from how long things took. Reports are untrusted: a poisoned
// image can say that all is well, so what Azure and Azure DevOps saw stands beside them.
import type { Finding } from './validation-check.ts';
import type { TrialMachine, Validation } from './validation.ts';
import { span } from './words.ts';

/** A job needs room: less is an error, and less than twice as much a warning. */
const leastBytes = 5 * 2 ** 30;

export function checkWorkFolder(validation: Validation): Finding {
  const told = withReport(validation);
  const bad = told.find(({ report }) => !report.isWorkFolderWritable);
  const folders = [...new Set(told.map(({ report }) => report.workFolder))].join(', ');
  if (bad !== undefined) {
    return {
      status: 'error',
      words: `The agent cannot write to ${bad.report.workFolder}.`,
      evidence: { folder: bad.report.workFolder },
      instance: bad.machine.name,
      fix: { words: "Give the folder's file system to the agent's user, or name another work folder.", commands: null },
    };
  }
  if (told.length === 0) return unseen(validation);
  return { status: 'ok', words: `${folders} can be written.`, evidence: { folder: folders } };
}

export function checkDiskSpace(validation: Validation): Finding {
  const told = withReport(validation);
  const least = told.toSorted((a, b) => a.report.freeDiskBytes - b.report.freeDiskBytes)[0];
  if (least === undefined) return unseen(validation);
  const free = least.report.freeDiskBytes;
  const evidence = { free: gigabytes(free), folder: least.report.workFolder };
  if (free >= 2 * leastBytes) return { status: 'ok', words: `${gigabytes(free)} are free.`, evidence };
  return {
    status: free < leastBytes ? 'error' : 'warning',
    words: `Only ${gigabytes(free)} are free where jobs work.`,
    evidence,
    instance: least.machine.name,
    fix: {
      words: 'Make the disk of the template larger, or clear the image of what it does not need.',
      commands: null,
    },
  };
}

/** From the request for the machine to its agent online. */
export function bootSecondsOf(machine: TrialMachine): number | null {
  const { onlineAt } = machine.first;
  return onlineAt === null ? null : Math.max(0, Math.round((onlineAt - machine.createdAt) / 1000));
}

export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? null;
}

export function checkBootTime(validation: Validation, limits: { readonly bootMs: number }): Finding {
  const boots = validation.machines.flatMap((machine) => bootSecondsOf(machine) ?? []);
  const [p50, p95] = [quantile(boots, 0.5), quantile(boots, 0.95)];
  if (p50 === null || p95 === null) return unseen(validation);
  const evidence = {
    p50: span(p50 * 1000),
    p95: span(p95 * 1000),
    machines: boots.length,
    deadline: span(limits.bootMs),
  };
  if (p95 * 1000 <= limits.bootMs / 2) return { status: 'ok', words: `Half were ready in ${evidence.p50}.`, evidence };
  return {
    status: 'warning',
    words: `The slowest took ${evidence.p95} of ${evidence.deadline}: jobs wait that long.`,
    evidence,
    fix: { words: 'Do in the image what its scripts do at each boot.', commands: null },
  };
}

export function checkProbe(validation: Validation): Finding {
  if (validation.probeScript === null) return { status: 'skipped', words: 'No probe was asked for.' };
  const lives = validation.machines.flatMap((machine) =>
    [machine.first, machine.second].flatMap((life) =>
      life?.report == null ? [] : [{ machine, probe: life.report.probe }],
    ),
  );
  const failed = lives.find(({ probe }) => probe?.exitCode !== 0);
  if (failed !== undefined) {
    const { machine, probe } = failed;
    return {
      status: 'error',
      words:
        probe === null ? `${machine.name} did not run the probe.` : `The probe ended with exit code ${probe.exitCode}.`,
      evidence: { exitCode: probe?.exitCode ?? null, seconds: probe?.seconds ?? null, output: probe?.output ?? null },
      instance: machine.name,
    };
  }
  if (lives.length === 0) return unseen(validation);
  const seconds = Math.max(...lives.map(({ probe }) => probe?.seconds ?? 0));
  return { status: 'ok', words: `It succeeded ${lives.length} times.`, evidence: { runs: lives.length, seconds } };
}

export function checkReimage(validation: Validation): Finding {
  const asked = validation.machines.filter((machine) => machine.reimage !== null);
  const broken = asked.find((machine) => machine.reimage?.problem != null);
  if (broken !== undefined) {
    return {
      status: 'error',
      words: `${broken.name} could not be reimaged: ${broken.reimage?.problem ?? ''}`,
      evidence: { machine: broken.name },
      instance: broken.name,
    };
  }
  const back = asked.filter((machine) => machine.second?.onlineAt != null);
  const seconds = back.map((machine) => ((machine.second?.onlineAt ?? 0) - (machine.reimage?.askedAt ?? 0)) / 1000);
  if (asked.length > 0 && back.length === asked.length) {
    const longest = span(Math.max(...seconds) * 1000);
    return { status: 'ok', words: `All were ready again in ${longest}.`, evidence: { machines: back.length, longest } };
  }
  const isOver = validation.phase === 'cleaning' || validation.phase === 'finished';
  const late = asked.find((machine) => machine.second?.onlineAt == null);
  if (late === undefined || !isOver) return unseen(validation);
  const evidence = { machine: late.name };
  return { status: 'error', words: `${late.name} did not come back after its reimage.`, evidence, instance: late.name };
}

function withReport({ machines }: Validation) {
  return machines.flatMap((machine) =>
    machine.first.report === null ? [] : [{ machine, report: machine.first.report }],
  );
}

function unseen({ phase }: Validation): Finding {
  const isOver = phase === 'cleaning' || phase === 'finished';
  return { status: isOver ? 'skipped' : 'pending', words: 'No machine has shown it yet.' };
}

function gigabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 28) / 4} GB`;
}
