// Puts one stream of events under a page, for everything on it that is live.
import { createContext, useEffect, useMemo, type ReactNode } from 'react';
import { followEvents, type Feed } from './event-stream.ts';
import type { HubClient } from './service.ts';

/** Null: nothing streams, and whoever is live polls. */
export const LiveFeed = createContext<Feed | null>(null);

interface LiveFeedProps {
  readonly client: HubClient;
  /** Null: every pool that the person may see. */
  readonly pool: string | null;
  readonly children: ReactNode;
}

export function WithLiveFeed({ client, pool, children }: LiveFeedProps) {
  const stream = useMemo(() => followEvents({ open: (signal) => client.follow(pool, signal) }), [client, pool]);
  useEffect(() => {
    stream.start();
    return () => stream.stop();
  }, [stream]);
  return <LiveFeed.Provider value={stream}>{children}</LiveFeed.Provider>;
}
