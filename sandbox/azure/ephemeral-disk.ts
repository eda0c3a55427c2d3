// Whether a size has room for an ephemeral OS disk (azure-wire.md 3, error NotSupported). Only a size that is written into the model is
// judged: without one the disk is as large as its image, which the emulator does not know of Marketplace images.
import { ArmError } from './arm-error.ts';
import { isEphemeral } from './images.ts';
import { stringAt, valueAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { localRoom } from './sku-routes.ts';

/** `profile` as the client wrote it, before anything is filled in. */
export function requireEphemeralRoom(sizeName: string, profile: JsonObject): void {
  if (!isEphemeral(profile)) return;
  const wanted = Number(valueAt(profile, 'storageProfile', 'osDisk', 'diskSizeGB') ?? 0);
  const room = localRoom(sizeName);
  const placement =
    stringAt(profile, 'storageProfile', 'osDisk', 'diffDiskSettings', 'placement') ?? firstOf(room) ?? 'CacheDisk';
  const gigabytes = room[placement] ?? 0;
  if (wanted <= gigabytes) return;
  throw new ArmError(
    409,
    'NotSupported',
    `OS disk of Ephemeral VM with size greater than ${gigabytes} GB is not allowed for VM size ${sizeName} when the DiffDiskPlacement is ${placement}.`,
  );
}

/** Where Azure puts the disk when nobody says: the first place that the size has. */
function firstOf(room: Readonly<Record<string, number>>): string | undefined {
  return Object.keys(room).find((place) => (room[place] ?? 0) > 0);
}
