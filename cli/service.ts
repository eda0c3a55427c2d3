// The entry of the service's bundle: `node weir.mjs start --config FILE`, and nothing of the sandbox. A container runs it.
import { processIo, runCommandLine } from './command-line.ts';
import { startConfigured } from './start-configured.ts';
import { BadUsage, type Verb } from './verb.ts';

const startVerb: Verb = {
  name: 'start',
  summary: 'the service, on the organisations and subscriptions of a configuration',
  usage: '--config FILE',
  positionals: { min: 0, max: 0 },
  options: { config: { type: 'text', value: 'FILE', summary: 'weir.yaml' } },
  run: async (args, io) => {
    if (args.text('config') === null) {
      throw new BadUsage('weir start needs --config here: the sandbox is no part of this bundle.', 'Name a weir.yaml.');
    }
    return await startConfigured(args, io);
  },
};

process.exitCode = await runCommandLine([startVerb], process.argv.slice(2), processIo());
