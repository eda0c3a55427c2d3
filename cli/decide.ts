// `weir decide`: what one pass would do with the pool of a snapshot, and why. Nothing is touched.
import { decide } from '../service/domain/decide.ts';
import type { Decision } from '../service/domain/decision.ts';
import { count } from '../service/domain/words.ts';
import { safeText } from './safe-text.ts';
import { snapshotHelp } from './snapshot-help.ts';
import { readSnapshot } from './snapshot.ts';
import { warningsIn, warningText } from './snapshot-warning.ts';
import type { Arguments, Io, Verb } from './verb.ts';

export const decideVerb: Verb = {
  name: 'decide',
  summary: 'says what Weir would do with the pool of a snapshot, and why',
  usage: 'SNAPSHOT.json',
  positionals: { min: 1, max: 1 },
  options: {
    json: { type: 'boolean', summary: 'one JSON document: { "decisions": [ … ], "newNodes", "extraNodes" }' },
  },
  details: snapshotHelp,
  run: decideSnapshot,
};

async function decideSnapshot(args: Arguments, io: Io): Promise<number> {
  const { observation, settings, memory, warnings } = await readSnapshot(args.positionals[0] ?? '');
  const { decisions, newNodes, extraNodes } = decide(observation, settings, memory);
  if (args.flag('json')) {
    io.out(
      `${JSON.stringify({ decisions: decisions.map(printed), newNodes, extraNodes, ...warningsIn(warnings) }, null, 2)}\n`,
    );
    return 0;
  }
  io.note(warningText(warnings));
  const summary = newNodes === 0 ? 'No machine is asked for.' : `${count(newNodes, 'machine')} asked for.`;
  const lines = decisions.length === 0 ? ['Nothing to do.'] : decisions.flatMap(readable);
  io.out([...lines, summary, ''].map(safeText).join('\n'));
  return 0;
}

/** The ids that only `act` needs are none of a script's business. */
function printed({ target: _target, ...decision }: Decision): Omit<Decision, 'target'> {
  return decision;
}

function readable(decision: Decision): readonly string[] {
  const { kind, reason, node, scaleSet, request, placeholder, from, to } = decision;
  const change = from === undefined || to === undefined ? undefined : `${from} → ${to}`;
  const what = [
    ...[node, scaleSet, placeholder, change].filter((word) => word !== undefined),
    ...(request === undefined ? [] : [`request ${request}`]),
  ];
  return [`${[kind, ...what].join(' ')} (${reason.code})`, `  ${reason.words}`];
}
