// What would be lost if somebody left now. A page with a form says so here; whoever is about to change the page asks first.
import { createContext, useContext, useEffect } from 'react';

/** One for the whole hub; `words` is null where nothing would be lost. */
export interface Unsaved {
  words: string | null;
}

export const UnsavedContext = createContext<Unsaved>({ words: null });

/** Also makes the browser ask before the tab is closed or reloaded: what it says then is its own. */
export function useUnsaved(words: string | null): void {
  const unsaved = useContext(UnsavedContext);
  useEffect(() => {
    if (words === null) return undefined;
    say(unsaved, words);
    const stop = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', stop);
    return () => {
      say(unsaved, null);
      window.removeEventListener('beforeunload', stop);
    };
  }, [unsaved, words]);
}

function say(unsaved: Unsaved, words: string | null): void {
  unsaved.words = words;
}
