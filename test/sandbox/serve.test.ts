// An emulator behind a real socket: links, TLS, a taken port, closing, and mistakes.
import { describe, expect, it } from '@jest/globals';
import { request as httpsRequest } from 'node:https';
import { createAzureEmulator } from '../../sandbox/azure/emulator.ts';
import { serveRequests } from '../../sandbox/serve.ts';
import type { RunningServer } from '../../sandbox/serve.ts';
import { selfSignedCertificate } from '../../sandbox/certificate.ts';
import type { Emulator, HttpRequest, HttpResponse } from '../../sandbox/http-message.ts';
import { group, seeded, start } from './azure/cloud.ts';

const authorization = { authorization: 'Bearer x' };

const answersOf =
  (emulator: Emulator) =>
  (request: HttpRequest): HttpResponse | Promise<HttpResponse> =>
    emulator.handle(request);

function portOf(server: RunningServer): number {
  return Number(new URL(server.url).port);
}

function emulator(): Emulator {
  return createAzureEmulator({ now: start, random: seeded(1) });
}

describe('an emulator behind a port', () => {
  it('answers over plain http, and its links lead back to where the client came from', async () => {
    const server = await serveRequests(answersOf(emulator()), { port: 0 });
    try {
      const made = await fetch(`${server.url}${group}?api-version=1`, {
        method: 'PUT',
        headers: authorization,
        body: '{"location":"eastus"}',
      });
      expect(made.status).toBe(201);
      const deleted = await fetch(`http://localhost:${portOf(server)}${group}?api-version=1`, {
        method: 'DELETE',
        headers: authorization,
      });
      expect(deleted.headers.get('location')).toMatch(new RegExp(`^http://localhost:${portOf(server)}/subscriptions/`));
      expect(
        (await fetch(`${server.url}${group}?api-version=1`, { method: 'HEAD', headers: authorization })).status,
      ).toBe(204);
    } finally {
      await server.close();
    }
  });

  it('answers over https to a client that trusts its certificate, by name and by address', async () => {
    const { cert, key } = await selfSignedCertificate();
    const server = await serveRequests(answersOf(emulator()), { port: 0, tls: { cert, key } });
    try {
      for (const host of ['127.0.0.1', 'localhost']) {
        const status = await new Promise<number | undefined>((resolve, reject) => {
          const options = {
            host,
            port: portOf(server),
            path: '/subscriptions?api-version=1',
            headers: authorization,
            ca: cert,
          };
          httpsRequest(options, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          })
            .on('error', reject)
            .end();
        });
        expect([host, status]).toEqual([host, 200]);
      }
    } finally {
      await server.close();
    }
  });

  it('does not move time', async () => {
    const cloud = createAzureEmulator({ now: start, random: seeded(1) });
    const server = await serveRequests(answersOf(cloud), { port: 0 });
    try {
      await fetch(`${server.url}${group}?api-version=1`, {
        method: 'PUT',
        headers: authorization,
        body: '{"location":"eastus"}',
      });
      expect(cloud.exportState().now).toBe(start);
    } finally {
      await server.close();
    }
  });

  it('rejects with the own error of the system when the port is taken', async () => {
    const first = await serveRequests(answersOf(emulator()), { port: 0 });
    try {
      await expect(serveRequests(answersOf(emulator()), { port: portOf(first) })).rejects.toMatchObject({
        code: 'EADDRINUSE',
      });
    } finally {
      await first.close();
    }
  });

  it('closes while a request still waits for its answer', async () => {
    let hasArrived: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (hasArrived = resolve));
    const never: Emulator = {
      handle: () => {
        hasArrived();
        return new Promise(() => undefined);
      },
      advance: () => undefined,
      nextEventAt: () => null,
    };
    const server = await serveRequests(answersOf(never), { port: 0 });
    const waiting = fetch(server.url).catch((error: unknown) => error);
    await arrived;
    await server.close();
    expect(await waiting).toMatchObject({ name: 'TypeError' });
  });

  it('answers 500 when the emulator is at fault, and tells its owner why', async () => {
    const problems: unknown[] = [];
    const broken = (): HttpResponse => {
      throw new Error('a mistake');
    };
    const server = await serveRequests(broken, { port: 0, onError: (problem) => problems.push(problem) });
    try {
      expect((await fetch(server.url)).status).toBe(500);
      expect(problems).toMatchObject([{ message: 'a mistake' }]);
    } finally {
      await server.close();
    }
  });
});
