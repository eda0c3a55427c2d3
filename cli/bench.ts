// `weir bench`: how fast decide is on large pools, and what the presets do beside the sampling rule on the same jobs.
import type { Verb } from './verb.ts';

export const benchVerb: Verb = {
  name: 'bench',
  summary: 'measures decide and the presets against the sampling rule',
  usage: '',
  positionals: { min: 0, max: 0 },
  options: { json: { type: 'boolean', summary: 'one JSON document' } },
  details:
    'Jobs come from the seeded generator (a week at two sizes) and, where it stands beside the project, the second half of the\nreal trace. Each row is the mean of three boot seeds. Timings are of this machine at this moment.',
  run: async (args, io) => (await import('./bench/run-bench.ts')).runBench(args, io),
};
