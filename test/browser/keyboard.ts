// Somebody without a mouse: only keys go to the page, and wherever the focus comes to it can be seen.
import type { Frame } from 'playwright-core';
import { until } from '../end-to-end/until.ts';
import type { Opened } from './stage.ts';

export interface Keyboard {
  /** What has the focus in the hub, as people call it. */
  focused(): Promise<string>;
  /** Waits until the page itself has put the focus there. */
  untilOn(name: string): Promise<void>;
  /** Presses Tab (or, back, Shift and Tab) until something of this name has the focus. */
  to(name: string, isBack?: boolean): Promise<void>;
  /** Goes there and presses Enter. */
  activate(name: string): Promise<void>;
  press(...keys: readonly string[]): Promise<void>;
  type(words: string): Promise<void>;
  /** Presses Tab until the focus has left the hub: then nothing in it holds it. */
  leave(): Promise<void>;
}

/** More stops than any page here has. */
const most = 150;

export function keyboardOf({ page, hub }: Opened): Keyboard {
  const focused = () => hub.evaluate<string>(nameOfFocus);
  const tab = async (isBack: boolean): Promise<void> => {
    await page.keyboard.press(isBack ? 'Shift+Tab' : 'Tab');
    const unseen = await unseenStop(hub);
    if (unseen !== null) throw new Error(`Nobody sees that the focus is on ${unseen}.`);
  };
  const to = async (name: string, isBack = false): Promise<void> => {
    const stops: string[] = [];
    for (let presses = 0; presses < most; presses += 1) {
      await tab(isBack);
      const stop = await focused();
      if (stop.includes(name)) return;
      stops.push(stop);
    }
    throw new Error(`Tab never came to "${name}", but to ${[...new Set(stops)].join(', ')}.`);
  };
  return {
    focused,
    untilOn: (name) => until(`the focus is on "${name}"`, 60, async () => (await focused()).includes(name)),
    to,
    activate: async (name) => {
      await to(name);
      await page.keyboard.press('Enter');
    },
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    type: (words) => page.keyboard.type(words),
    leave: async () => {
      for (let presses = 0; presses < most; presses += 1) {
        if ((await page.evaluate('document.activeElement.tagName')) !== 'IFRAME') return;
        await tab(false);
      }
      throw new Error(`The focus does not leave ${await focused()}.`);
    },
  };
}

const nameOfFocus = `(() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return '';
  const names = one.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)?.textContent).join(' ');
  return names ?? one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent ?? '';
})()`;

/** What had the focus until now looks as it did with it: then nobody saw where they were. Null: it could be seen, or is gone. */
function unseenStop(hub: Frame): Promise<string | null> {
  return hub.evaluate<string | null>(`(() => {
    const look = (one) => [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean).map((each) => {
      const { outline, boxShadow, borderColor, backgroundColor, textDecoration } = getComputedStyle(each);
      return [outline, boxShadow, borderColor, backgroundColor, textDecoration].join();
    }).join(';');
    const one = document.activeElement;
    const last = globalThis.lastStop;
    globalThis.lastStop = one === document.body ? undefined : { one, look: look(one) };
    if (last === undefined || last.one === one || !last.one.isConnected || look(last.one) !== last.look) return null;
    return last.one.outerHTML.slice(0, 200);
  })()`);
}
