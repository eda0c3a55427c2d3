// The steps from a virtual machine to an image of one's own, as commands filled with the names of who asks.
import { Type, type Static } from '@sinclair/typebox';
import { Choice, Nullable } from './field-types.ts';
import { FixCommands } from './validations.ts';

export const ImageGuideRequest = Type.Object(
  {
    /** `plain`: no image of one's own, only a scale set of an image of Azure with its usual disk of 128 GiB. */
    start: Choice('azureImage', 'vhd', 'plain'),
    osType: Choice('linux', 'windows'),
    resourceGroup: Type.String(),
    /** Name or URN of an image of Azure. */
    baseImage: Type.String(),
    /** Address of a generalized disk; only for `vhd`. */
    vhd: Type.String(),
    diskGb: Type.Integer({ minimum: 30, maximum: 4095 }),
    vmName: Type.String(),
    vmSize: Type.String(),
    adminUser: Type.String(),
    imageName: Type.String(),
    /** A scale set that is made; null: the pool's own gets the image. */
    scaleSet: Nullable(Type.String()),
  },
  { additionalProperties: false },
);
export type ImageGuideRequest = Static<typeof ImageGuideRequest>;

export const GuideStep = Type.Object({
  title: Type.String(),
  words: Type.String(),
  /** For one's own computer; null where nothing is typed there. */
  commands: Nullable(FixCommands),
  /** Typed inside the machine, in any shell there. */
  inside: Nullable(Type.String()),
});
export type GuideStep = Static<typeof GuideStep>;

export const ImageGuide = Type.Object({ steps: Type.Array(GuideStep) });
export type ImageGuide = Static<typeof ImageGuide>;
