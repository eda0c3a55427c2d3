// `weir bench`: what the presets do beside the rules of seven other tools on the same jobs, and how fast decide is.
import type { Verb } from './verb.ts';

export const benchVerb: Verb = {
  name: 'bench',
  summary: 'measures the presets against seven other tools’ rules, and decide',
  usage: '',
  positionals: { min: 0, max: 0 },
  options: {
    picture: { type: 'text', value: 'FILE', summary: 'draws waits against cost as an SVG' },
    json: { type: 'boolean', summary: 'one JSON document' },
  },
  details:
    'Jobs come from the seeded generator at three sizes and, where they stand beside the project, from real traces; the first half is\nhistory, the second half counts. Waits are means of the seeds. Timings are of this machine at this moment. It takes\nseveral minutes, on two processors.\n\nExample: weir bench --picture bench.svg',
  run: async (args, io) => (await import('./bench/run-bench.ts')).runBench(args, io),
};
