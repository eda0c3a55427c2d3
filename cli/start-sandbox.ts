// `npm start`: both clouds in a box, the real service on them over real sockets, and the portal that shows its hub.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxSubscription, sandboxTenant } from '../sandbox/azure/emulator.ts';
import { selfSignedCertificate } from '../sandbox/certificate.ts';
import { startPortal, type Portal } from '../sandbox/portal/serve.ts';
import { createClouds } from '../sandbox/world/clouds.ts';
import { layOutEstate } from '../sandbox/world/estate.ts';
import { Feed } from '../sandbox/world/feed.ts';
import { serveClouds, type ServedClouds } from '../sandbox/world/served-clouds.ts';
import { validatePoolSettings } from '../service/domain/pool-rules.ts';
import type { Store } from '../service/ports.ts';
import { createSend } from '../service/send.ts';
import { openStore } from '../service/store/open-store.ts';
import { scaledClock, wallClock, wallRandom } from '../service/wall.ts';
import { ensureBundles } from './bundles.ts';
import { openInBrowser } from './open-browser.ts';
import { freePort } from './ports-in-use.ts';
import { chooseArrivals, type ArrivalSource } from './sandbox-arrivals.ts';
import { startService } from './sandbox-service.ts';
import type { Arguments, Io } from './verb.ts';

const checkout = fileURLToPath(new URL('../', import.meta.url));
const defaultSpeed = 10;
const defaultPort = 8080;

export async function startOnSandbox(args: Arguments, io: Io): Promise<number> {
  const stopped = io.untilStopped();
  const speed = args.number('speed', 0.1, 1000) ?? defaultSpeed;
  const port = args.number('port', 0, 65_535);
  const source = await chooseArrivals(args.text('trace'), checkout);
  await ensureBundles((line) => io.note(`${line}\n`));
  const closers: (() => Promise<void>)[] = [];
  try {
    const folder = join(args.text('data') ?? join(checkout, '.weir'), 'sandbox');
    const store = await openStore({ kind: 'folder', folder });
    closers.push(() => store.close());
    const url = await raise({ io, store, speed, port, source, closers });
    welcome(io, url, speed, source.words);
    if (!args.flag('no-open')) openInBrowser(url);
    await stopped;
    io.note('\nStopping.\n');
    return 0;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

interface Stage {
  readonly io: Io;
  readonly store: Store;
  readonly speed: number;
  readonly port: number | null;
  readonly source: ArrivalSource;
  /** Called in reverse order at the end. */
  readonly closers: (() => Promise<void>)[];
}

/** Clouds, then the pages, then the service, then jobs; the address of the page to open. */
async function raise(stage: Stage): Promise<string> {
  const { io, store, speed, closers } = stage;
  const clock = scaledClock(speed);
  const certificate = await selfSignedCertificate();
  const send = createSend({ certificateAuthority: certificate.cert });
  const clouds = createClouds({
    now: clock.now(),
    random: () => wallRandom.next(),
    organization: 'fabrikam',
    sendElsewhere: send,
  });
  let feed: Feed | null = null;
  const served = await serveClouds({
    clouds,
    now: () => clock.now(),
    speed,
    httpPort: 0,
    httpsPort: 0,
    certificate,
    onMoved: (now) => feed?.deliver(now),
    onProblem: (problem) => io.note(`weir: the sandbox failed: ${String(problem)}\n`),
  });
  closers.push(() => served.close());
  const organizationUrl = `${served.httpUrl}/fabrikam`;
  const settings = await foundPool(store, served, send, organizationUrl);
  const servicePort = await freePort(8090);
  const portal = await openPortal(stage, organizationUrl, `http://127.0.0.1:${servicePort}`);
  closers.push(() => portal.close());
  const service = await startService({
    ...{ store, clock, wallClock, send, port: servicePort, organizationUrl },
    hubOrigin: portal.hubOrigin,
    azureUrl: served.httpsUrl,
    tenantId: sandboxTenant,
    line: (level, words) => {
      if (level === 'error') io.note(`${words}\n`);
    },
  });
  closers.push(() => service.close());
  feed = new Feed(clouds.azureDevOps, settings.poolId, stage.source.arrivals, clock.now());
  return portal.url;
}

async function openPortal(stage: Stage, organizationUrl: string, serviceUrl: string): Promise<Portal> {
  const port = stage.port ?? defaultPort;
  return await startPortal({
    port,
    hubPort: port === 0 ? 0 : port + 1,
    serviceUrl,
    organization: { name: 'fabrikam', url: organizationUrl },
    project: { id: '00000000-0000-0000-0000-0000000000f1', name: 'Fabrikam' },
    user: { id: '00000000-0000-0000-0000-0000000000a1', name: 'sandbox', displayName: 'Sandbox user' },
    accessToken: () => 'sandbox-user',
    log: (line) => stage.io.note(`${line}\n`),
  });
}

/** The sandbox's clouds begin empty at every start, so what the store remembers of an earlier pool is let go. */
async function foundPool(
  store: Store,
  served: ServedClouds,
  send: ReturnType<typeof createSend>,
  organizationUrl: string,
) {
  for (const record of await store.listPools()) await store.deletePool(record.pool);
  const estate = await layOutEstate({
    send,
    azureUrl: served.httpsUrl,
    azureToken: 'estate',
    organizationUrl,
    azureDevOpsToken: 'estate',
    subscriptionId: sandboxSubscription,
    resourceGroup: 'weir-agents',
    scaleSetName: 'agents',
    poolName: 'linux-build',
    osType: 'linux',
  });
  const read = validatePoolSettings({
    name: 'linux-build',
    organization: organizationUrl,
    poolId: estate.poolId,
    scaleSet: estate.scaleSetId,
    maxCapacity: 40,
    desiredIdle: 1,
    images: [{ aliases: ['ubuntu-22.04'], version: 'latest', standbyPercent: '*' }],
  });
  if ('problems' in read)
    throw new Error(read.problems.map((problem) => `${problem.field}: ${problem.message}`).join(' '));
  await store.savePool(read.settings, null, false);
  return read.settings;
}

function welcome(io: Io, url: string, speed: number, words: string): void {
  io.out(
    [
      '',
      `  Weir is running on its sandbox, ${speed} times as fast as the wall.`,
      '',
      `  Open  ${url}`,
      '',
      `  Look at the pool linux-build: ${words}`,
      '  Machines boot when jobs wait, and every decision says why. Ctrl-C stops everything.',
      '',
      '',
    ].join('\n'),
  );
}
