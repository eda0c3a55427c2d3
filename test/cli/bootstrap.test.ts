// The start on a fresh machine, in a checkout of its own under the directory for temporary files.
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

it('installs nothing through a link, which leads to the packages of another checkout', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-bootstrap-'));
  try {
    const [other, clone] = [join(folder, 'other'), join(folder, 'clone')];
    await mkdir(join(other, 'kept'), { recursive: true });
    await mkdir(join(clone, 'cli'), { recursive: true });
    await writeFile(join(clone, 'package.json'), '{"name":"clone","version":"1.0.0"}');
    await writeFile(
      join(clone, 'package-lock.json'),
      '{"name":"clone","version":"1.0.0","lockfileVersion":3,"packages":{}}',
    );
    await symlink(other, join(clone, 'node_modules'));
    await copyFile('cli/bootstrap.mjs', join(clone, 'cli', 'bootstrap.mjs'));
    const done = spawnSync(process.execPath, [join(clone, 'cli', 'bootstrap.mjs'), 'start'], { encoding: 'utf8' });
    expect(done.stderr).toContain('node_modules is a link');
    expect(done.status).toBe(1);
    expect(await readdir(other)).toEqual(['kept']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
