// One GET of bytes over a real socket on loopback.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { fetchBytes } from '../../../service/enrolment/fetch-bytes.ts';

let server: http.Server | null = null;

afterEach(() => {
  server?.close();
});

async function serving(answer: http.RequestListener): Promise<string> {
  const made = http.createServer(answer);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}/cert`;
}

const signal = () => new AbortController().signal;

it('gives status and bytes as they came', async () => {
  const url = await serving((_request, response) => response.end(Buffer.from([0, 255, 10])));
  expect(await fetchBytes(url, 10, signal())).toEqual({ status: 200, body: Buffer.from([0, 255, 10]) });
});

it('follows no redirect', async () => {
  const url = await serving((_request, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end();
  });
  expect((await fetchBytes(url, 10, signal())).status).toBe(302);
});

it('rejects what is longer than allowed, however it is sent', async () => {
  const url = await serving((_request, response) => {
    response.write(Buffer.alloc(8));
    response.end(Buffer.alloc(8));
  });
  await expect(fetchBytes(url, 10, signal())).rejects.toThrow('more than 10 bytes');
});
