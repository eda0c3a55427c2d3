// The pages on which pools are made, adopted and deleted. Loaded when they are opened: most days nobody does any of it.
import { lazy, Suspense, useState } from 'react';
import type { Host } from '../host.ts';
import { Loading } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import type { Route } from '../route.ts';
import type { HubClient } from '../service.ts';
import type { Seed } from './adopt.ts';

const NewPoolPage = lazy(() => import(/* webpackChunkName: "new-pool" */ './new-pool-page.tsx'));
const AdoptPage = lazy(() => import(/* webpackChunkName: "adopt" */ './adopt-page.tsx'));
const DeletePage = lazy(() => import(/* webpackChunkName: "delete-pool" */ './delete-page.tsx'));

interface MakingPagesProps {
  readonly host: Host;
  readonly client: HubClient;
  readonly route: Extract<Route, { readonly page: 'new' | 'adopt' | 'delete' }>;
  readonly go: (route: Route) => void;
}

export function MakingPages(props: MakingPagesProps) {
  return (
    <Suspense
      fallback={
        <PageFrame title="Elastic agents">
          <Loading what="the page" />
        </PageFrame>
      }
    >
      <MakingPage {...props} />
    </Suspense>
  );
}

function MakingPage({ host, client, route, go }: MakingPagesProps) {
  const [seed, setSeed] = useState<Seed | null>(null);
  const onBack = (): void => go({ page: 'pools' });
  if (route.page === 'delete') return <DeletePage key={route.pool} client={client} pool={route.pool} onBack={onBack} />;
  if (route.page === 'adopt')
    return (
      <AdoptPage
        host={host}
        onBack={onBack}
        onGoOn={(next) => {
          setSeed(next);
          go({ page: 'new' });
        }}
      />
    );
  return (
    <NewPoolPage
      client={client}
      host={host}
      seed={seed}
      onBack={onBack}
      onDone={(pool) => go({ page: 'pool', pool })}
    />
  );
}
