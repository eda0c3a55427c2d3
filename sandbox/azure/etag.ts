// Optimistic writes: ETags are counters in quotes, and a stale one answers 412 with the text that clients parse (azure-wire.md 2).
import { ArmError } from './arm-error.ts';
import type { ArmRequest } from './arm-request.ts';

export function etagText(counter: number): string {
  return `"${counter}"`;
}

/** `counter` is null where the resource does not exist. */
export function requireEtag(request: ArmRequest, counter: number | null): void {
  const match = request.headers['if-match'];
  if (match !== undefined) {
    if (counter === null)
      throw preconditionFailed(
        `Etag provided in if-match header ${match} does not match any resource: it does not exist.`,
      );
    if (match.trim() !== '*' && !tags(match).includes(etagText(counter))) {
      throw preconditionFailed(
        `Etag provided in if-match header ${match} does not match etag ${etagText(counter)} of resource.`,
      );
    }
  }
  const noneMatch = request.headers['if-none-match'];
  if (
    noneMatch !== undefined &&
    counter !== null &&
    (noneMatch.trim() === '*' || tags(noneMatch).includes(etagText(counter)))
  ) {
    throw preconditionFailed(
      `Etag provided in if-none-match header ${noneMatch} matches etag ${etagText(counter)} of resource.`,
    );
  }
}

// A bare number is accepted as well: some clients drop the quotes.
function tags(header: string): string[] {
  return header.split(',').map((tag) => {
    const text = tag.trim().replace(/^W\//, '');
    return text.startsWith('"') ? text : `"${text}"`;
  });
}

function preconditionFailed(message: string): ArmError {
  return new ArmError(412, 'PreconditionFailed', message);
}
