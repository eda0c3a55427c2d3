// The import table, checked by machine; and that the checker really looked, since it says "no violations" of nothing too.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { root, sources } from './sources.ts';

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

describe('imports', () => {
  it('follow the table, without circles or orphans', () => {
    const rooms = ['cli', 'contract', 'hub', 'tasks', 'service', 'sandbox'];
    const result = spawnSync(
      process.execPath,
      [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'json',
        ...rooms,
      ],
      { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
    );
    const report = JSON.parse(result.stdout) as Report;
    expect(report.summary.violations.map((one) => `${one.rule.name}: ${one.from} → ${one.to}`)).toEqual([]);
    const written = sources(/^(cli|contract|hub|tasks|service|sandbox)\/.*\.(ts|tsx)$/).filter(
      (file) => !file.path.endsWith('.d.ts'),
    );
    expect(report.summary.totalCruised).toBeGreaterThan(written.length * 0.9);
  });
});
