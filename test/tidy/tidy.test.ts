// Rules about the source text itself. Each failure names the file and what to do about it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root, sources } from './sources.ts';

const code = sources(/\.(ts|tsx|mjs|cjs|sh)$/);
const own = code.filter((file) => file.path !== 'test/tidy/tidy.test.ts');

describe('the sources', () => {
  it('were really read', () => {
    expect(code.length).toBeGreaterThan(100);
  });

  it('keep files under 300 lines and tests under 500', () => {
    const long = code.filter((file) => file.lines > (file.path.startsWith('test/') ? 500 : 300));
    expect(long.map((file) => `${file.path}: ${String(file.lines)} lines`)).toEqual([]);
  });

  it('have a median near eighty lines', () => {
    const sizes = code
      .filter((file) => !file.path.startsWith('test/'))
      .map((file) => file.lines)
      .sort((left, right) => left - right);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(130);
  });

  it('begin with a sentence that says what the file is for', () => {
    const silent = own.filter((file) => /\.(ts|tsx)$/.test(file.path) && !/^(\/\/|\/\*)/.test(file.text));
    expect(silent.map((file) => file.path)).toEqual([]);
  });

  it.each([
    ['any', /:\s*any\b|\bas any\b|<any>/],
    ['switched-off checks', /@ts-ignore|@ts-expect-error|@ts-nocheck|(eslint|oxlint)-disable/],
    ['left-overs', /\b(TODO|FIXME|XXX|HACK)\b/],
    ['tests that run alone or not at all', /\b(it|test|describe)\.(only|todo)\(|\b(xit|fit|xdescribe|fdescribe)\(/],
    ['module mocks', /jest\.(mock|unstable_mockModule)\(/],
  ])('have no %s', (_name, pattern) => {
    expect(own.filter((file) => pattern.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  it('read no clock where time comes in by argument', () => {
    const clocks = /^(service\/(config|wall)\.ts|sandbox\/\w[\w-]*\/serve\.ts|sandbox\/portal\/page\/.*)$/;
    const held = own.filter(
      ({ path }) => /^(contract|service|sandbox|deploy)\/.*\.tsx?$/.test(path) && !clocks.test(path),
    );
    expect(held.length).toBeGreaterThan(100);
    expect(held.filter((file) => file.text.includes('new Date()')).map((file) => file.path)).toEqual([]);
  });

  it('have no room for everything', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|types|constants|index)(\.|\/)/;
    expect(code.map((file) => file.path).filter((path) => vague.test(path))).toEqual([]);
  });

  it('say scale out and scale in, never up or down', () => {
    const wrong = own.filter((file) => /\bscal(e|ed|es|ing)[ -]?(Up|up|Down|down)\b|scaleUp|scaleDown/.test(file.text));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('write an instant of the API in one way', () => {
    const writers = code.filter(({ path, text }) => path.startsWith('service/api/') && text.includes('.toISOString('));
    expect(writers.map((file) => file.path)).toEqual(['service/api/instant.ts']);
  });

  it('give the same version everywhere', () => {
    const version = (file: string) =>
      (JSON.parse(readFileSync(join(root, file), 'utf8')) as { version: string }).version;
    expect(version('vss-extension.json')).toBe(version('package.json'));
    for (const file of sources(/^tasks\/.*\/task\.json$/)) {
      const { version: parts } = JSON.parse(file.text) as { version: { Major: number; Minor: number; Patch: number } };
      expect(`${String(parts.Major)}.${String(parts.Minor)}.${String(parts.Patch)}`).toBe(version('package.json'));
    }
  });
});

describe('the documents', () => {
  it('keep a row of coverage for every numbered row of the two seeds', () => {
    const text = readFileSync(join(root, 'docs/coverage.md'), 'utf8');
    const rows = new Map(
      [...text.matchAll(/^\| ([VD]\d+) \|[^|]*\| ([^|]+) \|/gm)].map((match) => [match[1], match[2]!.trim()]),
    );
    const wanted = [
      ...Array.from({ length: 94 }, (_, index) => `V${String(index + 1)}`),
      ...Array.from({ length: 36 }, (_, index) => `D${String(index + 1)}`),
    ];
    expect(wanted.filter((row) => !rows.has(row))).toEqual([]);
    const paths = [...rows.values()].flatMap((shows) =>
      [...shows.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1]!),
    );
    const missing = paths.filter((path) => !code.some((file) => file.path === path || file.path.startsWith(path)));
    expect(missing).toEqual([]);
  });
});
