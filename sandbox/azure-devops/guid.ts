// Identifiers of the organisation, drawn from the emulator's own chance so that a seed gives the same ones again.

/** A version 4 guid in the `D` form. */
export function drawGuid(random: () => number): string {
  const digits = hexDigits(random, 32).split('');
  digits[12] = '4';
  digits[16] = '89ab'.charAt(Math.floor(random() * 4));
  const text = digits.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

export function hexDigits(random: () => number, count: number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
}
