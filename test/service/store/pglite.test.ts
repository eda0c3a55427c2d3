// The embedded database keeps the rules of every store, in memory and in a folder, and over a restart.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { openStore } from '../../../service/store/open-store.ts';
import { settingsOf } from './rows.ts';
import { storeContract } from './store-contract.ts';

const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-store-'));
  folders.push(folder);
  return join(folder, 'data');
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

storeContract('PGlite in memory', () => openStore({ kind: 'memory' }));
storeContract('PGlite in a folder', async () => openStore({ kind: 'folder', folder: await newFolder() }));

it('PGlite in a folder still has everything after it was closed and opened again', async () => {
  const folder = await newFolder();
  const before = await openStore({ kind: 'folder', folder });
  const record = await before.savePool(settingsOf('kept'), null, false);
  const lease = await before.acquireLease('kept', 'first', 60_000);
  await before.writeView(lease!, { at: 5, document: '{"kept":true}' });
  await before.close();
  const after = await openStore({ kind: 'folder', folder });
  expect(await after.readPool('kept')).toEqual(record);
  expect(await after.readView('kept')).toEqual({ at: 5, document: '{"kept":true}' });
  expect(await after.acquireLease('kept', 'second', 60_000)).toBeNull();
  await after.close();
});
