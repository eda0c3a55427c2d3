// The body of a new scale set: the settings that the scale set agents page asks for (azure-wire.md 3, "Required model"),
// on the image, size and subnet that somebody chose, and with an account that nobody can use.
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { ScaleSetWish } from '../domain/create-command.ts';
import type { ImageReference } from '../domain/instance.ts';
import { CloudError } from '../problem.ts';
import { imageReferenceOf } from './lane-model.ts';

const account = 'operator';

/** Throws `CloudError` `invalid` without a subnet: only the command line makes a network beside the set. */
export async function newSetModel(wish: ScaleSetWish, newPassword: () => string): Promise<Record<string, unknown>> {
  const { subnetId, name } = wish;
  if (subnetId === null) throw new CloudError('invalid', 'makeScaleSet', 'A new scale set needs a subnet.');
  const ip = { name: 'ip', properties: { subnet: { id: subnetId } } };
  return {
    location: wish.location,
    sku: { name: wish.size, tier: 'Standard', capacity: wish.trialMachines },
    properties: {
      orchestrationMode: 'Uniform',
      overprovision: false,
      upgradePolicy: { mode: 'Manual' },
      singlePlacementGroup: false,
      platformFaultDomainCount: 1,
      virtualMachineProfile: {
        storageProfile: { imageReference: imageReferenceOf(imageOfWish(wish.image)), osDisk: diskOf(wish) },
        osProfile: {
          computerNamePrefix: prefixOf(name),
          adminUsername: account,
          ...(await loginOf(wish, newPassword)),
        },
        networkProfile: {
          networkInterfaceConfigurations: [{ name: 'nic', properties: { primary: true, ipConfigurations: [ip] } }],
        },
      },
    },
  };
}

/** `publisher:offer:sku:version` or a resource id. */
export function imageOfWish(image: string): ImageReference {
  const none = { id: null, publisher: null, offer: null, sku: null, version: null };
  if (image.startsWith('/')) return { ...none, id: image };
  const [publisher = '', offer = '', sku = '', version = 'latest', more] = image.split(':');
  if (sku === '' || more !== undefined) {
    throw new CloudError('invalid', 'makeScaleSet', 'An image is publisher:offer:sku:version or a resource id.');
  }
  return { ...none, publisher, offer, sku, version };
}

function diskOf({ isEphemeral }: ScaleSetWish): Record<string, unknown> {
  return isEphemeral
    ? { createOption: 'FromImage', caching: 'ReadOnly', diffDiskSettings: { option: 'Local' } }
    : { createOption: 'FromImage', caching: 'ReadWrite', managedDisk: { storageAccountType: 'StandardSSD_LRS' } };
}

/** Windows allows a computer name of 15 signs, and Azure puts six behind the prefix. */
function prefixOf(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/g, '').slice(0, 9);
}

/** Nobody logs in: the private half of the key and the password are forgotten at once. */
async function loginOf({ osType }: ScaleSetWish, newPassword: () => string): Promise<Record<string, unknown>> {
  if (osType === 'windows') return { adminPassword: newPassword() };
  const path = `/home/${account}/.ssh/authorized_keys`;
  const publicKeys = [{ path, keyData: await newPublicKey() }];
  return { linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys } } };
}

/** In the form of OpenSSH (RFC 4253, 6.6). */
async function newPublicKey(): Promise<string> {
  const { publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 3072 });
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' });
  const parts = [Buffer.from('ssh-rsa'), number(e), number(n)].map((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return Buffer.concat([length, part]);
  });
  return `ssh-rsa ${Buffer.concat(parts).toString('base64')} weir`;
}

/** Positive: a first bit that is set would be a sign. */
function number(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 128 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}
