// Ports of the command line: a number that a person named is taken or refused, a default gives way to the next free one.
import { createServer, type AddressInfo } from 'node:net';
import { UserProblem } from '../service/problem.ts';

/** How far a default port may give way. */
const tries = 50;

export interface WantedPort {
  readonly port: number;
  /** True where a person asked for exactly this port. */
  readonly isNamed: boolean;
  readonly option: string;
}

/** Calls `listen` with the wanted port; where it is taken and was only a default, with the ones above it. */
export async function onPort<T>(
  wanted: WantedPort,
  listen: (port: number) => Promise<T>,
  note: (text: string) => void,
): Promise<T> {
  for (let port = wanted.port; ; port += 1) {
    try {
      const listening = await listen(port);
      if (port !== wanted.port) note(`Port ${wanted.port} is taken, so ${port} is used.\n`);
      return listening;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      if (!wanted.isNamed && port < Math.min(65_535, wanted.port + tries)) continue;
      const why = code === 'EACCES' ? 'may not be used by this user' : 'is in use';
      throw new UserProblem('PORT_IN_USE', `Port ${port} ${why}.`, {
        field: `--${wanted.option}`,
        nextStep: 'Name another port, or 0 for any free one.',
      });
    }
  }
}

/** The first free loopback port at or above this one, for a server that must know its address before it listens. */
export async function freePort(from: number): Promise<number> {
  return await onPort({ port: from, isNamed: false, option: 'port' }, probe, () => undefined);
}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => resolve(bound));
    });
  });
}
