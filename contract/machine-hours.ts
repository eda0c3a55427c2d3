// What the machines of a pool did with their time, by size and image: people put prices to sizes.
import { Type, type Static } from '@sinclair/typebox';
import { Nullable } from './field-types.ts';

export const MachineHours = Type.Object({
  size: Nullable(Type.String({ description: 'As Azure names it; null where it was not recorded.' })),
  image: Nullable(
    Type.String({ description: 'First alias; empty for the image of the scale set, null where it was not recorded.' }),
  ),
  machineHours: Type.Number(),
  busyHours: Type.Number(),
  idleHours: Type.Number(),
  bootingHours: Type.Number({ description: 'The rest of the hours machines leave, have failed or are kept.' }),
});
export type MachineHours = Static<typeof MachineHours>;
