// The certificate of the sandbox's https port: a person's own files, or one made for this run.
import { selfSignedCertificate, type Certificate } from '../sandbox/certificate.ts';
import { readTlsPair } from '../service/tls-files.ts';
import { BadUsage, type Arguments } from './verb.ts';

export async function sandboxCertificate(args: Arguments): Promise<Certificate> {
  const certPath = args.text('cert');
  const keyPath = args.text('key');
  if (certPath === null && keyPath === null) return await selfSignedCertificate();
  if (certPath === null || keyPath === null)
    throw new BadUsage('--cert and --key belong together.', 'Give both or neither.');
  // Whoever tries what a client does with one that has ended may.
  return await readTlsPair({ path: certPath, field: '--cert' }, { path: keyPath, field: '--key' });
}
