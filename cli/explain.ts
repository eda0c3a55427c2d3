// `weir explain`: why each job request of a snapshot is where it is, and what to do about it.
import { decide } from '../service/domain/decide.ts';
import { diagnoser, type Diagnosis, type Evidence } from '../service/domain/diagnosis.ts';
import { factsIn } from '../service/domain/facts.ts';
import type { JobRequest } from '../service/domain/job-request.ts';
import { safeText } from './safe-text.ts';
import { snapshotHelp } from './snapshot-help.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { warningsIn, warningText } from './snapshot-warning.ts';
import type { Arguments, Io, Verb } from './verb.ts';

export const explainVerb: Verb = {
  name: 'explain',
  summary: 'says of each job request of a snapshot why it waits, and what to do',
  usage: 'SNAPSHOT.json',
  positionals: { min: 1, max: 1 },
  options: { json: { type: 'boolean', summary: 'one JSON document: { "verdicts": [ … ] }' } },
  details: snapshotHelp,
  run: explain,
};

async function explain(args: Arguments, io: Io): Promise<number> {
  const snapshot = await readSnapshot(args.positionals[0] ?? '');
  const explained = explainSnapshot(snapshot);
  if (args.flag('json')) {
    const verdicts = explained.map(({ diagnosis }) => diagnosis);
    io.out(`${JSON.stringify({ verdicts, ...warningsIn(snapshot.warnings) }, null, 2)}\n`);
    return 0;
  }
  io.note(warningText(snapshot.warnings));
  io.out(readable(explained));
  return 0;
}

interface Explained {
  readonly request: JobRequest;
  readonly diagnosis: Diagnosis;
}

/** One pass first, so that the verdicts know which machine is meant for whom. */
function explainSnapshot({ observation, settings, memory }: Snapshot): readonly Explained[] {
  const pass = decide(observation, settings, memory);
  const diagnose = diagnoser(observation, pass.nodes, settings, pass.memory);
  return observation.jobRequests.value.map((request) => ({ request, diagnosis: diagnose(request) }));
}

function readable(explained: readonly Explained[]): string {
  if (explained.length === 0) return 'The snapshot has no job requests.\n';
  return (
    explained.map(({ request, diagnosis }) => lines(request, diagnosis).map(safeText).join('\n')).join('\n\n') + '\n'
  );
}

function lines(request: JobRequest, diagnosis: Diagnosis): readonly string[] {
  const { verdict, words, nextStep, resolvesItself, position, estimatedStartSeconds } = diagnosis;
  const names = [request.definitionName, request.jobName].filter((name) => name !== null).join(' / ');
  const tone = resolvesItself ? '' : ', needs somebody';
  const place = position === null ? '' : `, number ${position} in the queue`;
  const start = estimatedStartSeconds === null ? '' : `, starts in about ${estimatedStartSeconds} s`;
  return [
    `${request.requestId}${names === '' ? '' : ` ${names}`}: ${verdict}${tone}${place}${start}`,
    `  ${words}`,
    ...(nextStep === null ? [] : [`  Next: ${nextStep}`]),
    ...diagnosis.evidence.slice(0, 6).flatMap(evidenceLine),
  ];
}

/** Of the evidence only what the sentence above does not say. */
function evidenceLine(evidence: Evidence): readonly string[] {
  switch (evidence.kind) {
    case 'nearMiss': {
      const fails = evidence.fails.map(
        ({ demand, has }) => `"${demand}" (has ${has === null ? 'nothing' : `"${has}"`})`,
      );
      return [`  - ${evidence.of} ${evidence.name} (${evidence.state}) fails ${fails.join(', ') || 'nothing'}`];
    }
    case 'ahead':
      return evidence.requestIds.length === 0 ? [] : [`  - ahead: ${evidence.requestIds.join(', ')}`];
    case 'message':
      return [`  - Azure DevOps or Azure says: ${evidence.text}`];
    case 'bootTime':
      return factsIn([evidence], String).map((fact) => `  - ${fact}`);
    case 'failure':
      return [`  - ${evidence.node}: ${evidence.source} ${evidence.code}: ${evidence.message}`];
    default:
      return [];
  }
}
