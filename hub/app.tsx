// Which page stands on the screen: connect first, then what the host's hash names.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ConnectPage } from './connect-page.tsx';
import type { Host } from './host.ts';
import { Loading, ProblemMessage } from './messages.tsx';
import { PageFrame } from './page-frame.tsx';
import { PoolPage } from './pool/pool-page.tsx';
import { PoolsPage } from './pools/pools-page.tsx';
import { toProblem, type HubProblem } from './problem.ts';
import { checkAddress } from './service-address.ts';
import { connectService, type HubClient } from './service.ts';
import { useRoute } from './use-route.ts';

interface AppProps {
  readonly host: Host;
  /** Only tests hand in their own. */
  readonly connect?: (host: Host, serviceUrl: string) => HubClient;
}

type Address = { readonly url: string | null } | { readonly problem: HubProblem } | null;

export function App({ host, connect = connectService }: AppProps) {
  const [address, setAddress] = useState<Address>(null);
  const load = useCallback(() => {
    host.serviceUrl().then(
      (url) => setAddress({ url }),
      (cause: unknown) => setAddress({ problem: toProblem(cause) }),
    );
  }, [host]);
  useEffect(() => load(), [load]);
  // An address that somebody wrote into the extension data by other means gets the same check as one that is typed here.
  const checked = address !== null && 'url' in address && address.url !== null ? checkAddress(address.url) : null;
  const url = checked !== null && 'url' in checked ? checked.url : null;
  const client = useMemo(() => (url === null ? null : connect(host, url)), [connect, host, url]);

  if (client !== null) return <Pages host={host} client={client} />;
  if (address === null) return <Waiting />;
  if ('problem' in address) {
    return (
      <PageFrame title="Elastic agents">
        <ProblemMessage problem={address.problem} retry={load} />
      </PageFrame>
    );
  }
  return (
    <ConnectPage
      onSave={async (typed) => {
        await host.saveServiceUrl(typed);
        setAddress({ url: typed });
      }}
    />
  );
}

function Pages({ host, client }: { readonly host: Host; readonly client: HubClient }) {
  const { route, go } = useRoute(host);
  const pool = route?.page === 'pool' ? route.pool : null;
  useEffect(() => host.setTitle(pool === null ? 'Elastic agents' : `${pool} - Elastic agents`), [host, pool]);
  if (route === null) return <Waiting />;
  if (route.page === 'pool')
    return (
      <PoolPage
        key={route.pool}
        client={client}
        name={route.pool}
        onBack={() => go({ page: 'pools' })}
        place={{
          tab: route.tab ?? 'overview',
          item: route.item ?? null,
          onTab: (tab) => go({ page: 'pool', pool: route.pool, tab }),
          onItem: (item) =>
            go({ ...route, ...(route.tab === undefined ? { tab: 'jobs' } : {}), ...(item === null ? {} : { item }) }),
        }}
      />
    );
  return (
    <PoolsPage
      client={client}
      organization={host.organizationName}
      onOpen={(name) => go({ page: 'pool', pool: name })}
    />
  );
}

function Waiting() {
  return (
    <PageFrame title="Elastic agents">
      <Loading what="Elastic agents" />
    </PageFrame>
  );
}
