// What has the focus may vanish: a button after its deed, a row that was mended, a whole page. A browser then begins at the top of the
// document again; here the focus goes to the heading of the card around it that is left, else to the heading of the page.

/** What scrolls by itself and takes the keyboard. */
const scroller = '[role=region][tabindex="0"]';

/** Answers how to stop. One for a document. */
export function keepFocus(document: Document): () => void {
  let trail: readonly Element[] = [];
  const remember = ({ target }: FocusEvent): void => {
    trail = target instanceof Element ? [target, ...ancestorsOf(target)] : [];
  };
  const follow = (): void => {
    const [had, ...around] = trail;
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (had === undefined || had.isConnected || !isLost) return;
    const left = around.find((one) => one.isConnected && one.matches(`section, ${scroller}`));
    if (left instanceof HTMLElement && left.matches(scroller)) {
      // A row that was scrolled out of sight: whoever scrolls goes on from where they are.
      left.focus({ preventScroll: true });
      return;
    }
    const heading = left?.querySelector<HTMLElement>('h2') ?? document.querySelector<HTMLElement>('main [data-title]');
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus();
  };
  const watch = new MutationObserver(follow);
  document.addEventListener('focusin', remember);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', remember);
    watch.disconnect();
  };
}

function ancestorsOf(element: Element): readonly Element[] {
  const above = element.parentElement;
  return above === null ? [] : [above, ...ancestorsOf(above)];
}
