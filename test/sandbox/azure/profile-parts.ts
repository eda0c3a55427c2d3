// The parts of the usual profile of a machine.
import { profile } from './cloud.ts';

export const { networkProfile, osProfile, storageProfile } = profile() as Record<string, Record<string, unknown>>;
