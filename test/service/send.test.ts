// The socket `Send` against small servers on loopback: redirects, time, size and connections that break.
import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Send } from '../../service/ports.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type SendOptions, createSend } from '../../service/send.ts';

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener, options: SendOptions = {}): Promise<{ url: string; send: Send }> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/path?key=secret`,
    send: createSend(options),
  };
}

describe('createSend', () => {
  it('carries method, headers and body, and gives status, headers in lower case and the body', async () => {
    const { url, send } = await serve((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        response.writeHead(201, { 'X-Name': 'ä', 'Set-Cookie': ['a=1', 'b=2'] });
        response.end(`${request.method ?? ''} ${request.url ?? ''} ${String(request.headers['x-asked'])} ${body}`);
      });
    });
    const answer = await send({ method: 'POST', url, headers: { 'x-asked': 'yes' }, body: '{"ü":1}' });
    expect(answer).toMatchObject({ status: 201, body: 'POST /path?key=secret yes {"ü":1}' });
    expect(answer.headers).toMatchObject({ 'x-name': 'ä', 'set-cookie': 'a=1, b=2' });
  });

  it('gives a redirect back instead of following it', async () => {
    const { url, send } = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    await expect(send({ method: 'GET', url, headers: {} })).resolves.toMatchObject({ status: 302 });
  });

  it('gives up in time, and says so without the query', async () => {
    const { url, send } = await serve(() => undefined, { timeoutMs: 20 });
    const sent = send({ method: 'GET', url, headers: {} });
    await expect(sent).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/\/path: no answer in time$/),
    });
  });

  it("stops at the caller's signal", async () => {
    const controller = new AbortController();
    const { url, send } = await serve(() => controller.abort());
    await expect(send({ method: 'GET', url, headers: {} }, controller.signal)).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('refuses a body over the cap', async () => {
    const { url, send } = await serve((_, response) => response.end('x'.repeat(2000)), { maximumBodyBytes: 1000 });
    await expect(send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({ kind: 'unreadable' });
  });

  it('rejects a response that ends before its announced length', async () => {
    const { url, send } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
    });
    await expect(send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('rejects a reset connection and a port where nobody listens', async () => {
    const { url, send } = await serve((request) => request.socket.destroy());
    await expect(send({ method: 'POST', url, headers: {}, body: '{}' })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    const closed = server!;
    await new Promise((resolve) => closed.close(resolve));
    await expect(send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
