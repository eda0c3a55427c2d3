// The two servers of the portal, over loopback.
import { createServer, type Server } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBundles } from '../../../cli/bundles.ts';
import { startPortal, type Portal, type PortalOptions } from '../../../sandbox/portal/serve.ts';

let portals: Portal[] = [];
let others: Server[] = [];

beforeAll(() => ensureBundles(() => undefined), 240_000);

afterEach(async () => {
  await Promise.all(portals.map((portal) => portal.close()));
  await Promise.all(others.map((server) => new Promise((resolve) => server.close(resolve))));
  portals = [];
  others = [];
});

const start = async (more: Partial<PortalOptions> = {}) => {
  const lines: string[] = [];
  const portal = await startPortal({
    port: 0,
    hubPort: 0,
    serviceUrl: 'http://127.0.0.1:1/',
    organization: { name: 'fabrikam', url: 'https://dev.azure.com/fabrikam' },
    project: { id: 'p', name: 'Web shop' },
    user: { id: 'u', name: 'ada@fabrikam.com', displayName: 'Ada' },
    accessToken: () => 'a token',
    log: (line) => lines.push(line),
    ...more,
  });
  portals.push(portal);
  return { portal, lines, at: (path: string) => fetch(new URL(path, portal.url)) };
};

const occupy = async (): Promise<number> => {
  const server = createServer();
  others.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

describe('the portal', () => {
  it('serves its page under the path of a settings page, and the hub from another origin', async () => {
    const { portal } = await start();
    expect(new URL(portal.url).pathname).toBe('/fabrikam/Web%20shop/_settings/elastic-agents');
    expect(await (await fetch(portal.url)).text()).toContain('Weir sandbox');
    expect(new URL(portal.url).origin).not.toBe(portal.hubOrigin);
    const hub = await fetch(`${portal.hubOrigin}/hub.html`);
    expect(hub.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await hub.text()).toContain('Elastic agents');
  });

  it('tells its page who looks at what, and a token that is asked for anew', async () => {
    let count = 0;
    const { at, portal } = await start({ accessToken: () => `token ${String((count += 1))}` });
    expect(await (await at('/portal.json')).json()).toMatchObject({
      organization: { name: 'fabrikam' },
      serviceUrl: 'http://127.0.0.1:1/',
      hubUrl: `${portal.hubOrigin}/hub.html`,
    });
    expect(await (await at('/token')).text()).toBe('token 1');
    expect(await (await at('/token')).text()).toBe('token 2');
  });

  it('takes the next free port where one is taken, and says so', async () => {
    const taken = await occupy();
    const { portal, lines } = await start({ port: taken });
    const port = Number(new URL(portal.url).port);
    expect(port).toBeGreaterThan(taken);
    expect(lines).toEqual([`Port ${String(taken)} is taken: the portal listens on ${String(port)}.`]);
  });

  it('gives away nothing but its bundles', async () => {
    const { portal } = await start();
    for (const path of ['/missing.js', '/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/assets']) {
      expect([path, (await fetch(portal.hubOrigin + path)).status]).toEqual([path, 404]);
    }
  });

  it('frees both ports when it is closed', async () => {
    const { portal } = await start();
    await portal.close();
    portals = [];
    await expect(fetch(portal.url)).rejects.toThrow();
    await expect(fetch(`${portal.hubOrigin}/hub.html`)).rejects.toThrow();
  });
});
