// Whether this page and the service understand each other. Both are released together; the Marketplace updates the page by
// itself, so for a while the service is the older one. One release apart works (every answer of the one before is still
// read), further apart is not tried.

export type VersionFit = 'same' | 'near' | 'serviceOlder' | 'pageOlder' | 'unknown';

/** One release apart: neighbouring minors, or the first minor of the next major. Patches never matter. */
export function fitOf(page: string | null, service: string): VersionFit {
  const [mine, theirs] = [read(page ?? ''), read(service)];
  if (mine === null || theirs === null) return 'unknown';
  if (mine.major === theirs.major && mine.minor === theirs.minor) return 'same';
  const isOlder = mine.major === theirs.major ? mine.minor < theirs.minor : mine.major < theirs.major;
  const [older, newer] = isOlder ? [mine, theirs] : [theirs, mine];
  const isNear =
    older.major === newer.major
      ? newer.minor - older.minor === 1
      : newer.major - older.major === 1 && newer.minor === 0;
  if (isNear) return 'near';
  return isOlder ? 'pageOlder' : 'serviceOlder';
}

function read(version: string): { readonly major: number; readonly minor: number } | null {
  const [, major, minor] = /^(\d{1,6})\.(\d{1,6})\.\d{1,6}/.exec(version) ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
}
