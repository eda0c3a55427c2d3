// Everything that can be known of an image version without making a machine of it, in the order in which people mend it.
import { checkDisk, checkEphemeral } from './image-check-disk.ts';
import { checkExtensionOrder } from './image-check-extensions.ts';
import {
  checkArchitecture,
  checkGeneration,
  checkOperatingSystem,
  checkSecurity,
  checkSize,
} from './image-check-size.ts';
import {
  checkEndOfLife,
  checkExcluded,
  checkExists,
  checkGeneralized,
  checkReadable,
  checkReplicas,
  checkReplicated,
  checkState,
  checkTerms,
} from './image-check-version.ts';
import type { ImageFacts } from './image-facts.ts';
import { toCheck, type Check, type Finding } from './validation-check.ts';

/** Always all of them: what cannot be judged is `skipped` with the reason, what could not be read is a `warning`. */
export function checkImage(facts: ImageFacts): readonly Check[] {
  return checks.map(([code, title, look]) => toCheck(code, title, 'static', look(facts)));
}

const checks: readonly (readonly [string, string, (facts: ImageFacts) => Finding])[] = [
  ['imageReadable', 'Weir may read the image', checkReadable],
  ['versionExists', 'The version exists', checkExists],
  ['versionSucceeded', 'The version was made completely', checkState],
  ['imageReplicated', 'The version is in the region of the pool', checkReplicated],
  ['imageReplicas', 'There are enough copies for the largest scale-out', checkReplicas],
  ['notExcluded', 'The version may be the newest', checkExcluded],
  ['notEndOfLife', 'The version is not past its end of life', checkEndOfLife],
  ['generalized', 'The image is generalized', checkGeneralized],
  ['osMatches', 'The operating system is that of the pool', checkOperatingSystem],
  ['sizeAvailable', 'The size can be had in the region', checkSize],
  ['architectureMatches', 'The size runs the architecture of the image', checkArchitecture],
  ['generationMatches', 'The size runs the generation of the image', checkGeneration],
  ['securityMatches', 'The security type of the template fits', checkSecurity],
  ['diskFits', 'The disk of the template holds the image', checkDisk],
  ['ephemeralFits', 'The ephemeral disk fits the size', checkEphemeral],
  ['termsAccepted', 'The terms of the Marketplace are accepted', checkTerms],
  ['extensionOrder', 'The custom script runs before the agent', checkExtensionOrder],
];
