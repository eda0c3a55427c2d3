// A claim with real signatures, from an authority like Azure's: what is proven, and what each attack gets.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createAttestation as createAuthority, type Attestation as Authority } from '../../../sandbox/attestation.ts';
import { createAttestation, type AttestationOptions } from '../../../service/enrolment/attestation.ts';
import { rootsOf } from '../../../service/enrolment/chain.ts';
import { ClaimRefused } from '../../../service/enrolment/claim-refused.ts';
import { at, attestedContent } from './attested.ts';
import { scene } from './scene.ts';

let azure: Authority;
let attacker: Authority;
let germany: Authority;

beforeAll(async () => {
  [azure, attacker, germany] = await Promise.all([
    createAuthority(),
    createAuthority(),
    createAuthority('westeurope.metadata.microsoftazure.de'),
  ]);
});

async function pool(change: Partial<AttestationOptions> = {}) {
  const attestation = createAttestation({
    cloud: 'public',
    extraRoots: rootsOf(azure.root, 'test'),
    subscriptions: ['00000000-0000-0000-0000-000000000001'],
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    clock: { now: () => at, sleep: () => Promise.resolve() },
    deadline: () => new AbortController().signal,
    note: () => undefined,
    ...change,
  });
  const world = await scene({}, { attestation });
  /** What becomes of a claim with what `signer` signs. */
  const outcome = async (
    signer: Authority,
    content: Record<string, unknown> = {},
    bend = (bytes: Uint8Array) => bytes,
  ) => {
    const { nonce } = await world.enrolment.issueNonce();
    const text = Buffer.from(JSON.stringify(attestedContent(nonce, content)));
    const signature = Buffer.from(bend(signer.signDocument(text))).toString('base64');
    return await claimWith({ encoding: 'pkcs7', signature }, nonce);
  };
  const claimWith = async (document: { encoding: string; signature: string }, nonce: string) => {
    const reported = { forbiddenVariables: [], workFolderVariable: null };
    return await world.enrolment.claim({ document, nonce, reported }).then(
      () => 'enrolled',
      (error: unknown) => (error instanceof ClaimRefused ? error.code : String(error)),
    );
  };
  return { world, outcome, claimWith };
}

describe('a claim with a signed document', () => {
  it('is answered where Azure signed it, once', async () => {
    const { world, outcome } = await pool();
    expect(await outcome(azure)).toBe('enrolled');
    expect(await outcome(azure)).toBe('CLAIM_USED');
    expect(world.azureDevOps.agents.size).toBe(1);
  });

  it('is refused with an alarm where somebody else signed it, and registers nobody', async () => {
    const { world, outcome } = await pool();
    expect(await outcome(attacker)).toBe('CLAIM_SIGNATURE');
    expect(world.notes).toMatchObject([{ level: 'alarm', code: 'CLAIM_SIGNATURE' }]);
    expect(world.azureDevOps.calls).toEqual([]);
  });

  it('is refused where one byte of the content was changed after signing', async () => {
    const { outcome } = await pool();
    const bend = (bytes: Uint8Array) => {
      const changed = Buffer.from(bytes);
      changed.write('9', changed.indexOf('"vmId":"') + 8);
      return changed;
    };
    expect(await outcome(azure, {}, bend)).toBe('CLAIM_SIGNATURE');
  });

  it('is refused where the signer speaks for another cloud', async () => {
    const { outcome } = await pool({ extraRoots: rootsOf(germany.root, 'test') });
    expect(await outcome(germany)).toBe('CLAIM_SIGNATURE');
    const there = await pool({ cloud: 'germany', extraRoots: rootsOf(germany.root, 'test') });
    expect(await there.outcome(germany)).toBe('enrolled');
  });

  it('is refused a second time with the same document, whatever nonce is sent along', async () => {
    const { world, claimWith } = await pool();
    const { nonce } = await world.enrolment.issueNonce();
    const text = Buffer.from(JSON.stringify(attestedContent(nonce)));
    const document = { encoding: 'pkcs7', signature: Buffer.from(azure.signDocument(text)).toString('base64') };
    expect(await claimWith(document, nonce)).toBe('enrolled');
    expect(await claimWith(document, nonce)).toBe('CLAIM_EXPIRED');
    expect(await claimWith(document, (await world.enrolment.issueNonce()).nonce)).toBe('CLAIM_EXPIRED');
  });

  it.each([
    ['of a subscription that Weir does not work in', { subscriptionId: '00000000-0000-0000-0000-0000000000ff' }],
    ['that names no subscription', { subscriptionId: undefined }],
    ['of a machine that no pool expects', { vmId: '99999999-2222-4333-8444-555555555555' }],
  ])('is refused %s, though Azure signed it', async (_what, content) => {
    expect(await (await pool()).outcome(azure, content)).toBe('CLAIM_VM');
  });

  it('is refused where the document lay about, though it is valid for hours', async () => {
    const timeStamp = { createdOn: '01/05/26 07:54:00 -0000', expiresOn: '01/05/26 14:00:00 -0000' };
    expect(await (await pool()).outcome(azure, { timeStamp })).toBe('CLAIM_EXPIRED');
  });
});
