// The attested document is read to its last byte and trusted in nothing: whatever a machine sends, it is a document or a
// refusal, never a crash.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAttestedDocument } from '../../../service/enrolment/attested-document.ts';
import { ClaimRefused } from '../../../service/enrolment/claim-refused.ts';
import { MalformedDer, readElements } from '../../../service/enrolment/der.ts';
import { attestedContent, attestedDocument, der, signedData, vmId } from './attested.ts';

const read = (bytes: Buffer) => readAttestedDocument({ encoding: 'pkcs7', signature: bytes.toString('base64') });

/** Its code, or what else was thrown. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof ClaimRefused ? `${error.code} ${error.reason}` : `not a refusal: ${String(error)}`;
  }
  return 'accepted';
}

describe('an attested document', () => {
  it('names the machine, the nonce and its times', () => {
    expect(readAttestedDocument(attestedDocument('0123456789', { vmId: vmId.toUpperCase() }))).toEqual({
      vmId,
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      nonce: '0123456789',
      createdAt: Date.UTC(2026, 0, 5, 8),
      expiresAt: Date.UTC(2026, 0, 5, 14),
    });
  });

  it('may carry certificates before its signer', () => {
    expect(read(signedData({ certificates: true })).vmId).toBe(vmId);
  });

  it.each([
    ['two signers', signedData({ signers: 2 }), 'more than 1'],
    ['no signer', signedData({ signers: 0 }), 'the signer is missing'],
    ['another type', signedData({ type: '2a864886f70d010703' }), 'another one'],
    ['something after its end', Buffer.concat([signedData({}), Buffer.from([5, 0])]), 'more than 1'],
    ['a cut end', signedData({}).subarray(0, -1), 'cut off'],
    ['content that is no JSON', signedData({ content: 'vmId' }), 'not JSON'],
    ['content that is a list', signedData({ content: '[]' }), 'another shape'],
    ['no machine', signedData({ content: attestedContent('1', { vmId: 'x' }) }), 'no vmId'],
    ['a nonce that is a number', signedData({ content: attestedContent('1', { nonce: 1 }) }), 'no nonce'],
    ['no times', signedData({ content: attestedContent('1', { timeStamp: undefined }) }), 'another shape'],
    [
      'a day that does not exist',
      signedData({
        content: attestedContent('1', {
          timeStamp: { createdOn: '02/31/26 08:00:00 -0000', expiresOn: '03/05/26 14:00:00 -0000' },
        }),
      }),
      'no such time',
    ],
    [
      'an end before its beginning',
      signedData({
        content: attestedContent('1', {
          timeStamp: { createdOn: '01/05/26 08:00:00 -0000', expiresOn: '01/05/26 07:00:00 -0000' },
        }),
      }),
      'expires before',
    ],
  ])('with %s is refused as CLAIM_SIGNATURE', (_name, bytes, words) => {
    expect(refusal(() => read(bytes))).toMatch(new RegExp(`^CLAIM_SIGNATURE .*${words}`));
  });

  it('in another encoding, another alphabet or of absurd size is refused before it is decoded', () => {
    const { signature } = attestedDocument('0123456789');
    for (const [encoding, text] of [
      ['pem', signature],
      ['pkcs7', ''],
      ['pkcs7', `${signature.slice(0, -4)}\n===`],
      ['pkcs7', signature.replace(/[A-Za-z]/, '-')],
      ['pkcs7', 'A'.repeat(32_772)],
    ] as const) {
      expect(refusal(() => readAttestedDocument({ encoding, signature: text }))).toMatch(/^CLAIM_SIGNATURE/);
    }
  });

  it('of any bytes is read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(refusal(() => read(Buffer.from(bytes)))).toMatch(/^CLAIM_SIGNATURE/);
      }),
    );
  });

  it('with any byte changed, cut or added is read or refused, and nothing else', () => {
    const good = signedData({ certificates: true });
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.nat(255),
        fc.constantFrom('set', 'cut', 'add'),
        (position, octet, how) => {
          const [before, after] = [good.subarray(0, position), good.subarray(position)];
          const added = Buffer.from([octet]);
          const changed =
            how === 'set'
              ? Buffer.concat([before, added, after.subarray(1)])
              : how === 'cut'
                ? before
                : Buffer.concat([before, added, after]);
          expect(refusal(() => read(changed))).toMatch(/^(CLAIM_SIGNATURE|accepted)/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('the DER reader', () => {
  const tags = (bytes: number[]) =>
    readElements(Buffer.from(bytes), 9, 'it').map((element) => [element.tag, element.content.length]);

  it('gives back what was written, whatever its lengths', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(2, 4, 0x30, 0xa0), fc.uint8Array({ maxLength: 400 })), { maxLength: 9 }),
        (parts) => {
          const bytes = Buffer.concat(parts.map(([tag, content]) => der(tag, Buffer.from(content))));
          expect(readElements(bytes, 9, 'it').map((one) => [one.tag, [...one.content]])).toEqual(
            parts.map(([tag, content]) => [tag, [...content]]),
          );
        },
      ),
    );
  });

  it.each([
    ['an indefinite length', [0x30, 0x80, 0, 0]],
    ['a length longer than it must be', [0x04, 0x81, 0x01, 0]],
    ['a length with leading zeros', [0x04, 0x82, 0x00, 0x80]],
    ['a length of four octets', [0x04, 0x84, 0xff, 0xff, 0xff, 0xff]],
    ['a content beyond the end', [0x04, 0x05, 1, 2]],
    ['a cut length', [0x04, 0x82, 0x01]],
    ['a tag alone', [0x04]],
    ['a long tag', [0x1f, 0x81, 0x01, 0x00]],
  ])('refuses %s', (_name, bytes) => {
    expect(() => tags(bytes)).toThrow(MalformedDer);
  });

  it('stops at the number of parts that it was told', () => {
    expect(() => readElements(Buffer.from([5, 0, 5, 0]), 1, 'it')).toThrow('more than 1');
  });
});
