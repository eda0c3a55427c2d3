// What is true of a scale set in the moment in which the service asks Azure for something: how many machines it has, and
// whether Azure could make one of the image that is asked for.
import type { HttpRequest } from '../http-message.ts';
import { laneResourceGroup } from './drawn-images.ts';
import type { ImageNames } from './image-names.ts';
import type { JsonObject } from '../azure/json.ts';
import type { Clouds } from './clouds.ts';

export function scaleSetTruth(
  clouds: Clouds,
  names: ImageNames | null,
  request: HttpRequest,
): Readonly<Record<string, unknown>> {
  const { pathname } = new URL(request.url);
  const path = pathname.toLowerCase();
  const own = clouds.azure.instances().filter((one) => one.scaleSet.toLowerCase() === path);
  const isLane = path.startsWith(`${laneResourceGroup}/`.toLowerCase());
  const truth = { isLane, machines: own.length };
  if (names === null || request.method === 'DELETE') return truth;
  const reference = referenceIn(request.body) ?? clouds.azure.imageOfModel(pathname);
  if (reference === null) return truth;
  const texts = Object.entries(reference).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const isDeployable = clouds.azure.isDeployable('westeurope', reference);
  return { ...truth, ...names.deployed(Object.fromEntries(texts) as Record<string, string>), isDeployable };
}

/** Of a model that is sent whole. */
function referenceIn(body: string | undefined): JsonObject | null {
  const model = JSON.parse(body ?? '{}') as {
    properties?: { virtualMachineProfile?: { storageProfile?: { imageReference?: JsonObject } } };
  };
  return model.properties?.virtualMachineProfile?.storageProfile?.imageReference ?? null;
}
