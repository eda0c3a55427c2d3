// Each step of the verification of an attested document is one test, and so is each attack on it that is known.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCertificate } from '../../../service/enrolment/certificate.ts';
import { platformRoots, rootsOf } from '../../../service/enrolment/chain.ts';
import { ClaimRefused } from '../../../service/enrolment/claim-refused.ts';
import { createIssuers } from '../../../service/enrolment/issuers.ts';
import { createVerifier } from '../../../service/enrolment/verify-signature.ts';
import { content, issue, signed, type CertificateParts } from './signing.ts';
import { now, issuerUrl, root, middle, attackerPair, leafOf, leaf, verifier, outcomeOf } from './verify-scene.ts';

describe('a signed attested document', () => {
  it('is accepted where its leaf leads through a fetched intermediate to a pinned root', async () => {
    const { outcome, requests } = verifier();
    expect(await outcome(signed({ signer: leaf }))).toBe('accepted');
    expect(await outcome(signed({ signer: leaf }))).toBe('accepted');
    expect(requests).toEqual([issuerUrl]);
  });

  it('needs no request where the intermediate is inside', async () => {
    const { outcome, requests } = verifier();
    expect(await outcome(signed({ signer: leaf, bag: [middle.bytes, leaf.bytes] }))).toBe('accepted');
    expect(requests).toEqual([]);
  });

  it.each([
    ['over its attributes', { hasAttributes: true }],
    ['with SHA-256 named as the digest', { digestId: '608648016503040201' }],
    ['with the whole kind of signature named', { signatureId: '2a864886f70d01010b' }],
  ])('is accepted with a signature %s', async (_name, parts) => {
    expect(await outcomeOf(parts)).toBe('accepted');
  });

  it('follows a cross-signed root to the pinned one', async () => {
    const cross = issue({ name: 'Cross', by: root, isAuthority: true });
    const below = issue({ name: 'Below', by: cross, isAuthority: true, issuerUrl: `${issuerUrl}2` });
    const served = { [issuerUrl]: below.bytes, [`${issuerUrl}2`]: cross.bytes };
    expect(await outcomeOf({ signer: leafOf({ by: below }) }, { served })).toBe('accepted');
  });
});

it('asks for an issuer that was not there after a minute of its own counting, though the clock was set back', async () => {
  const time = { now, elapsed: 0, asked: 0 };
  const issuers = createIssuers({
    fetch: () => Promise.resolve({ status: (time.asked += 1) > 1 ? 200 : 404, body: middle.bytes }),
    clock: { now: () => time.now, elapsed: () => time.elapsed, sleep: () => Promise.resolve() },
    deadline: () => new AbortController().signal,
    note: () => undefined,
  });
  const found = async () => (await issuers(readCertificate(leaf.bytes))).length;
  expect([await found(), await found()]).toEqual([0, 0]);
  time.now -= 3 * 3_600_000;
  time.elapsed += 60_000;
  expect([await found(), time.asked]).toEqual([1, 2]);
});

describe('step 1: exactly one signer, and the certificate that he names', () => {
  it('refuses two signers', async () => {
    expect(await outcomeOf({ signers: 2 })).toMatch(/^CLAIM_SIGNATURE .*more than 1/);
  });

  it("refuses an attacker's own certificate beside Azure's, whichever comes first and whichever is named", async () => {
    const own = issue({ name: 'own', by: null, pair: attackerPair, dnsNames: ['metadata.azure.com'], serial: 9 });
    for (const bag of [
      [leaf.bytes, own.bytes],
      [own.bytes, leaf.bytes],
    ]) {
      expect(await outcomeOf({ signer: own, bag })).toContain('no trusted root');
      expect(await outcomeOf({ signer: own, bag, named: leaf })).toContain('not that of its signer');
    }
  });

  it('refuses an unnamed certificate and two of one name', async () => {
    expect(await outcomeOf({ bag: [middle.bytes] })).toContain('is not in it');
    expect(await outcomeOf({ bag: [leaf.bytes, leaf.bytes] })).toContain('two certificates');
  });
});

describe('step 2: the signature', () => {
  it('refuses a forged vmId under a public certificate of Azure', async () => {
    const forged = content({ vmId: '99999999-2222-4333-8444-555555555555' });
    expect(await outcomeOf({ content: forged, key: attackerPair.privateKey })).toContain('not that of its signer');
    expect(await outcomeOf({ shown: forged })).toContain('not that of its signer');
  });

  it('refuses attributes that are the digest of another content', async () => {
    const forged = content({ vmId: '99999999-2222-4333-8444-555555555555' });
    expect(await outcomeOf({ hasAttributes: true, shown: forged })).toContain('not what was signed');
    expect(await outcomeOf({ hasAttributes: true, digested: forged })).toContain('not what was signed');
  });

  it.each([
    ['SHA-1 as the digest', { digestId: '2b0e03021a' }, 'another digest'],
    ['a digest in place of a kind of signature', { signatureId: '608648016503040201' }, 'another kind'],
    ['two digests that disagree', { signatureId: '2a864886f70d01010c' }, 'another kind'],
  ])('refuses %s', async (_name, parts, words) => {
    expect(await outcomeOf(parts)).toContain(words);
  });
});

