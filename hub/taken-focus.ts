// What opens at somebody's wish takes the focus, so that the keyboard and a screen reader are where the page changed, and gives
// it back when it closes. Where nobody has touched the page, such as behind a link, the focus stays where it is.
import { useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * For an element that is there as long as whatever opened. `isWanted` false: it takes nothing. `opener`, for what opens only when an answer
 * has come: what had the focus when it was asked for; whoever has gone on from there meanwhile keeps the focus.
 */
export function useTakenFocus<E extends HTMLElement>(isWanted = true, opener?: Element | null): RefObject<E> {
  const place = useRef<E>(null);
  useLayoutEffect(() => {
    const taken = place.current;
    if (!isWanted || taken === null || !isTouched()) return undefined;
    const before = document.activeElement;
    if (opener !== undefined && before !== opener && isReachedByTab(before)) return undefined;
    taken.tabIndex = -1;
    taken.focus();
    return () => {
      // What somebody has gone on to meanwhile keeps it.
      const isInside = isAround(taken, document.activeElement);
      if (isInside && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [isWanted, opener]);
  return place;
}

/** The page itself puts the focus on headings too, which Tab does not reach. */
function isReachedByTab(focused: Element | null): boolean {
  return focused instanceof HTMLElement && focused.tabIndex >= 0;
}

/** A heading stands for its card. */
function isAround(taken: HTMLElement, focused: Element | null): boolean {
  return (taken.closest('section, form, [role=group]') ?? taken).contains(focused);
}

/** An older browser does not tell; there the focus stays where it is. */
function isTouched(): boolean {
  return (navigator as Partial<Navigator>).userActivation?.hasBeenActive === true;
}
