// `weir start --config FILE`: the service on a real organisation and subscription. It has not met a real one yet.
import { readConfig } from '../service/config.ts';
import { runConfigured } from '../service/main.ts';
import { UserProblem } from '../service/problem.ts';
import { BadUsage, type Arguments, type Io } from './verb.ts';

const sandboxOnly = ['speed', 'port', 'trace', 'data'];

export async function startConfigured(args: Arguments, io: Io): Promise<number> {
  const misplaced =
    sandboxOnly.find((name) => args.text(name) !== null) ?? (args.flag('no-open') ? 'no-open' : undefined);
  if (misplaced !== undefined) {
    throw new BadUsage(`--${misplaced} belongs to the sandbox.`, 'Leave it out, or leave out --config.');
  }
  const stopped = io.untilStopped();
  const path = args.text('config') ?? '';
  const configuration = await readConfig(path);
  const service = await runConfigured(configuration).catch((error: unknown) => {
    throw asProblem(error, configuration.listen.host, configuration.listen.port);
  });
  io.note(`Weir listens on ${service.url}. Ctrl-C stops it.\n`);
  await stopped;
  await service.close();
  return 0;
}

function asProblem(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const why = code === 'EACCES' ? 'may not be used by this user' : 'is in use';
  return new UserProblem('PORT_IN_USE', `${host}:${port} ${why}.`, {
    field: 'listen.port',
    nextStep: 'Choose another port in the configuration.',
  });
}
