// Reads a file of jobs that somebody chose, plain or packed with gzip; what is too large is told before it is sent.
import { traceLimit } from '../../contract/what-if.ts';

/** Throws an Error with words for the person. */
export async function readTrace(file: File): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  const text = isPacked ? await unpack(file) : file.size > 4 * traceLimit ? null : await file.text();
  if (text !== null && text.length <= traceLimit) return text;
  throw new Error(
    `The file is too long: at most ${traceLimit / 1e6} million characters are read, which is some weeks of a busy pool.`,
  );
}

/** Null where it unpacks to more than is read: the rest is not unpacked. */
async function unpack(file: File): Promise<string | null> {
  const reader = file
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += value;
      if (text.length > traceLimit) {
        await reader.cancel();
        return null;
      }
    }
  } catch {
    throw new Error('The file is packed, and cannot be unpacked: it is broken.');
  }
}
