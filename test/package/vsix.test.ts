// Opens the package that people install and holds it to what tfx lets pass (hub-and-tasks.md 6).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import JSZip from 'jszip';

interface Manifest {
  readonly scopes: readonly string[];
  readonly contributions: readonly {
    readonly id: string;
    readonly type: string;
    readonly targets: readonly string[];
    readonly properties: { readonly uri?: string; readonly name: string };
  }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weir-package-'));
const vsix = join(folder, 'weir.vsix');
let zip: JSZip;
let manifest: Manifest;
let listing: string;

const text = async (name: string): Promise<string> => {
  const file = zip.file(name);
  if (file === null) throw new Error(`${name} is not in the package, which has: ${Object.keys(zip.files).join(', ')}`);
  return file.async('string');
};

beforeAll(async () => {
  const packed = spawnSync(process.execPath, [join(root, 'cli', 'package.mjs'), vsix], {
    cwd: root,
    encoding: 'utf8',
    timeout: 600_000,
  });
  expect({ status: packed.status, said: packed.stderr }).toMatchObject({ status: 0 });
  zip = await JSZip.loadAsync(readFileSync(vsix));
  manifest = JSON.parse(await text('extension.vsomanifest')) as Manifest;
  listing = await text('extension.vsixmanifest');
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('brings every page that a contribution names, and everything those pages load', async () => {
    expect(manifest.contributions.length).toBeGreaterThan(0);
    const uris = manifest.contributions.flatMap(({ properties: { uri } }) => (uri === undefined ? [] : [uri]));
    expect(uris).toHaveLength(3);
    for (const uri of uris) {
      const page = await text(uri);
      const loaded = [...page.matchAll(/(?:src|href)="?([^"\s>]+)/g)]
        .map((match) => match[1]!)
        .filter((uri) => !uri.startsWith('data:'));
      expect(loaded.length).toBeGreaterThan(0);
      for (const part of loaded) expect(zip.file(new URL(part, `file:///${uri}`).pathname.slice(1))).not.toBeNull();
    }
  });

