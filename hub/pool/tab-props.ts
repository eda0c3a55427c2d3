// What every tab of a pool gets.
import type { PoolDetail } from '../../contract/api.ts';
import type { PoolTab } from '../route.ts';
import type { HubClient } from '../service.ts';

export interface TabProps {
  readonly client: HubClient;
  readonly detail: PoolDetail;
  /** One thing on the tab that the address names, such as a job or a report; null: none. */
  readonly item: string | null;
  readonly onItem: (item: string | null) => void;
  readonly onTab: (tab: PoolTab) => void;
}
