// Certificate and key of the port, as the configuration names them: every mistake is told before anything is begun.
import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { selfSignedCertificate } from '../../sandbox/certificate.ts';
import { readConfig } from '../../service/config.ts';
import { runConfigured, tlsOf } from '../../service/main.ts';
import type { TlsPair } from '../../service/tls-files.ts';
import { problemsOf, whole } from './written-config.ts';

const day = 24 * 3_600_000;

let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'weir-config-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('certificate and key of the port', () => {
  const files = async ({ cert, key }: TlsPair) => {
    const tls = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
    await writeFile(tls.certFile, cert);
    await writeFile(tls.keyFile, key);
    return { tls };
  };

  it.each<[string, (pairs: readonly TlsPair[]) => TlsPair, string]>([
    ['of two certificates', ([one, other]) => ({ cert: one!.cert, key: other!.key }), 'TLS_MISMATCH tls.keyFile'],
    ['with a password', ([pair]) => ({ ...pair!, key: locked(pair!.key) }), 'TLS_KEY_ENCRYPTED tls.keyFile'],
    ['that were exchanged', ([pair]) => ({ cert: pair!.key, key: pair!.cert }), 'TLS_INVALID tls.certFile'],
    ['without a key', ([pair]) => ({ ...pair!, key: 'abc' }), 'TLS_INVALID tls.keyFile'],
  ])('%s are refused', async (_what, choose, problem) => {
    const named = await files(choose([await selfSignedCertificate(), await selfSignedCertificate()]));
    const problems = await problemsOf(() => tlsOf(named, () => undefined, Date.now()));
    expect(problems.map(({ code, field }) => `${code} ${field ?? ''}`)).toEqual([problem]);
  });

  it.each<[string, number, readonly [string, RegExp, string, RegExp] | null]>([
    ['that hold now are not spoken of', Date.now() + 60_000, null],
    [
      'that end within two weeks',
      Date.now() + 355 * day,
      ['warn', /^The certificate ends on /, 'TLS_ENDS_SOON', /before/],
    ],
    ['that have ended', Date.UTC(2100, 0, 1), ['warn', /^The certificate ended on /, 'TLS_EXPIRED', /^Renew it/]],
    [
      'that begin later',
      Date.UTC(2000, 0, 1),
      ['warn', /^The certificate is valid from /, 'TLS_NOT_YET_VALID', /clock/],
    ],
  ])('%s, and the service runs', async (_what, now, told) => {
    const pair = await selfSignedCertificate();
    const lines: unknown[] = [];
    const checked = await tlsOf(await files(pair), (...line) => lines.push(line), now);
    expect(checked?.pair).toEqual(pair);
    // The service asks again each hour, and nobody is told twice.
    checked?.tellDates(now);
    expect(lines).toHaveLength(told === null ? 0 : 1);
    if (told === null) return;
    const [level, words, code, nextStep] = told;
    const fields = { code, field: 'tls.certFile', nextStep: expect.stringMatching(nextStep) };
    expect(lines).toEqual([[level, expect.stringMatching(words), fields]]);
  });

  it('that end while the service runs are told before, and once more when they have ended', async () => {
    const codes: unknown[] = [];
    const named = await files(await selfSignedCertificate());
    const checked = await tlsOf(named, (_level, _words, fields) => codes.push(fields?.code), Date.now());
    for (const days of [300, 355, 356, 366, 367]) checked?.tellDates(Date.now() + days * day);
    expect(codes).toEqual(['TLS_ENDS_SOON', 'TLS_EXPIRED']);
  });

  it('that cannot be read are told before anything is begun', async () => {
    const file = join(folder, 'weir.yaml');
    await writeFile(file, `${whole}tls: { certFile: c.pem, keyFile: k.pem }\ndataFolder: data\n`);
    const configuration = await readConfig(file, {});
    const problems = await problemsOf(() => runConfigured(configuration));
    expect(problems).toMatchObject([{ code: 'TLS_READ', field: 'tls.certFile' }]);
    expect(await readdir(folder)).toEqual(['weir.yaml']);
  });

  function locked(key: string): string {
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    return createPrivateKey(key).export(options).toString();
  }
});
