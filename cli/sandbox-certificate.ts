// The certificate of the sandbox's https port: a person's own files, or one made for this run.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { selfSignedCertificate, type Certificate } from '../sandbox/certificate.ts';
import { UserProblem, whyUnreadable } from '../service/problem.ts';
import { BadUsage, type Arguments } from './verb.ts';

export async function sandboxCertificate(args: Arguments): Promise<Certificate> {
  const certPath = args.text('cert');
  const keyPath = args.text('key');
  if (certPath === null && keyPath === null) return await selfSignedCertificate();
  if (certPath === null || keyPath === null)
    throw new BadUsage('--cert and --key belong together.', 'Give both or neither.');
  const [cert, key] = await Promise.all([readPem(certPath, '--cert'), readPem(keyPath, '--key')]);
  if (!fits(cert, key)) {
    throw new UserProblem('TLS_MISMATCH', 'The certificate and the key do not belong together.', {
      nextStep: 'Give the PEM files of one certificate and its private key.',
    });
  }
  return { cert, key };
}

async function readPem(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UserProblem('TLS_READ', `${option} ${path} cannot be read: ${whyUnreadable(error)}.`, { field: option });
  }
}

function fits(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new UserProblem('TLS_INVALID', `The certificate or the key cannot be used: ${words}.`, {
      nextStep: 'Give PEM files; the key must not be encrypted.',
    });
  }
}
