// `npm start`: raises the sandbox's stage, says what there is to see, and takes everything down at Ctrl-C.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store } from '../service/ports.ts';
import { UserProblem } from '../service/problem.ts';
import { openStore } from '../service/store/open-store.ts';
import { ensureBundles } from './bundles.ts';
import { openInBrowser } from './open-browser.ts';
import { chooseArrivals } from './sandbox-arrivals.ts';
import { severalImagesPool } from './sandbox-images-pool.ts';
import { raiseStage, type Stage, type StageOptions } from './sandbox-stage.ts';
import type { Arguments, Io } from './verb.ts';

const checkout = fileURLToPath(new URL('../', import.meta.url));
const defaultSpeed = 10;
const defaultPort = 8080;

export async function startOnSandbox(args: Arguments, io: Io): Promise<number> {
  const stopped = io.untilStopped();
  const speed = args.number('speed', 0.1, 1000) ?? defaultSpeed;
  const port = args.port('port', defaultPort) ?? defaultPort;
  const source = await chooseArrivals(args.text('trace'), checkout);
  const note = (line: string): void => io.note(`${line}\n`);
  await ensureBundles(note);
  const store = await openFolder(args.text('data') ?? join(checkout, '.weir'));
  try {
    // Whoever brings a trace wants to see that one served.
    const pools = args.text('trace') === null ? [severalImagesPool()] : [];
    const stage = await onPorts({ store, speed, port, arrivals: source.arrivals, pools, note });
    welcome(io, stage.url, speed, source.words, pools.length > 0);
    if (!args.flag('no-open')) openInBrowser(stage.url);
    await stopped;
    io.note('\nStopping.\n');
    await stage.close();
    return 0;
  } finally {
    await store.close();
  }
}

/** The store speaks of the configuration's field; here it came from an option. */
async function openFolder(data: string): Promise<Store> {
  try {
    return await openStore({ kind: 'folder', folder: join(data, 'sandbox') });
  } catch (error) {
    if (!(error instanceof UserProblem) || error.field !== 'dataFolder') throw error;
    throw new UserProblem(error.code, error.message, { field: '--data', value: data, nextStep: error.nextStep });
  }
}

async function onPorts(options: StageOptions): Promise<Stage> {
  try {
    return await raiseStage(options);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    throw new UserProblem('PORT_IN_USE', `Port ${options.port} may not be used by this user.`, {
      field: '--port',
      nextStep: 'Name a port above 1023, or 0 for any free one.',
    });
  }
}

function welcome(io: Io, url: string, speed: number, words: string, hasSecond: boolean): void {
  io.out(
    [
      '',
      `  Weir is running on its sandbox, ${speed} times as fast as the wall.`,
      '',
      `  Open  ${url}`,
      '',
      `  Look at the pool linux-build: ${words}`,
      ...(hasSecond
        ? ['  The pool several-images runs Linux and Windows, each image and version in a scale set of its own.']
        : []),
      '  Machines boot when jobs wait, and every decision says why. Ctrl-C stops everything.',
      '',
      '',
    ].join('\n'),
  );
}
