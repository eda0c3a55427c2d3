// Step 5 of the verification of an attested document: what is asked of the network, and what never is.
import { describe, expect, it } from '@jest/globals';
import type { FetchBytes } from '../../../service/enrolment/issuers.ts';
import { signed } from './signing.ts';
import { issuerUrl, middle, attackerPair, leafOf, leaf, verifier } from './verify-scene.ts';

describe('step 5: the issuer from the network', () => {
  it.each([
    'http://169.254.169.254/metadata/identity',
    'http://www.microsoft.com.evil.example/a.crt',
    'http://www.microsoft.com@evil.example/a.crt',
    'http://www.microsoft.com:8080/a.crt',
    'http://evil.example/www.microsoft.com',
    'file:///etc/passwd',
    'ldap://www.microsoft.com/a',
  ])('never asks %s', async (url) => {
    const { outcome, requests } = verifier();
    expect(await outcome(signed({ signer: leafOf({ issuerUrl: url }) }))).toContain('no trusted root');
    expect(requests).toEqual([]);
  });

  it('asks nothing for a document that fails before', async () => {
    const { outcome, requests } = verifier();
    await outcome(signed({ signer: leaf, key: attackerPair.privateKey }));
    await outcome(signed({ signer: leafOf({ dnsNames: ['evil.example'] }) }));
    expect(requests).toEqual([]);
  });

  it('refuses a redirect, an error, what is too long, and what is no certificate', async () => {
    for (const fetch of [
      () => Promise.resolve({ status: 302, body: middle.bytes }),
      () => Promise.reject(new Error('no answer in time')),
      () => Promise.resolve({ status: 200, body: Buffer.alloc(20_000) }),
      () => Promise.resolve({ status: 200, body: Buffer.from('<html>') }),
    ] satisfies FetchBytes[]) {
      const { outcome, requests, notes } = verifier({ fetch });
      expect(await outcome(signed({ signer: leaf }))).toContain('no trusted root');
      expect(await outcome(signed({ signer: leaf }))).toContain('no trusted root');
      // What failed is not asked again for every claim of a flood.
      expect([requests.length, notes.length]).toEqual([1, 1]);
    }
  });

  it('stops at a number of addresses', async () => {
    const { outcome, requests } = verifier({ served: {} });
    for (let index = 0; index < 40; index += 1)
      await outcome(signed({ signer: leafOf({ issuerUrl: `${issuerUrl}?${index}` }) }));
    expect(requests).toHaveLength(32);
  });
});
