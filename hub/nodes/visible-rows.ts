// Which rows of a long list are on the screen: thousands of them must not be thousands of elements.

export interface VisibleRows {
  readonly first: number;
  /** One after the last. */
  readonly end: number;
}

/** Some rows more on both sides, so that a quick turn of the wheel shows no gap. */
const beyond = 12;

export function visibleRows(scrollTop: number, height: number, rowHeight: number, count: number): VisibleRows {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + beyond);
  return { first: Math.min(first, Math.max(0, count - 1)), end: Math.max(end, Math.min(count, 1)) };
}
