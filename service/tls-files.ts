// The certificate and key that a port ends TLS with, read and tried before anything else is begun: what is wrong with them is
// told in words, and not as the first error of the library that meets them.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserProblem, whyUnreadable } from './problem.ts';

/** A file and how whoever named it calls it: a field of the configuration or an option. */
export interface NamedFile {
  readonly path: string;
  readonly field: string;
}

/** PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Throws UserProblem `TLS_READ`, `TLS_INVALID`, `TLS_KEY_ENCRYPTED` or `TLS_MISMATCH`. The dates are for `datesProblem`. */
export async function readTlsPair(cert: NamedFile, key: NamedFile): Promise<TlsPair> {
  const pair = { cert: await readPem(cert), key: await readPem(key) };
  const certificate = certificateIn(pair.cert, cert);
  if (!certificate.checkPrivateKey(privateKeyIn(pair.key, key))) {
    throw new UserProblem('TLS_MISMATCH', 'The certificate and the key do not belong together.', {
      field: key.field,
      nextStep: 'Give the PEM files of one certificate and its private key; the certificate of the host comes first.',
    });
  }
  return pair;
}

/** How long before its end a certificate is spoken of: renewing one may take a person some working days. */
const soonMs = 14 * 24 * 3_600_000;

/** `TLS_EXPIRED`, `TLS_ENDS_SOON` or `TLS_NOT_YET_VALID`: a port that nobody trusts is no reason to leave the machines to themselves, so it is not thrown. */
export function datesProblem({ cert }: TlsPair, field: string, now: number): UserProblem | null {
  const { validFrom, validTo } = new X509Certificate(cert);
  const soFar = 'Weir sizes its pools all the same, but browsers, tasks and new machines do not trust its address';
  if (Date.parse(validTo) <= now) {
    return new UserProblem('TLS_EXPIRED', `The certificate ended on ${validTo}. ${soFar}.`, {
      field,
      nextStep: 'Renew it and start Weir again.',
    });
  }
  if (Date.parse(validTo) - now < soonMs) {
    return new UserProblem(
      'TLS_ENDS_SOON',
      `The certificate ends on ${validTo}. After that browsers, tasks and new machines do not trust the address of Weir.`,
      { field, nextStep: 'Renew it and start Weir again before that day.' },
    );
  }
  if (Date.parse(validFrom) > now) {
    return new UserProblem('TLS_NOT_YET_VALID', `The certificate is valid from ${validFrom}. ${soFar} before.`, {
      field,
      nextStep: 'Look at the clock of this machine, or name a certificate that is valid now and start Weir again.',
    });
  }
  return null;
}

type WarnLine = (level: 'warn', words: string, fields: Record<string, unknown>) => void;

/** Tells what is wrong with the dates whenever it is asked, and each thing once: a service runs for longer than many certificates. */
export function datesTeller(pair: TlsPair, field: string, line: WarnLine): (now: number) => void {
  const told = new Set<string>();
  return (now) => {
    const doubt = datesProblem(pair, field, now);
    if (doubt === null || told.has(doubt.code)) return;
    told.add(doubt.code);
    line('warn', doubt.message, { code: doubt.code, field: doubt.field, nextStep: doubt.nextStep });
  };
}

async function readPem({ path, field }: NamedFile): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const message = `The file ${path} cannot be read: ${whyUnreadable(error)}.`;
    throw new UserProblem('TLS_READ', message, { field, nextStep: 'Name a PEM file that Weir may read.' });
  }
}

function certificateIn(pem: string, { path, field }: NamedFile): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    const message = `${path} holds no certificate that can be used.`;
    throw new UserProblem('TLS_INVALID', message, {
      field,
      nextStep: 'Give a PEM file with "BEGIN CERTIFICATE" in it.',
    });
  }
}

function privateKeyIn(pem: string, { path, field }: NamedFile) {
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    const nextStep = 'Write it without a password, readable for Weir alone: openssl pkey -in KEY.pem -out PLAIN.pem';
    throw new UserProblem('TLS_KEY_ENCRYPTED', `The key ${path} is locked with a password.`, { field, nextStep });
  }
  try {
    return createPrivateKey(pem);
  } catch {
    const message = `${path} holds no private key that can be used.`;
    throw new UserProblem('TLS_INVALID', message, {
      field,
      nextStep: 'Give a PEM file with "BEGIN PRIVATE KEY" in it.',
    });
  }
}
