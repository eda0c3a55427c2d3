// What every tab of a pool gets.
import type { PoolDetail } from '../../contract/api.ts';
import type { PoolTab } from '../route.ts';
import type { HubClient } from '../service.ts';

export interface TabProps {
  readonly client: HubClient;
  readonly detail: PoolDetail;
  /** One thing on the tab that the address names, such as a job, a report or a part of time; null: none. */
  readonly item: string | null;
  /** On this tab, or on another. */
  readonly onItem: (item: string | null, tab?: PoolTab) => void;
  /** `filters` as that tab writes them; absent: none. */
  readonly onTab: (tab: PoolTab, filters?: string) => void;
  /** As the address names them; absent: none. */
  readonly filters?: string;
  /** Absent where no address remembers them. `isSameEntry`: as part of what the history remembers already. */
  readonly onFilters?: (filters: string, isSameEntry: boolean) => void;
}
