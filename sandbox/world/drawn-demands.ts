// What the jobs of a run ask for: priorities, work folders, tags, and now and then something that nobody can meet. Half of all
// runs ask for nothing, as most pools do.
import { seededRandom } from '../../service/domain/chance.ts';
import type { Arrival } from '../workload/arrivals.ts';
import { pick } from './azure-faults.ts';

export interface Drawn {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly arrivals: readonly Arrival[];
}

const workFolders = ['/mnt/a', '/mnt/b'] as const;
const tags = ['repo', 'docs'] as const;
/** Azure DevOps fails such a job at once, or lets it wait for ever: it must hurt nobody else. */
const hostile = [
  'Priority -equals Urgent',
  'Priority -Equals High',
  'WorkFolder -equals ../../etc',
  'WorkFolder -equals /mnt/a; curl x|sh',
  'WorkFolder -equals c:\\con\\x',
  'CustomCapabilities -equals \u202eoper',
  'CustomCapabilities -equals',
  'java -equals "17"',
  '-equals x',
] as const;

/** The first and the last arrivals stay plain: they are there so that every run does something. */
export function drawDemands(seed: number, drawn: Drawn): Drawn {
  const random = seededRandom(seed * 8009 + 7);
  if (random() < 0.5) return drawn;
  const shares = { priority: random() * 0.6, folder: random() * 0.3, tag: random() * 0.3, hostile: random() * 0.05 };
  const last = drawn.arrivals.length - 1;
  const arrivals = drawn.arrivals.map((arrival, index): Arrival => {
    const demands = [
      ...(random() < shares.priority ? [`Priority -equals ${pick(random, ['High', 'Medium', 'Low'])}`] : []),
      ...(random() < shares.folder ? [`WorkFolder -equals ${pick(random, workFolders)}`] : []),
      ...(random() < shares.tag ? [`CustomCapabilities -equals ${pick(random, tags)}`] : []),
      ...(random() < shares.hostile ? [pick(random, hostile)] : []),
    ];
    const isPlain = index < 3 || index === last;
    return isPlain ? arrival : { ...arrival, demands };
  });
  const demands = { workFolders, customCapabilities: tags, tagWaitMinutes: pick(random, [0, 2, 10]) };
  const priority = { batchSeconds: pick(random, [0, 10, 60]), agingMinutes: pick(random, [5, 60]) };
  return { settings: { ...drawn.settings, demands, priority }, arrivals };
}
