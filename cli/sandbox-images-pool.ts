// The sandbox's second pool: Linux and Windows behind one pool, each image and version in a scale set of its own, and a
// trickle of jobs of which some name an image.
import type { Arrival } from '../sandbox/workload/arrivals.ts';
import type { StagePool } from './sandbox-stage.ts';

export function severalImagesPool(): StagePool {
  return {
    name: 'several-images',
    scaleSetName: 'template',
    settings: {
      maxCapacity: 6,
      timeToLiveMinutes: 10,
      images: [
        {
          aliases: ['ubuntu-24.04'],
          source: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server' },
        },
        {
          aliases: ['windows-2022'],
          source: { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-datacenter-g2' },
          osType: 'windows',
          size: 'Standard_D4s_v3',
        },
      ],
    },
    hasLanes: true,
    arrivals: trickle(),
  };
}

/** The first jobs come soon, so that one sees the scale sets being made. */
const leadSeconds = 40;
const everySeconds = 200;

const kinds: readonly { readonly jobName: string; readonly demands: readonly string[]; readonly seconds: number }[] = [
  { jobName: 'build', demands: [], seconds: 240 },
  { jobName: 'build installer', demands: ['ImageOverride -equals windows-2022'], seconds: 420 },
  { jobName: 'unit tests', demands: [], seconds: 180 },
  { jobName: 'lint', demands: ['ImageOverride -equals ubuntu-24.04'], seconds: 60 },
];

function* trickle(): Generator<Arrival> {
  for (let count = 0; ; count += 1) {
    const kind = kinds[count % kinds.length];
    if (kind === undefined) return;
    const runId = 5000 + Math.floor(count / kinds.length);
    yield {
      at: leadSeconds + (count < 2 ? 0 : (count - 1) * everySeconds),
      durationSeconds: kind.seconds,
      label: '',
      demands: kind.demands,
      jobName: kind.jobName,
      definitionName: 'desktop client',
      runName: `run ${runId}`,
      runId,
    };
  }
}
