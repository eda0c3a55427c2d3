// Names that other people chose, inside sentences of ours: nothing in them may turn the rest of the line around or end it.

const unruly = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;

/** Signs that steer text become one that shows that something stood there. */
export function plainText(text: string): string {
  return text.replace(new RegExp(unruly, 'gu'), '\ufffd');
}

export function isPlainText(text: string): boolean {
  return !unruly.test(text);
}
