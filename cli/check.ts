// `weir check`: looks at permissions, scale sets, images and pools, and says exactly what mends what is wrong.
import { BadUsage, type Arguments, type Io, type Verb } from './verb.ts';

export const checkVerb: Verb = {
  name: 'check',
  summary: 'looks at permissions, scale sets, images and pools, with the exact fix of each finding',
  usage: '[--config FILE]',
  positionals: { min: 0, max: 0 },
  options: {
    config: { type: 'text', value: 'FILE', summary: 'weir.yaml of a real organisation and subscription' },
    pool: { type: 'text', value: 'NAME', summary: 'only this pool of the file' },
    shell: {
      type: 'text',
      value: 'NAME',
      summary: 'bash, powershell or cmd: how commands are quoted (bash; cmd on Windows)',
    },
    json: { type: 'boolean', summary: 'one JSON document: { "ok", "isSandbox", "pools": [ … ] }' },
  },
  details:
    'Nothing is changed. Without --config it looks at a sandbox that lives as long as the command does, to show what it\nlooks at. It exits with 0 where no finding is an error, and with 1 otherwise. What only a running service knows (whether\nan image brings an agent) is a warning here.\n\nPools that were made in the hub are not checked: they stand in no file. Open such a pool in the hub and look at its tab\nChecks, which shows the same.',
  run: check,
};

async function check(args: Arguments, io: Io): Promise<number> {
  const shell = args.text('shell') ?? (process.platform === 'win32' ? 'cmd' : 'bash');
  if (shell !== 'bash' && shell !== 'powershell' && shell !== 'cmd')
    throw new BadUsage(
      `--shell is bash, powershell or cmd, not "${shell}".`,
      'Leave it out, or name one of the three.',
    );
  const config = args.text('config');
  const { checkConfigured, checkSandbox } = await import('./check-scenes.ts');
  if (config === null && args.text('pool') !== null)
    throw new BadUsage('--pool names a pool of a configuration file.', 'Add --config FILE.');
  const pools = config === null ? await checkSandbox() : await checkConfigured(config, args.text('pool'));
  const { hasErrors } = await import('./check-pool.ts');
  const isGood = !pools.some(hasErrors);
  if (args.flag('json')) {
    const written = pools.map(({ view, ...rest }) => ({ ...rest, ...view }));
    io.out(`${JSON.stringify({ ok: isGood, isSandbox: config === null, pools: written }, null, 2)}\n`);
    return isGood ? 0 : 1;
  }
  const { findingsText } = await import('./check-text.ts');
  if (config === null) io.note('No --config was given, so this looks at a sandbox of its own.\n\n');
  io.out(pools.map((one) => findingsText(one, shell)).join('\n'));
  return isGood ? 0 : 1;
}
