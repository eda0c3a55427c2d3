// How a pool is doing, in one sentence that a person reads first.
import type { Diagnosis } from '../domain/diagnosis.ts';
import { count, span } from '../domain/words.ts';

export interface Counts {
  readonly queued: number;
  readonly running: number;
  readonly agentsIdle: number;
  readonly agentsBusy: number;
  readonly agentsStarting: number;
  readonly instances: number;
}

export interface SentenceInput {
  readonly counts: Counts;
  /** Verdicts of the requests that wait. */
  readonly waiting: readonly Diagnosis[];
  readonly isPaused: boolean;
  /** Somebody deletes the pool. */
  readonly isEnding?: boolean;
  /** When both clouds were last read whole; null before the first time. */
  readonly observedAt: number | null;
  readonly now: number;
  /** The first thing that is not well, in words. */
  readonly problem: string | null;
}

/** Such as "3 jobs wait: 2 machines boot, ready in about 70 s"; without a closing full stop. */
export function sentenceOf(input: SentenceInput): string {
  const { counts, isPaused, observedAt, problem } = input;
  if (input.isEnding === true) return ending(counts);
  if (isPaused)
    return `Paused: Weir starts and removes no machines${counts.queued > 0 ? `, and ${waits(counts)}` : ''}`;
  if (problem !== null) return brief(problem);
  if (observedAt === null) return 'Weir has not seen both clouds yet';
  if (counts.queued > 0) return `${waits(counts)}: ${why(input)}`;
  if (counts.running > 0) return `${count(counts.running, 'job')} ${verb(counts.running, 'run')}${beside(counts)}`;
  return `All quiet: ${quiet(counts)}`;
}

function ending({ running, instances }: Counts): string {
  if (running > 0)
    return `Being deleted: ${count(running, 'job')} ${verb(running, 'run')} to ${running === 1 ? 'its' : 'their'} end`;
  return `Being deleted: ${instances === 0 ? 'no machines are left' : `${count(instances, 'machine')} ${verb(instances, 'go')}`}`;
}

function waits({ queued }: Counts): string {
  return `${count(queued, 'job')} ${verb(queued, 'wait')}`;
}

/** What somebody has to mend comes first, then what is on its way, then the first job's own reason. */
function why({ counts, waiting }: SentenceInput): string {
  const stuck = waiting.find((verdict) => !verdict.resolvesItself);
  if (stuck !== undefined) return brief(stuck.words);
  const [first] = waiting.toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0));
  if (counts.agentsStarting === 0) return first === undefined ? 'Weir looks for the reason' : brief(first.words);
  const estimates = waiting.flatMap((verdict) => verdict.estimatedStartSeconds ?? []);
  const ready = estimates.length === 0 ? '' : `, ready in about ${span(Math.min(...estimates) * 1000)}`;
  return `${count(counts.agentsStarting, 'machine')} ${verb(counts.agentsStarting, 'boot')}${ready}`;
}

function beside({ agentsIdle, agentsStarting }: Counts): string {
  const parts = [
    ...(agentsIdle > 0 ? [`${count(agentsIdle, 'idle agent')} on standby`] : []),
    ...(agentsStarting > 0 ? [`${count(agentsStarting, 'machine')} ${verb(agentsStarting, 'boot')}`] : []),
  ];
  return parts.map((part) => `, ${part}`).join('');
}

function quiet(counts: Counts): string {
  const parts = beside(counts).slice(2);
  if (parts !== '') return parts;
  return counts.instances === 0 ? 'no machines' : `${count(counts.instances, 'machine')} on the way out`;
}

function verb(number: number, plural: string): string {
  return number === 1 ? `${plural}s` : plural;
}

const longestRemark = 100;

function brief(words: string): string {
  return withoutStop(withoutRemarks(words));
}

/** Without a long remark in brackets, such as all that a machine said: it stands with the job and the node, and this is read at a glance. */
export function withoutRemarks(words: string): string {
  let depth = 0;
  let begin = 0;
  for (let at = 0; at < words.length; at += 1) {
    const letter = words.charAt(at);
    if (letter === '(' && depth === 0) begin = at;
    depth = Math.max(0, depth + (letter === '(' ? 1 : letter === ')' ? -1 : 0));
    if (letter === ')' && depth === 0 && at - begin > longestRemark && words.charAt(begin) === '(')
      return withoutRemarks(words.slice(0, begin).trimEnd() + words.slice(at + 1));
  }
  return words;
}

function withoutStop(words: string): string {
  return words.replace(/\.$/, '');
}
