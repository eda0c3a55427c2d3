// Which page stands on the screen: connect first, then what the host's hash names.
import { useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { ConnectPage } from './connect/connect-page.tsx';
import type { Surroundings } from './connect/checks.ts';
import type { Host } from './host.ts';
import { MakingPages } from './new-pool/making-pages.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { Loading, ProblemMessage } from './messages.tsx';
import { PageFrame } from './page-frame.tsx';
import { PoolPage, type Place } from './pool/pool-page.tsx';
import { PoolsPage } from './pools/pools-page.tsx';
import { toProblem, type HubProblem } from './problem.ts';
import type { PoolTab, Route } from './route.ts';
import { checkAddress } from './service-address.ts';
import { connectService, type HubClient } from './service.ts';
import { UnsavedContext } from './unsaved.ts';
import { useRoute, type Routing } from './use-route.ts';

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

  const around = useMemo(() => surroundingsOf(host, connect), [host, connect]);
  const save = async (typed: string): Promise<void> => {
    await host.saveServiceUrl(typed);
    setAddress({ url: typed });
  };

  if (client !== null && url !== null)
    return <Pages host={host} client={client} service={{ current: url, around, onSave: save }} />;
  if (address === null) return <Waiting />;
  if ('problem' in address) {
    return (
      <PageFrame title="Elastic agents">
        <ProblemMessage problem={address.problem} retry={load} />
      </PageFrame>
    );
  }
  return <ConnectPage current={null} around={around} onSave={save} />;
}

const checkPatienceMs = 10_000;

function surroundingsOf(host: Host, connect: NonNullable<AppProps['connect']>): Surroundings {
  return {
    // Without a token and without cookies: whether anything answers is nobody's secret.
    fetch: (url, { mode }) =>
      window.fetch(url, { mode, credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(checkPatienceMs) }),
    about: (url) => connect(host, url).about(AbortSignal.timeout(checkPatienceMs)),
    organizationUrl: host.organizationUrl,
    pageVersion: host.extensionVersion,
    origin: window.location.origin,
  };
}

interface PagesProps {
  readonly host: Host;
  readonly client: HubClient;
  readonly service: {
    readonly current: string;
    readonly around: Surroundings;
    readonly onSave: (url: string) => Promise<void>;
  };
}

function Pages(props: PagesProps) {
  const routing = useRoute(props.host);
  const unsaved = useContext(UnsavedContext);
  return (
    <>
      <CurrentPage {...props} {...routing} />
      {routing.wanted === null ? null : (
        <LeaveDialog
          words={unsaved.words ?? ''}
          onStay={() => routing.leave(false)}
          onLeave={() => routing.leave(true)}
        />
      )}
    </>
  );
}

function CurrentPage({ host, client, service, route, go }: PagesProps & Pick<Routing, 'route' | 'go'>) {
  const pool = route?.page === 'pool' ? route.pool : null;
  useEffect(() => host.setTitle(pool === null ? 'Elastic agents' : `${pool} - Elastic agents`), [host, pool]);
  const toPools = (): void => go({ page: 'pools' });
  if (route === null) return <Waiting />;
  if (route.page === 'connect') {
    const save = async (url: string): Promise<void> => {
      await service.onSave(url);
      toPools();
    };
    return <ConnectPage {...service} onSave={save} onBack={toPools} />;
  }
  if (route.page === 'new' || route.page === 'adopt' || route.page === 'delete')
    return <MakingPages {...{ host, client, route, go }} />;
  if (route.page === 'pool')
    return <PoolPage key={route.pool} client={client} name={route.pool} onBack={toPools} place={placeOf(route, go)} />;
  return (
    <PoolsPage
      client={client}
      organization={host.organizationName}
      filters={route.filters ?? ''}
      onFilters={(filters, isSameEntry) => go({ page: 'pools', ...(filters === '' ? {} : { filters }) }, isSameEntry)}
      onOpen={(name) => go({ page: 'pool', pool: name })}
      onConnect={() => go({ page: 'connect' })}
      onNew={() => go({ page: 'new' })}
      onAdopt={() => go({ page: 'adopt' })}
    />
  );
}

function placeOf(route: Extract<Route, { page: 'pool' }>, go: Routing['go']): Place {
  const { pool, tab: open, item: opened, filters: set } = route;
  const at = (tab: PoolTab | undefined, item: string | null | undefined, filters: string | undefined): Route => ({
    ...{ page: 'pool', pool },
    ...(tab === undefined ? {} : { tab }),
    ...(item == null ? {} : { item }),
    ...(filters === undefined || filters === '' ? {} : { filters }),
  });
  return {
    tab: open ?? 'overview',
    item: opened ?? null,
    ...(set === undefined ? {} : { filters: set }),
    onDelete: () => go({ page: 'delete', pool }),
    onTab: (tab, filters) => go(at(tab, null, filters)),
    // One thing is looked at beside the same list; another tab has filters of its own.
    onItem: (item, tab = open) => go(at(tab, item, tab === open ? set : undefined)),
    onFilters: (filters, isSameEntry) => go(at(open, opened, filters), isSameEntry),
  };
}

function Waiting() {
  return (
    <PageFrame title="Elastic agents">
      <Loading what="Elastic agents" />
    </PageFrame>
  );
}
