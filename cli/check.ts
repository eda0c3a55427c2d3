// `weir check`: looks at permissions, scale sets, images and pools, and says exactly what mends what is wrong.
import { BadUsage, type Arguments, type Io, type Verb } from './verb.ts';

export const checkVerb: Verb = {
  name: 'check',
  summary: 'looks at permissions, scale sets, images and pools, with the exact fix of each finding',
  usage: '[--config FILE | --service URL]',
  positionals: { min: 0, max: 0 },
  options: {
    config: { type: 'text', value: 'FILE', summary: 'weir.yaml of a real organisation and subscription' },
    service: { type: 'text', value: 'URL', summary: 'a running service: its pools, also those made in the hub' },
    organization: { type: 'text', value: 'URL', summary: 'with --service: which organisation of it' },
    pool: { type: 'text', value: 'NAME', summary: 'only this pool' },
    shell: {
      type: 'text',
      value: 'NAME',
      summary: 'bash, powershell or cmd: how commands are quoted (bash; cmd on Windows)',
    },
    json: { type: 'boolean', summary: 'one JSON document: { "ok", "isSandbox", "pools": [ … ] }' },
  },
  details: `Nothing is changed. Without --config or --service it looks at a sandbox that lives as long as the command does, to show
what it looks at. It exits with 0 where no finding is an error, and with 1 otherwise.

With --config it asks the clouds itself, as the identities of the file, about the pools of the file. What only a running
service knows (whether an image brings an agent) is a warning then.

Pools that were made in the hub stand in no file: --service asks the running service about them, and about the others. It
prints what the tab Checks of the hub shows, for the pools that you may see. Who you are, it learns from the variable
WEIR_TOKEN, which holds an access token for Azure DevOps:
  az account get-access-token --resource 499b84ac-1321-427f-aa17-267ca6975798 --query accessToken --output tsv

Examples: weir check
          weir check --config weir.yaml --pool linux`,
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
  const service = args.text('service');
  refuseMixed(args);
  const pool = args.text('pool');
  const pools = await (async () => {
    if (service === null) return config === null ? await checkSandbox() : await checkConfigured(config, pool);
    const { checkService, placeOf } = await import('./check-service.ts');
    return await checkService(placeOf(service, args.text('organization'), process.env.WEIR_TOKEN), pool);
  })();
  const isSandbox = config === null && service === null;
  const { hasErrors } = await import('./check-pool.ts');
  const isGood = !pools.some(hasErrors);
  if (args.flag('json')) {
    const written = pools.map(({ view, ...rest }) => ({ ...rest, ...view }));
    io.out(`${JSON.stringify({ ok: isGood, isSandbox, pools: written }, null, 2)}\n`);
    return isGood ? 0 : 1;
  }
  const { findingsText } = await import('./check-text.ts');
  if (isSandbox) io.note('Neither --config nor --service was given, so this looks at a sandbox of its own.\n\n');
  io.out(pools.map((one) => findingsText(one, shell)).join('\n'));
  return isGood ? 0 : 1;
}

function refuseMixed(args: Arguments): void {
  const [config, service] = [args.text('config'), args.text('service')];
  if (config !== null && service !== null)
    throw new BadUsage('--config and --service are two ways to look.', 'Leave one of them out.');
  if (service === null && args.text('organization') !== null)
    throw new BadUsage('--organization says whose pools of a service are meant.', 'Add --service URL.');
  if (config === null && service === null && args.text('pool') !== null)
    throw new BadUsage('--pool names a pool of a configuration file or of a service.', 'Add --config or --service.');
}
