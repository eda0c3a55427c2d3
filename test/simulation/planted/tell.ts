// The tests of one list of planted bugs, and the table that they print: which law saw each, and after how many seeds. With every
// change each is hunted once; the median is told where there were several hunts, for of one there is none.
import { afterAll, describe, expect, it } from '@jest/globals';
import { fixedKeys } from '../../stories/fixed-keys.ts';
import { Hunt, type Catch } from './hunt.ts';
import type { PlantedBug } from './planted-bug.ts';

export function huntAll(title: string, bugs: readonly PlantedBug[]): void {
  describe(title, () => {
    const table: string[] = [];
    const width = Math.max(...bugs.map((bug) => bug.name.length)) + 2;
    let hunt: Promise<Hunt> | null = null;
    afterAll(
      () =>
        void process.stdout.write(`planted bugs, ${title} (law that saw it, seeds until then)\n${table.join('\n')}\n`),
    );

    it.each(bugs.map((bug) => [bug.name, bug] as const))(
      '%s: it is noticed, and nothing is without it',
      async (name, bug) => {
        hunt ??= fixedKeys().then((generateKeys) => new Hunt(generateKeys));
        const caught = await (await hunt).catch(bug);
        table.push(`  ${name.padEnd(width)}${told(caught)}`);
        expect(caught).not.toBeNull();
        expect(caught?.withoutBug).toEqual([]);
      },
      1_200_000,
    );
  });
}

function told(caught: Catch | null): string {
  if (caught === null) return 'NOT SEEN';
  const { seeds, invariants } = caught;
  const [low, high] = [seeds[Math.floor((seeds.length - 1) / 2)] ?? 0, seeds[Math.floor(seeds.length / 2)] ?? 0];
  const median = seeds.length === 1 ? '' : `, median ${String((low + high) / 2)} of ${String(seeds.length)} hunts`;
  return `${invariants.join(' ').padEnd(5)} ${seeds.join(', ')}${median}`;
}
