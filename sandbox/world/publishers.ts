// Whoever makes images: the gallery with its versions before the pool begins, then new versions as their time comes, and
// some that are taken away. What stands in the gallery is told to the checkers, who are to know it from the world alone.
import type { AzureEmulator } from '../azure/emulator.ts';
import type { Send } from '../http-message.ts';
import { galleryId, type DrawnImage, type DrawnVersion } from './drawn-images.ts';
import { discoveredFolder } from './image-demands.ts';
import type { Happenings, World } from './moving-world.ts';

const apiVersion = '2026-04-01';
const location = 'westeurope';
/** A copy takes an hour at most times: a version that is to be there at the start is published a day before. */
export const preparationMilliseconds = 24 * 3_600_000;

/** Lays out the gallery with what is in it at the start. `send` is a person's. */
export async function layOutGallery(images: readonly DrawnImage[], send: Send): Promise<void> {
  const ofGallery = images.filter(({ source }) => 'id' in source);
  if (ofGallery.length === 0) return;
  await put(send, galleryId, {});
  for (const image of ofGallery) {
    const osType = image.osType === 'linux' ? 'Linux' : 'Windows';
    const identifier = { publisher: 'weir', offer: 'agents', sku: image.osType };
    await put(send, idOf(image), { osType, osState: 'Generalized', hyperVGeneration: 'V2', identifier });
    for (const version of image.versions) if (version.publishedAt === null) await publish(image, version, send);
  }
}

/** A pipeline that may use the pool and asks for what its settings do not name. */
export function addPipeline({ clouds, settings }: World): void {
  const main = `pool:\n  name: ${settings.name}\n  demands:\n  - WorkFolder -equals ${discoveredFolder}\nsteps: []\n`;
  clouds.azureDevOps.addPipeline({ name: 'shop', yaml: { main }, poolIds: [settings.poolId] });
}

interface Act {
  readonly at: number;
  readonly image: DrawnImage;
  readonly version: DrawnVersion;
  readonly isDeletion: boolean;
}

export interface PublishersOptions {
  readonly startAt: number;
  /** Told of each version that is taken away, at that moment. */
  readonly onWithdrawn: (image: string, imageId: string, version: string) => void;
}

export class Publishers implements Happenings {
  readonly #world: World;
  readonly #options: PublishersOptions;
  #acts: readonly Act[];

  constructor(world: World, images: readonly DrawnImage[], options: PublishersOptions) {
    this.#world = world;
    this.#options = options;
    const all = images.flatMap((image) => image.versions.flatMap((version) => actsOf(image, version)));
    this.#acts = all.toSorted((a, b) => a.at - b.at);
  }

  nextAt(): number | null {
    const [next] = this.#acts;
    return next === undefined ? null : this.#options.startAt + next.at * 1000;
  }

  async deliver(now: number): Promise<void> {
    const due = this.#acts.filter(({ at }) => this.#options.startAt + at * 1000 <= now);
    this.#acts = this.#acts.slice(due.length);
    for (const { image, version, isDeletion } of due) {
      if (isDeletion) await this.#withdraw(image, version);
      else await publish(image, version, this.#world.sendAsPerson, this.#world.clouds.azure);
    }
  }

  async #withdraw(image: DrawnImage, { version }: DrawnVersion): Promise<void> {
    const url = `https://management.azure.com${idOf(image)}/versions/${version}?api-version=${apiVersion}`;
    const { status } = await this.#world.sendAsPerson({ method: 'DELETE', url, headers: {} });
    // One that is still being copied cannot be deleted: then it stays.
    if (status < 300) this.#options.onWithdrawn(image.aliases[0] ?? '', idOf(image).toLowerCase(), version);
  }
}

function actsOf(image: DrawnImage, version: DrawnVersion): readonly Act[] {
  const { publishedAt, deletedAt } = version;
  return [
    ...(publishedAt === null ? [] : [{ at: publishedAt, image, version, isDeletion: false }]),
    ...(deletedAt === null ? [] : [{ at: deletedAt, image, version, isDeletion: true }]),
  ];
}

async function publish(image: DrawnImage, drawn: DrawnVersion, send: Send, azure?: AzureEmulator): Promise<void> {
  const { version, isHere, isExcluded, isOver } = drawn;
  if (!('id' in image.source)) {
    const osType = image.osType === 'linux' ? 'Linux' : 'Windows';
    const { source } = image;
    azure?.publishMarketplace({ ...source, osType, hyperVGeneration: 'V2', architecture: 'x64', versions: [version] });
    return;
  }
  const targetRegions = [{ name: isHere ? 'West Europe' : 'North Europe', regionalReplicaCount: 1 }];
  const endOfLife = isOver ? { endOfLifeDate: '2025-06-01T00:00:00Z' } : {};
  await put(send, `${idOf(image)}/versions/${version}`, {
    publishingProfile: { targetRegions, excludeFromLatest: isExcluded, ...endOfLife },
    storageProfile: { osDiskImage: { source: { id: `${idOf(image).replace(/\/galleries.*$/, '')}/snapshots/s` } } },
  });
}

async function put(send: Send, path: string, properties: unknown): Promise<void> {
  const url = `https://management.azure.com${path}?api-version=${apiVersion}`;
  const headers = { 'content-type': 'application/json' };
  const { status, body } = await send({ method: 'PUT', url, headers, body: JSON.stringify({ location, properties }) });
  if (status >= 300) throw new Error(`The gallery could not be laid out: ${path} gave ${String(status)} ${body}`);
}

function idOf({ source }: DrawnImage): string {
  return 'id' in source ? source.id : '';
}
