// Builds attested documents: the SignedData that the metadata service gives, and broken ones.

export interface DocumentParts {
  readonly content?: Record<string, unknown> | string;
  readonly signers?: number;
  readonly certificates?: boolean;
  readonly type?: string;
}

export const vmId = '11111111-2222-4333-8444-555555555555';
export const at = Date.UTC(2026, 0, 5, 8);

export function attestedContent(nonce: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    vmId,
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    nonce,
    sku: '22_04-lts',
    plan: { name: '', product: '', publisher: '' },
    timeStamp: { createdOn: '01/05/26 08:00:00 -0000', expiresOn: '01/05/26 14:00:00 -0000' },
    ...change,
  };
}

export function attestedDocument(
  nonce: string,
  change: Record<string, unknown> = {},
): { encoding: string; signature: string } {
  return { encoding: 'pkcs7', signature: signedData({ content: attestedContent(nonce, change) }).toString('base64') };
}

export function signedData(parts: DocumentParts): Buffer {
  const {
    content = attestedContent('0123456789'),
    signers = 1,
    certificates = false,
    type = '2a864886f70d010702',
  } = parts;
  const text = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const algorithm = der(0x30, der(0x06, hex('2a864886f70d01010b')), der(0x05));
  const version = der(0x02, hex('01'));
  const signer = der(0x30, version, der(0x30, der(0x30), version), algorithm, algorithm, der(0x04, Buffer.alloc(256)));
  return der(
    0x30,
    der(0x06, hex(type)),
    der(
      0xa0,
      der(
        0x30,
        version,
        der(0x31, algorithm),
        der(0x30, der(0x06, hex('2a864886f70d010701')), der(0xa0, der(0x04, text))),
        certificates ? der(0xa0, der(0x30, Buffer.alloc(900))) : Buffer.alloc(0),
        der(0x31, ...Array.from({ length: signers }, () => signer)),
      ),
    ),
  );
}

export function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
