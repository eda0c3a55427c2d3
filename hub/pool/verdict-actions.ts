// What Weir itself can do about a verdict, so that its next step is a button. What a person has disabled stays so: for that
// there is a link to where they did it. Machines that are kept are given back or deleted on the page of each.
import type { JobRequestView } from '../../contract/api.ts';
import type { PoolTab } from '../route.ts';
import { writeFilters } from './filters.ts';

export type VerdictAction =
  | { readonly kind: 'unpause' }
  /** The pool lets its jobs ask for the value. */
  | { readonly kind: 'admit'; readonly list: 'workFolders' | 'customCapabilities'; readonly value: string }
  /** Jobs of this run may ask for the version, for a day. */
  | { readonly kind: 'admitForRun'; readonly image: string | null; readonly version: string; readonly runId: number }
  | { readonly kind: 'validate'; readonly image: string | null; readonly version: string | null }
  /** `filters` as that tab writes them. */
  | { readonly kind: 'open'; readonly tab: PoolTab; readonly filters?: string }
  | { readonly kind: 'agents' };

type Asked = Pick<JobRequestView, 'verdict' | 'demands' | 'agents' | 'runId'>;

export function actionsOf(request: Asked): readonly VerdictAction[] {
  const image = valueOf(request.demands, 'ImageOverride');
  const version = valueOf(request.demands, 'ImageVersionOverride');
  const { runId } = request;
  switch (request.verdict) {
    case 'paused':
      return [{ kind: 'unpause' }];
    case 'notAdmitted':
      return [...admissions(request.demands), { kind: 'open', tab: 'admission' }];
    case 'versionNotAllowed':
      return [
        ...(version === null || runId === null || runId === undefined
          ? []
          : [{ kind: 'admitForRun' as const, image, version, runId }]),
        { kind: 'validate', image, version },
        { kind: 'open', tab: 'images' },
      ];
    case 'imageFailing':
      return [
        { kind: 'validate', image, version },
        { kind: 'open', tab: 'images' },
      ];
    case 'versionUnknown':
    case 'versionNotReplicated':
      return [{ kind: 'open', tab: 'images' }];
    case 'aliasUnknown':
    case 'laneLimit':
    case 'poolAtMaximum':
    case 'budgetReached':
    case 'tagNeedsStatefulPool':
      return [{ kind: 'open', tab: 'settings' }];
    case 'scaleSetContended':
    case 'scaleSetMissing':
      return [{ kind: 'open', tab: 'checks' }];
    case 'agentsDisabled':
      return holdersOf(request);
    default:
      return [];
  }
}

function holdersOf({ agents }: Asked): readonly VerdictAction[] {
  // An older service does not say which they are.
  if (agents === undefined) return [{ kind: 'agents' }];
  const isKept = agents.some((one) => one.state === 'kept');
  const isDisabled = agents.some((one) => one.state !== 'kept');
  return [
    ...(isKept
      ? [
          { kind: 'open', tab: 'nodes', filters: writeFilters({ state: 'kept' }) } as const,
          { kind: 'open', tab: 'settings' } as const,
        ]
      : []),
    ...(isDisabled ? [{ kind: 'agents' } as const] : []),
  ];
}

function admissions(demands: readonly string[]): readonly VerdictAction[] {
  const folder = valueOf(demands, 'WorkFolder');
  const tag = valueOf(demands, 'CustomCapabilities');
  return [
    ...(folder === null ? [] : [{ kind: 'admit' as const, list: 'workFolders' as const, value: folder }]),
    ...(tag === null ? [] : [{ kind: 'admit' as const, list: 'customCapabilities' as const, value: tag }]),
  ];
}

/** Of a demand `NAME -equals VALUE`; names ignore case, opcodes do not. */
function valueOf(demands: readonly string[], name: string): string | null {
  for (const demand of demands) {
    const [, found = '', value = ''] = /^\s*(\S+)\s+-equals\s+(.+?)\s*$/.exec(demand) ?? [];
    if (found.toLowerCase() === name.toLowerCase()) return value;
  }
  return null;
}

const tabNames: Readonly<Partial<Record<PoolTab, string>>> = {
  images: 'Open the images',
  admission: 'See what is admitted',
  settings: 'Open the settings',
  checks: 'Open the checks',
  nodes: 'See the kept machines',
};

export function labelOf(action: VerdictAction): string {
  switch (action.kind) {
    case 'unpause':
      return 'Let the pool work again';
    case 'admit':
      return `Admit ${action.value}`;
    case 'admitForRun':
      return `Admit version ${action.version} for this run`;
    case 'validate':
      return action.version === null ? 'Validate the image' : `Validate version ${action.version}`;
    case 'open':
      return tabNames[action.tab] ?? 'Open';
    case 'agents':
      return 'Open the agents in Azure DevOps';
  }
}

/** Asked before anything is changed; null where nothing is. */
export function questionOf(action: VerdictAction): string | null {
  switch (action.kind) {
    case 'unpause':
      return 'Weir makes and deletes machines of this pool again. It was paused by somebody.';
    case 'admit':
      return `Every job of this pool may ask for ${action.value} from then on. It stands in the settings of the pool. A job that failed already has to be run again.`;
    case 'admitForRun':
      return `The jobs of this run may ask for version ${action.version} for a day, validated or not.`;
    case 'validate':
      return 'Weir starts trial machines of the image, which cost money, and deletes them when it knows.';
    default:
      return null;
  }
}
