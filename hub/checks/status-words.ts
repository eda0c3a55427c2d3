// A status in a word, beside its colour.
import type { SetStatus } from '../../contract/checks.ts';

export const statusWords: Readonly<Record<SetStatus, string>> = { ok: 'Good', warning: 'Warning', error: 'Error' };

/** Such as "2 errors and 1 warning"; empty where there is neither. */
export function countWords(errors: number, warnings: number): string {
  return [part(errors, 'error'), part(warnings, 'warning')].filter((one) => one !== '').join(' and ');
}

function part(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}
