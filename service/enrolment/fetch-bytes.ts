// One GET of bytes over the network, for certificates of issuers: no redirect is followed, and a long body is cut off.
import type { FetchBytes } from './issuers.ts';

/** Rejects where no whole answer came, or where it is longer than allowed. */
export const fetchBytes: FetchBytes = async (url, maximumBytes, signal) => {
  const response = await fetch(url, { redirect: 'manual', signal });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > maximumBytes) throw new Error(`more than ${maximumBytes} bytes`);
    parts.push(part);
  }
  return { status: response.status, body: Buffer.concat(parts) };
};
