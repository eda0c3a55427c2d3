// `weir start`: the service. Without a configuration it runs on the sandbox: both clouds, a portal and a living pool.
import type { Verb } from './verb.ts';

export const startVerb: Verb = {
  name: 'start',
  summary: 'the service; without --config on the sandbox, with a living pool',
  usage: '[--config FILE]',
  positionals: { min: 0, max: 0 },
  options: {
    config: { type: 'text', value: 'FILE', summary: 'weir.yaml of a real organisation and subscription' },
    speed: { type: 'text', value: 'X', summary: 'sandbox: how many times faster than the wall time runs (10)' },
    port: { type: 'text', value: 'N', summary: 'sandbox: port of the page to open (8080, or the next free one)' },
    trace: { type: 'text', value: 'FILE', summary: 'sandbox: a trace of jobs to serve, CSV or CSV.gz' },
    data: { type: 'text', value: 'FOLDER', summary: 'sandbox: where the database stands (.weir)' },
    'no-open': { type: 'boolean', summary: 'sandbox: do not open a browser' },
  },
  details:
    'On the sandbox everything listens on loopback only, and Ctrl-C stops it. --speed 60 makes a day pass in 24 minutes; at the\ndefault of 10 one can watch a machine boot. Without --trace the jobs come from the real trace beside the project where it\nstands, else from a seeded generator.\n\nWith --config it runs until Ctrl-C, too, and prints its log as JSON lines. weir.example.yaml is a file to start from, "weir check\n--config FILE" tells before what would not work.\n\nExamples: weir start --speed 60 --no-open\n          weir start --config weir.yaml',
  run: async (args, io) => {
    if (args.text('config') !== null) return await (await import('./start-configured.ts')).startConfigured(args, io);
    return await (await import('./start-sandbox.ts')).startOnSandbox(args, io);
  },
};
