// Follows the host's hash: the browser's back button, a deep link and the hub's own links all come through it.
import { useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { Host } from './host.ts';
import { readRoute, writeRoute, type Route } from './route.ts';
import { UnsavedContext } from './unsaved.ts';

export interface Routing {
  readonly route: Route | null;
  /** Where somebody wants to go who would lose something; null where nobody has to be asked. */
  readonly wanted: Route | null;
  /** `isSameEntry`: the place is the same and only said more exactly, so that the back button leads past it. */
  readonly go: (route: Route, isSameEntry?: boolean) => void;
  /** The answer to the question: on to what is wanted, or not. */
  readonly leave: (isLeaving: boolean) => void;
}

export function useRoute(host: Host): Routing {
  const [route, setRoute] = useState<Route | null>(null);
  const [wanted, setWanted] = useState<Route | null>(null);
  const unsaved = useContext(UnsavedContext);
  const shown = useRef<Route | null>(null);
  useEffect(() => {
    shown.current = route;
  }, [route]);
  useEffect(() => {
    let isMounted = true;
    const follow = (hash: string): void => {
      const next = readRoute(hash);
      if (!isMounted || (shown.current !== null && writeRoute(next) === writeRoute(shown.current))) return;
      if (unsaved.words === null || shown.current === null) {
        setRoute(next);
        return;
      }
      // The browser's back button has changed the address already: it goes back until there is an answer.
      host.setHash(writeRoute(shown.current));
      setWanted(next);
    };
    host.onHashChanged(follow);
    host.currentHash().then(follow, () => follow(''));
    return () => {
      isMounted = false;
    };
  }, [host, unsaved]);
  const move = useCallback(
    (next: Route, isSameEntry = false) => {
      setRoute(next);
      if (isSameEntry) host.replaceHash(writeRoute(next));
      else host.setHash(writeRoute(next));
    },
    [host],
  );
  const go = useCallback(
    (next: Route, isSameEntry?: boolean) => (unsaved.words === null ? move(next, isSameEntry) : setWanted(next)),
    [move, unsaved],
  );
  const leave = (isLeaving: boolean): void => {
    setWanted(null);
    if (isLeaving && wanted !== null) move(wanted);
  };
  return { route, wanted, go, leave };
}
