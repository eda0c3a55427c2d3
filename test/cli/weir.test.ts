// The frame of the command line: help, versions, wrong usage, and exit codes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { verbs } from '../../cli/verbs.ts';
import { callWeir, run, runWeir, snapshotFile } from './run-weir.ts';

describe('help', () => {
  it('lists every verb with what it does', async () => {
    const { code, out, note } = await runWeir('--help');
    expect([code, note]).toEqual([0, '']);
    for (const verb of verbs) expect(out).toContain(`  ${verb.name}`);
    expect(out).toContain('Exit code 0');
  });

  it('explains each verb with all of its options', async () => {
    for (const verb of verbs) {
      const { code, out } = await callWeir(verb.name, '--help');
      expect(code).toBe(0);
      expect(out).toContain(`Usage: weir ${verb.name}`);
      expect(out).toMatch(/^Examples?(?:, in a checkout)?: .*weir |^Example: printf/m);
      for (const option of Object.keys(verb.options)) expect(out).toContain(`--${option}`);
    }
  });

  it('is shown, with exit code 2, where nothing was asked', async () => {
    const { code, out, note } = await runWeir();
    expect([code, out]).toEqual([2, '']);
    expect(note).toContain('Usage: weir VERB');
  });

  it('is not asked for the version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await runWeir('--version')).toEqual({ code: 0, out: `${version}\n`, note: '' });
  });
});

describe('the command', () => {
  it('is found by npx in a checkout, without a registry', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'weir-npx-'));
    try {
      const { code, out } = await run('npx', [
        '--offline',
        `--cache=${cache}`,
        'weir',
        'decide',
        snapshotFile('living-pool'),
        '--json',
      ]);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toHaveProperty('decisions');
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  it('prints a schema, or says which there are', async () => {
    const { code, out } = await callWeir('schema', 'weir');
    expect([code, (JSON.parse(out) as { title: string }).title]).toEqual([0, 'Configuration of the Weir service']);
    const wrong = await callWeir('schema', 'wier');
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.note).toContain('Did you mean weir?');
  });
});

describe('wrong usage has exit code 2, says what is wrong and what was meant', () => {
  const file = snapshotFile('living-pool');
  it.each<[string, string[], string, string]>([
    ['an unknown verb', ['explian', file], 'has no verb "explian"', 'Did you mean "weir explain"?'],
    ['an option for a verb', ['--json', file], 'has no option --json', 'The verbs are: '],
    ['a misspelt --version', ['--verison'], 'has no option --verison', 'Did you mean "weir --version"?'],
    ['a date for seconds', ['replay', 't.csv', '--from', '2026-02-30'], 'it is "2026-02-30"', 'instance --from 1.'],
    ['half a port', ['start', '--port', '8080.5'], '--port must be a whole number, 0…65535', 'instance --port 8080.'],
    ['half a port of the sandbox', ['sandbox', '--port', '0.5'], '--port must be a whole number', '--port 9000.'],
    [
      'half an https port',
      ['sandbox', '--https-port', '1.5'],
      '--https-port must be a whole number',
      '--https-port 9443.',
    ],
    ['an unknown option', ['explain', file, '--jsn'], 'has no option --jsn', 'Did you mean --json?'],
    ['a short option', ['explain', file, '-j'], 'has no option -j', '--help'],
    ['an option with a value it does not take', ['explain', file, '--json=yes'], '--json takes no value', 'alone'],
    ['an option twice', ['explain', file, '--json', '--json'], '--json is there twice', 'once'],
    ['no file', ['explain'], 'needs SNAPSHOT.json', 'Write: weir explain SNAPSHOT.json'],
    ['two files', ['decide', file, file], 'does not know what to do with', 'Write: weir decide SNAPSHOT.json'],
    ['an option of the prototype', ['explain', file, '--constructor'], 'has no option --constructor', '--help'],
  ])('%s', async (_what, args, problem, hint) => {
    const { code, out, note } = await callWeir(...args);
    expect([code, out]).toEqual([2, '']);
    expect(note).toContain(problem);
    expect(note).toContain(hint);
    expect(note).not.toMatch(/\n\s+at /);
  });

  it('as a process, too', async () => {
    const { code, out, note } = await runWeir('explain', file, '--jsn');
    expect([code, out]).toEqual([2, '']);
    expect(note).toContain('Did you mean --json?');
  });
});
