// Base64 and UTF-8 by hand: the emulator is compiled without any platform, so neither Buffer nor atob exists here.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Reads standard and URL-safe base64, padded or not; null when a character is none of theirs or the text is not UTF-8. */
export function textFromBase64(encoded: string): string | null {
  const bytes = bytesFromBase64(encoded);
  return bytes === null ? null : textFromBytes(bytes);
}

export function base64UrlOfText(text: string): string {
  const bytes = [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|[^%]/g)].map(([sign, hex]) =>
    hex === undefined ? (sign.codePointAt(0) ?? 0) : Number.parseInt(hex, 16),
  );
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two, three] = bytes.slice(at, at + 3);
    const held = (one << 16) | ((two ?? 0) << 8) | (three ?? 0);
    const count = two === undefined ? 2 : three === undefined ? 3 : 4;
    for (let digit = 0; digit < count; digit += 1) encoded += ALPHABET.charAt((held >> (18 - 6 * digit)) & 63);
  }
  return encoded.replaceAll('+', '-').replaceAll('/', '_');
}

export function isBase64(encoded: string): boolean {
  return encoded !== '' && bytesFromBase64(encoded) !== null;
}

function bytesFromBase64(encoded: string): readonly number[] | null {
  const digits = encoded.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (digits.length % 4 === 1) return null;
  const bytes: number[] = [];
  let held = 0;
  let heldBits = 0;
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return null;
    held = (held << 6) | value;
    heldBits += 6;
    if (heldBits >= 8) {
      heldBits -= 8;
      bytes.push((held >> heldBits) & 0xff);
      held &= (1 << heldBits) - 1;
    }
  }
  return bytes;
}

function textFromBytes(bytes: readonly number[]): string | null {
  const escaped = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  try {
    return decodeURIComponent(escaped);
  } catch {
    // decodeURIComponent throws for exactly one reason: the bytes are not UTF-8.
    return null;
  }
}
