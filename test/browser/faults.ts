// What a page must not do with text that somebody outside chose, as one look at the whole hub.
import type { Frame } from 'playwright-core';
import { axeOf, overflowOf } from './stage.ts';

/** In words, empty where all is well: what sticks out, what became an element, and what turns its neighbours around. */
export async function faultsOf(hub: Frame): Promise<readonly string[]> {
  const wide = await overflowOf(hub);
  const seen = await hub.evaluate<readonly string[]>(look);
  return [...(wide > 0 ? [`${wide} pixels stick out`] : []), ...seen, ...(await axeOf(hub))];
}

/**
 * Text that turns to the right may have no other text behind it in the same line box: its end is the end of what isolates it. What stands
 * before it is read before it either way.
 */
const look = `(() => {
  const found = [...document.querySelectorAll('img[src="x"], .injected')].map((one) => 'injected: ' + one.outerHTML);
  const isApart = (one) => {
    const { display, unicodeBidi } = getComputedStyle(one);
    return /isolate|plaintext/.test(unicodeBidi) || !/^(inline|contents)$/.test(display);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const bare = text.data.replace(/\\u2068[^\\u2069]*\\u2069/g, '');
    if (!/[\\u202e\\u0590-\\u08ff]/.test(bare) || text.parentElement.closest('script, style, option, textarea, title') !== null) continue;
    if (/[\\u0590-\\u08ff]\\d*\\s*[^\\s\\d\\u0590-\\u08ff]/.test(bare)) found.push('joined: ' + bare.replace(/x{9,}/g, 'xx…').slice(0, 300));
    let around = text.parentElement;
    while (!isApart(around)) around = around.parentElement;
    const behind = document.createTreeWalker(around);
    behind.currentNode = text;
    for (let next = behind.nextNode(); next !== null; next = behind.nextNode()) {
      if (next.nodeType === Node.TEXT_NODE && next.data.trim() !== '') {
        found.push('not isolated: ' + around.outerHTML.replace(/x{9,}/g, 'xx…').slice(0, 300));
        break;
      }
      if (next.nodeType === Node.ELEMENT_NODE && (next.tagName === 'BR' || !/^inline/.test(getComputedStyle(next).display))) break;
    }
  }
  return [...new Set(found)];
})()`;
