// The tests of one list of planted bugs, and the table that they print.
import { afterAll, describe, expect, it } from '@jest/globals';
import { fixedKeys } from '../../stories/fixed-keys.ts';
import { Hunt } from './hunt.ts';
import type { PlantedBug } from './planted-bug.ts';

export function huntAll(title: string, bugs: readonly PlantedBug[]): void {
  describe(title, () => {
    const table: string[] = [];
    let hunt: Promise<Hunt> | null = null;
    afterAll(
      () =>
        void process.stdout.write(
          `planted bugs, ${title} (law, runs until it was seen, by hunt)\n${table.join('\n')}\n`,
        ),
    );

    it.each(bugs.map((bug) => [bug.name, bug] as const))(
      '%s: it is noticed, and nothing is without it',
      async (name, bug) => {
        hunt ??= fixedKeys().then((generateKeys) => new Hunt(generateKeys));
        const caught = await (await hunt).catch(bug);
        const told = caught === null ? 'NOT CAUGHT' : `${caught.invariant.padEnd(5)} ${caught.seeds.join(', ')}`;
        table.push(`  ${name.padEnd(80)} ${told}`);
        expect(caught).not.toBeNull();
        expect(caught?.withoutBug).toEqual([]);
      },
      1_200_000,
    );
  });
}