describe('step 3: the name', () => {
  it.each(['metadata.azure.com', 'a.b.metadata.azure.com', 'EASTUS.metadata.azure.COM'])('accepts %s', async (name) => {
    expect(await outcomeOf({ signer: leafOf({ dnsNames: ['x.example', name] }) })).toBe('accepted');
  });

  it.each(['metadata.azure.com.evil.example', 'evilmetadata.azure.com', 'metadata.azure.us', 'x\0.metadata.azure.com'])(
    'refuses %s',
    async (name) => {
      expect(await outcomeOf({ signer: leafOf({ dnsNames: [name] }) })).toContain('not the metadata service');
    },
  );

  it('refuses a common name without alternative names', async () => {
    expect(await outcomeOf({ signer: leafOf({ name: 'metadata.azure.com', dnsNames: [] }) })).toContain(
      'not the metadata service',
    );
  });
});

describe('step 4: the chain', () => {
  it('refuses another root, though it has the name of the pinned one', async () => {
    const other = issue({ name: 'Root', by: null, isAuthority: true });
    const between = issue({ name: 'Intermediate', by: other, isAuthority: true });
    const signer = leafOf({ by: between });
    expect(await outcomeOf({ signer, bag: [signer.bytes, between.bytes, other.bytes] })).toContain('no trusted root');
  });

  it.each([
    ['after its end', Date.UTC(2027, 0, 1, 0, 0, 1), 'no longer valid'],
    ['before its beginning', Date.UTC(2024, 11, 31), 'not valid yet'],
  ])('refuses a leaf %s', async (_name, at, words) => {
    expect(await outcomeOf({}, { at })).toContain(words);
  });

  const between = (change: Partial<CertificateParts>) =>
    issue({ name: 'Intermediate', by: root, isAuthority: true, pair: middle.pair, ...change });
  it.each([
    ['whose time is over', { to: '20251231000000Z' }],
    ['that is no authority', { isAuthority: false }],
    ['that constrains names', { more: [['551d1e', true]] as const }],
    ['with a critical extension that is not known', { more: [['2a0304', true]] as const }],
  ])('refuses an intermediate %s', async (_name, change) => {
    expect(await outcomeOf({}, { served: { [issuerUrl]: between(change).bytes } })).toContain('no trusted root');
  });

  it('refuses an authority below one that may have none', async () => {
    const below = issue({ name: 'Below', by: middle, isAuthority: true });
    const signer = leafOf({ by: below });
    expect(await outcomeOf({ signer, bag: [signer.bytes, below.bytes, middle.bytes] })).toContain('no trusted root');
  });

  it('refuses an authority as the signer, and a key that is too short', async () => {
    expect(await outcomeOf({ signer: leafOf({ isAuthority: true }) })).toContain('an authority itself');
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(await outcomeOf({ signer: leafOf({ pair: short }) })).toContain('too short');
  });

  it("pins the platform's DigiCert Global Root G2, and takes further roots as PEM", () => {
    expect(platformRoots().map((one) => one.x509.subject)).toEqual([
      expect.stringContaining('CN=DigiCert Global Root G2'),
    ]);
    const pem = readCertificate(root.bytes).x509.toString();
    expect(rootsOf(pem + pem, 'roots')).toHaveLength(2);
    expect(() => rootsOf('no certificate', 'roots')).toThrow('not a file of root certificates');
    expect(() => rootsOf(readCertificate(leaf.bytes).x509.toString(), 'roots')).toThrow('root certificates');
  });
});

it('says the same to the machine whatever failed', async () => {
  const verify = createVerifier({
    roots: [],
    names: [],
    wallClock: { now: () => now, sleep: () => Promise.resolve() },
    issuers: () => Promise.resolve([]),
  });
  const texts = new Set<string>();
  for (const bytes of [signed({ signer: leaf }), signed({ signer: leaf, signers: 2 }), Buffer.from([1, 2, 3])]) {
    await verify({ encoding: 'pkcs7', signature: bytes.toString('base64') }).catch((error: unknown) => {
      if (error instanceof ClaimRefused) texts.add(`${error.code} ${error.message} ${error.nextStep}`);
    });
  }
  expect(texts.size).toBe(1);
});

it('refuses a document whose content was changed, and never crashes on one with any byte changed', async () => {
  const good = signed({ signer: leaf, bag: [leaf.bytes, middle.bytes] });
  const { outcome } = verifier({ served: {} });
  // The parameters of algorithms are not signed, nor is the version: those bytes may change without harm.
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (position, change) => {
      const changed = Buffer.from(good);
      changed[position] = (changed[position] ?? 0) ^ change;
      expect(await outcome(changed)).toMatch(/^(CLAIM_SIGNATURE|accepted)/);
    }),
    { numRuns: 600 },
  );
  const at = good.indexOf(content());
  for (let position = at; position < at + content().length; position += 7) {
    const changed = Buffer.from(good);
    changed[position] = (changed[position] ?? 0) ^ 1;
    expect(await outcome(changed)).toMatch(/^CLAIM_SIGNATURE/);
  }
});
