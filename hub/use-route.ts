// Follows the host's hash: the browser's back button, a deep link and the hub's own links all come through it.
import { useCallback, useEffect, useState } from 'react';
import type { Host } from './host.ts';
import { readRoute, writeRoute, type Route } from './route.ts';

export function useRoute(host: Host): { readonly route: Route | null; readonly go: (route: Route) => void } {
  const [route, setRoute] = useState<Route | null>(null);
  useEffect(() => {
    let isMounted = true;
    const follow = (hash: string): void => {
      if (isMounted) setRoute(readRoute(hash));
    };
    host.onHashChanged(follow);
    host.currentHash().then(follow, () => follow(''));
    return () => {
      isMounted = false;
    };
  }, [host]);
  const go = useCallback(
    (next: Route) => {
      setRoute(next);
      host.setHash(writeRoute(next));
    },
    [host],
  );
  return { route, go };
}
