// Access tokens for both clouds from one credential: kept until shortly before they expire, and asked for once however
// many calls wait. Some credentials of @azure/identity start a process for each token, so the cache is ours.
import type { TokenCredential } from '@azure/identity';
import type { Clock } from '../ports.ts';
import { CloudError, type CloudErrorKind } from '../problem.ts';
import { kindOfStatus } from '../answer.ts';

export interface Tokens {
  /** A token for one scope such as `https://management.azure.com/.default`; throws `CloudError`. */
  token(scope: string, signal?: AbortSignal): Promise<string>;
  /** The cloud refused the token: the next call asks for another. */
  forget(scope: string): void;
}

/** Tokens live on the wall clock, whatever the pace of the sandbox. */
export function createTokens(credential: TokenCredential, wallClock: Clock): Tokens {
  const kept = new Map<string, { readonly token: string; readonly until: number }>();
  const asked = new Map<string, Promise<string>>();
  const ask = async (scope: string, signal: AbortSignal | undefined): Promise<string> => {
    try {
      const token = await credential.getToken(scope, signal === undefined ? {} : { abortSignal: signal });
      if (token === null) throw new CloudError('denied', 'getToken', `The credential gave no token for ${scope}.`);
      kept.set(scope, { token: token.token, until: token.expiresOnTimestamp - refreshAheadMs });
      return token.token;
    } catch (cause) {
      throw tokenProblem(scope, cause);
    } finally {
      asked.delete(scope);
    }
  };
  return {
    token: async (scope, signal) => {
      const known = kept.get(scope);
      if (known !== undefined && wallClock.now() < known.until) return known.token;
      const waiting = asked.get(scope) ?? ask(scope, signal);
      asked.set(scope, waiting);
      return waiting;
    },
    forget: (scope) => void kept.delete(scope),
  };
}

const refreshAheadMs = 5 * 60_000;

/**
 * Entra's refusal is `denied`; Entra that cannot be reached is `unavailable`, for nothing is known then. The library gives
 * both the same names and mostly no status, so the words of its own error codes tell them apart.
 */
function tokenProblem(scope: string, cause: unknown): CloudError {
  if (cause instanceof CloudError) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  const status = statusOf(cause);
  const kind = status === null ? kindOfWords(cause, words) : kindOfStatus(status);
  return new CloudError(
    kind === 'invalid' || kind === 'notFound' ? 'denied' : kind,
    'getToken',
    `No token for ${scope}: ${words}`,
    {
      cause,
      ...(status === null ? {} : { status }),
    },
  );
}

const unreachable =
  /endpoints_resolution_error|network_error|openid_config_error|temporarily_unavailable|no "expiresOn"|socket hang up|\b(ECONN\w+|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)\b/;

function kindOfWords(cause: unknown, words: string): CloudErrorKind {
  const isRefusal =
    cause instanceof Error &&
    /^(CredentialUnavailable|AuthenticationRequired|AggregateAuthentication)Error$/.test(cause.name);
  return isRefusal && !unreachable.test(words) ? 'denied' : 'unavailable';
}

function statusOf(cause: unknown): number | null {
  if (typeof cause !== 'object' || cause === null || !('statusCode' in cause)) return null;
  return typeof cause.statusCode === 'number' && cause.statusCode >= 300 ? cause.statusCode : null;
}
