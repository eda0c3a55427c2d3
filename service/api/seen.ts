// What the newest pass saw of the images: the picture that it left, read again for an answer.
import type { Observation } from '../domain/observation.ts';
import type { Store } from '../ports.ts';

export type Seen = Pick<Observation, 'images' | 'generations' | 'lanes'>;

/** Null before the first pass. */
export async function seenBy(store: Store, pool: string): Promise<Seen | null> {
  const picture = await store.readPicture(pool);
  if (picture === null) return null;
  const document = JSON.parse(picture.document) as { readonly observation?: Partial<Observation> };
  const { images, generations, lanes } = document.observation ?? {};
  return { generations: generations ?? [], lanes: lanes ?? [], ...(images === undefined ? {} : { images }) };
}
