// What stands above everything on the pages of a pool. A setting of the scale set has its command, and often its button, on
// the tab Checks, so the banner leads there and does not repeat the command.
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import type { Banner } from '../../contract/nodes.ts';
import { PageLink } from '../page-link.tsx';
import type { PoolTab } from '../route.ts';

interface PoolBannersProps {
  readonly banners: readonly Banner[];
  readonly pool: string;
  readonly onTab: (tab: PoolTab) => void;
}

export function PoolBanners({ banners, pool, onTab }: PoolBannersProps) {
  return banners.map(({ code, level, words }) => (
    <MessageCard
      key={`${code} ${words}`}
      severity={level === 'error' ? MessageCardSeverity.Error : MessageCardSeverity.Warning}
    >
      {code === 'scaleSetContended' ? (
        <span className="weir-anywhere">
          {withoutCommand(words)}{' '}
          <PageLink route={{ page: 'pool', pool, tab: 'checks' }} onGo={() => onTab('checks')}>
            Open Checks
          </PageLink>
        </span>
      ) : (
        <span className="weir-anywhere">{words}</span>
      )}
    </MessageCard>
  ));
}

function withoutCommand(words: string): string {
  return words.replace(/ Run: az .*$/u, '');
}
