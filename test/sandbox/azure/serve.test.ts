import { describe, expect, it } from '@jest/globals';
import { request as httpsRequest } from 'node:https';
import { createAzureEmulator } from '../../../sandbox/azure/emulator.ts';
import { serveEmulator } from '../../../sandbox/azure/serve.ts';
import { selfSignedCertificate } from '../../../sandbox/certificate.ts';
import type { Emulator } from '../../../sandbox/http-message.ts';
import { group, seeded, start } from './cloud.ts';

const authorization = { authorization: 'Bearer x' };

function emulator(): Emulator {
  return createAzureEmulator({ now: start, random: seeded(1) });
}

describe('an emulator on a port', () => {
  it('answers over plain http, and its links lead back to where the client came from', async () => {
    const server = await serveEmulator(emulator(), { port: 0 });
    try {
      const made = await fetch(`${server.url}${group}?api-version=1`, {
        method: 'PUT',
        headers: authorization,
        body: '{"location":"eastus"}',
      });
      expect(made.status).toBe(201);
      const deleted = await fetch(`http://localhost:${server.port}${group}?api-version=1`, {
        method: 'DELETE',
        headers: authorization,
      });
      expect(deleted.headers.get('location')).toMatch(new RegExp(`^http://localhost:${server.port}/subscriptions/`));
      expect(
        (await fetch(`${server.url}${group}?api-version=1`, { method: 'HEAD', headers: authorization })).status,
      ).toBe(204);
    } finally {
      await server.close();
    }
  });

  it('answers over https to a client that trusts its certificate, by name and by address', async () => {
    const { cert, key } = await selfSignedCertificate();
    const server = await serveEmulator(emulator(), { port: 0, tls: { cert, key } });
    try {
      for (const host of ['127.0.0.1', 'localhost']) {
        const status = await new Promise<number | undefined>((resolve, reject) => {
          const options = {
            host,
            port: server.port,
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
    const server = await serveEmulator(cloud, { port: 0 });
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
    const first = await serveEmulator(emulator(), { port: 0 });
    try {
      await expect(serveEmulator(emulator(), { port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
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
    const server = await serveEmulator(never, { port: 0 });
    const waiting = fetch(server.url).catch((error: unknown) => error);
    await arrived;
    await server.close();
    expect(await waiting).toMatchObject({ name: 'TypeError' });
  });

  it('shows a mistake of the emulator to the client that met it', async () => {
    const broken: Emulator = {
      handle: () => {
        throw new Error('a mistake');
      },
      advance: () => undefined,
      nextEventAt: () => null,
    };
    const server = await serveEmulator(broken, { port: 0 });
    try {
      const answer = await fetch(server.url);
      expect([answer.status, await answer.json()]).toMatchObject([
        500,
        { error: { message: expect.stringContaining('a mistake') as unknown } },
      ]);
    } finally {
      await server.close();
    }
  });
});
