// What has the focus may vanish: a button after its deed, a row that was mended, a whole page. A browser then begins at the top of the
// document again; here the focus goes to the heading of the card around it that is left, else to the heading of the page. It is never
// taken from whoever types outside this document, nor from whoever has left it here themselves.

/** What scrolls by itself and takes the keyboard. */
const scroller = '[role=region][tabindex="0"]';

const inputs = ['keydown', 'pointerdown', 'wheel'] as const;

/** Answers how to stop. One for a document. */
export function keepFocus(document: Document): () => void {
  let trail: readonly Element[] = [];
  let isByKeys = false;
  const note = ({ type }: Event): void => {
    isByKeys = type === 'keydown';
  };
  const remember = ({ target }: FocusEvent): void => {
    trail = target instanceof Element ? [target, ...ancestorsOf(target)] : [];
  };
  const forget = ({ target }: FocusEvent): void => {
    // Some browsers tell this also of what is just being taken away; whether it was is known only after that.
    queueMicrotask(() => {
      const isLeft =
        target instanceof Element && target === trail[0] && target.isConnected && !target.matches(':disabled');
      // A window that is left gives the focus back to where it was, so nothing is forgotten then.
      if (isLeft && document.hasFocus() && document.activeElement !== target) trail = [];
    });
  };
  const follow = (): void => {
    const [had, ...around] = trail;
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (had === undefined || had.isConnected || !isLost || !document.hasFocus()) return;
    const left = around.find((one) => one.isConnected && one.matches(`section, ${scroller}`));
    if (left instanceof HTMLElement && left.matches(scroller)) {
      // A row that was scrolled out of sight: whoever scrolls goes on from where they are.
      left.focus({ preventScroll: true });
      return;
    }
    const heading = left?.querySelector<HTMLElement>('h2') ?? document.querySelector<HTMLElement>('main [data-title]');
    if (heading === null) return;
    heading.tabIndex = -1;
    // Whoever points has the place before their eyes that they look at; the page does not run away from under it.
    heading.focus({ preventScroll: !isByKeys });
  };
  const watch = new MutationObserver(follow);
  document.addEventListener('focusin', remember);
  document.addEventListener('focusout', forget);
  for (const type of inputs) document.addEventListener(type, note, { capture: true, passive: true });
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', remember);
    document.removeEventListener('focusout', forget);
    for (const type of inputs) document.removeEventListener(type, note, { capture: true });
    watch.disconnect();
  };
}

function ancestorsOf(element: Element): readonly Element[] {
  const above = element.parentElement;
  return above === null ? [] : [above, ...ancestorsOf(above)];
}
