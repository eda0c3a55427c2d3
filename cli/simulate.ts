// `weir simulate`: the whole service against both emulated clouds under faults, everything drawn from one seed.
import { catalogueLines } from '../sandbox/world/catalogue.ts';
import type { Verb } from './verb.ts';

export const simulateVerb: Verb = {
  name: 'simulate',
  summary: 'the whole service under faults in virtual time, from a seed',
  usage: '--seed N',
  positionals: { min: 0, max: 0 },
  options: {
    seed: {
      type: 'text',
      value: 'N',
      summary: 'the first seed, a whole number up to 10^12; the same seed gives the same journal',
    },
    seeds: { type: 'text', value: 'N', summary: 'how many seeds, one after the other (1)' },
    hours: { type: 'text', value: 'H', summary: 'hours under faults, before the calm (12; 0.25 or more)' },
    faults: { type: 'text', value: 'LIST', summary: 'all, dealt, none, or ids such as A6,D5 (all)' },
    journal: {
      type: 'text',
      value: 'FILE',
      summary: 'what happened, one JSON object per line; a file that is there is written anew',
    },
    verbose: { type: 'boolean', summary: 'every event of the journal as an aligned line' },
    json: { type: 'boolean', summary: 'one JSON document; a list where there are several seeds' },
  },
  details:
    'Exit code 0: no law was broken; 10: a law of safety was; 11: something never came to rest or to an end; 12: the service\n' +
    'ended by a mistake of its own. Of several seeds the worst one counts: 10 before 12 before 11.\n\ndealt: four seeds in a row, the first of which can be divided by 4, meet every fault once, often and hard. Several\n' +
    'seeds end with how often each fault had an effect; fewer than 100 times is untested.\n\n' +
    'Example: weir simulate --seed 1 --hours 2 --faults A6,D5 --journal journal.jsonl\n\n' +
    'Faults, in any letters; both clouds always keep their limits on how often they may be asked:\n\n' +
    catalogueLines()
      .map((line) => `  ${line}`)
      .join('\n'),
  run: async (args, io) => (await import('./run-simulate.ts')).runSimulate(args, io),
};
