// Which pages may call the API, and under which host names it answers.

/** `allowed` are origins word for word, or with `*` for one label: `https://*.gallerycdn.vsassets.io`. */
export function isOriginAllowed(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => {
    const [before, after] = one.split('*');
    if (before === undefined || after === undefined) return origin === one;
    if (!origin.startsWith(before) || !origin.endsWith(after)) return false;
    return /^[a-z0-9-]+$/.test(origin.slice(before.length, origin.length - after.length));
  });
}

/** `allowed` are host names without ports; a page that resolves its own name to our address (rebinding) is none of them. */
export function isHostAllowed(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return allowed.some((one) => one.toLowerCase() === name);
}