  it('brings every font that its style sheet names', async () => {
    const named = [...(await text('dist/hub/hub.css')).matchAll(/url\(([^)]+)\)/g)].map((match) =>
      match[1]!.replace(/["']/g, ''),
    );
    const files = named.filter((uri) => !uri.startsWith('data:'));
    expect(files.length).toBeGreaterThan(0);
    for (const uri of files) expect([uri, zip.file(`dist/hub/${uri}`) !== null]).toEqual([uri, true]);
  });

  it('brings each task as one file with its description, its icon, and the word that makes it CommonJS', () => {
    const named = manifest.contributions.filter((one) => one.type === 'ms.vss-distributed-task.task');
    expect(named.map((one) => one.properties.name)).toEqual(['dist/tasks/ValidateImage', 'dist/tasks/PinImageVersion']);
    for (const { properties } of named) {
      const files = Object.keys(zip.files).filter(
        (file) => file.startsWith(`${properties.name}/`) && !file.endsWith('/'),
      );
      const names = ['icon.png', 'index.js', 'index.js.LICENSE.txt', 'package.json', 'task.json'];
      expect(files.sort()).toEqual(names.map((name) => `${properties.name}/${name}`));
    }
  });

  it('has a service connection with a token of its own, by which it is verified, or without any', () => {
    const [type] = manifest.contributions.filter((one) => one.type === 'ms.vss-endpoint.service-endpoint-type');
    expect(type?.properties).toMatchObject({
      name: 'weir',
      dataSources: [{ name: 'TestConnection', endpointUrl: '{{endpoint.url}}/v1/connection' }],
      authenticationSchemes: [
        {
          type: 'ms.vss-endpoint.endpoint-auth-scheme-token',
          headers: [{ name: 'Authorization', value: 'Bearer {{endpoint.apitoken}}' }],
        },
        { type: 'ms.vss-endpoint.endpoint-auth-scheme-none' },
      ],
    });
  });

  it('contributes the hub to project settings and, separately, to organization settings', () => {
    const hubs = manifest.contributions.filter((contribution) => contribution.type === 'ms.vss-web.hub');
    expect(hubs.map((hub) => hub.targets)).toEqual([
      ['ms.vss-web.project-admin-hub-group'],
      ['ms.vss-web.collection-admin-hub-group'],
    ]);
    expect(new Set(hubs.map((hub) => hub.id)).size).toBe(2);
  });

  it('asks for the four scopes that were fixed once, and for no other', () => {
    expect([...manifest.scopes].sort()).toEqual([
      'vso.agentpools',
      'vso.agentpools_manage',
      'vso.build',
      'vso.project',
    ]);
  });

  it('has an icon of 128 by 128 pixels', async () => {
    const path = /<Icon>([^<]+)<\/Icon>/.exec(listing)?.[1] ?? '';
    const icon = await zip.file(path)?.async('nodebuffer');
    expect(icon?.subarray(1, 4).toString()).toBe('PNG');
    expect([icon?.readUInt32BE(16), icon?.readUInt32BE(20)]).toEqual([128, 128]);
  });

  it('has the overview and the licence that its listing names', async () => {
    const details =
      /Type="Microsoft\.VisualStudio\.Services\.Content\.Details"[^>]* Path="([^"]+)"/.exec(listing)?.[1] ?? '';
    const license = /<License>([^<]+)<\/License>/.exec(listing)?.[1] ?? '';
    expect(await text(details)).toContain('Azure DevOps');
    expect(await text(license)).toContain('MIT License');
  });

  it('carries three plain numbers as its version, the ones of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const packed = /<Identity [^>]*Version="([^"]+)"/.exec(listing)?.[1] ?? '';
    expect(packed).toMatch(/^\d+\.\d+\.\d+$/);
    expect(packed).toBe(version);
  });

  it('is listed under Azure Pipelines and not yet for everybody', () => {
    expect(listing).toMatch(/<Categories>[^<]*Azure Pipelines[^<]*<\/Categories>/);
    expect(listing).not.toMatch(/<GalleryFlags>[^<]*\bPublic\b/);
  });

  it('stays under 5 MB', () => {
    expect(statSync(vsix).size).toBeLessThan(5 * 1024 * 1024);
  });

  it('holds what a browser loads at first under 200 KB of compressed script', async () => {
    const page = await text('dist/hub/hub.html');
    const scripts = [...page.matchAll(/<script[^>]+src="?([^"\s>]+)/g)].map((match) => match[1]!);
    expect(scripts.length).toBeGreaterThan(0);
    const sizes = await Promise.all(scripts.map(async (uri) => gzipSync(await text(`dist/hub/${uri}`)).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200 * 1024);
  });
});

describe('the package of development', () => {
  it('has other names than the real one wherever Azure DevOps knows things by name, and is private', async () => {
    const file = join(folder, 'weir-dev.vsix');
    const packed = spawnSync(process.execPath, [join(root, 'cli', 'package.mjs'), '--dev', file], {
      cwd: root,
      encoding: 'utf8',
      timeout: 600_000,
    });
    expect({ status: packed.status, said: packed.stderr }).toMatchObject({ status: 0 });
    const development = await JSZip.loadAsync(readFileSync(file));
    const read = async (name: string): Promise<string> => (await development.file(name)?.async('string')) ?? '';
    const told = await read('extension.vsixmanifest');
    expect(told).toMatch(/<Identity [^>]*Id="weir-dev"/);
    expect(told).not.toMatch(/GalleryFlags>[^<]*Public/);
    const theirs = JSON.parse(await read('extension.vsomanifest')) as Manifest;
    expect(theirs.contributions.map((one) => one.id)).toEqual(manifest.contributions.map((one) => one.id));
    const names = (one: Manifest) =>
      one.contributions.filter(({ type }) => !type.endsWith('.task')).map(({ properties }) => properties.name);
    expect(names(theirs).filter((name) => names(manifest).includes(name))).toEqual([]);
    for (const task of ['ValidateImage', 'PinImageVersion']) {
      const path = `dist/tasks/${task}/task.json`;
      const [ours, other] = [await text(path), await read(path)].map(
        (json) => JSON.parse(json) as { id: string; name: string; friendlyName: string; inputs: { type: string }[] },
      );
      expect(other?.id).not.toBe(ours?.id);
      expect(other?.name).not.toBe(ours?.name);
      expect(other?.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(other?.friendlyName.length).toBeLessThanOrEqual(40);
      expect(other?.inputs[0]?.type).toBe('connectedService:weir-dev');
      expect(await read(path.replace('task.json', 'index.js'))).toBe(await text(path.replace('task.json', 'index.js')));
    }
  }, 240_000);
});
