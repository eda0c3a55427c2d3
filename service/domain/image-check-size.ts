// Checks of the image against the size and the template that machines are made with.
import { commandsFor, type FixCommands } from './fix-commands.ts';
import type { ImageFacts, SecurityType } from './image-facts.ts';
import type { OsType } from './instance.ts';
import type { Finding } from './validation-check.ts';

export function checkOperatingSystem({ image, template }: ImageFacts): Finding {
  if (image === null) return skipped('The image could not be read.');
  if (image.osType === null) return unread('Azure does not say which operating system the image has.');
  const evidence = { image: image.osType, pool: template.osType };
  if (image.osType === template.osType) return { status: 'ok', words: `Both are ${osName(image.osType)}.`, evidence };
  return {
    status: 'error',
    words: `The image is ${osName(image.osType)}, and machines are made for ${osName(template.osType)}.`,
    evidence,
    fix: { words: `Set osType of this image to "${image.osType}" in the settings of the pool.`, commands: null },
  };
}

export function checkSize({ size, template, region }: ImageFacts): Finding {
  const evidence = { size: template.size, region };
  if (size === null) return unread(`Azure did not tell what ${template.size} is.`);
  if (size.restriction === null) return { status: 'ok', words: `${size.name} can be had in ${region}.`, evidence };
  return {
    status: 'error',
    words: `${size.name} cannot be had in ${region}: ${size.restriction}.`,
    evidence: { ...evidence, restriction: size.restriction },
    fix: {
      words: 'Choose a size without a restriction.',
      commands: sizesWhere(region, 'length(restrictions) == `0`'),
    },
  };
}

export function checkArchitecture({ image, size, region }: ImageFacts): Finding {
  if (image === null) return skipped('The image could not be read.');
  if (size?.architecture == null || image.architecture === null)
    return unread('Azure does not say for which processors the image or the size is.');
  const evidence = { image: image.architecture, size: `${size.name}: ${size.architecture}` };
  if (image.architecture === size.architecture)
    return { status: 'ok', words: `Both are ${size.architecture}.`, evidence };
  const wanted = image.architecture === 'arm64' ? 'Arm64' : 'x64';
  return {
    status: 'error',
    words: `The image is for ${image.architecture}, and ${size.name} runs ${size.architecture}.`,
    evidence,
    fix: {
      words: 'Give the image a size of its architecture in the settings of the pool.',
      commands: sizesWhere(region, `capabilities[?name=='CpuArchitectureType' && value=='${wanted}']`),
    },
  };
}

export function checkGeneration({ image, size, region }: ImageFacts): Finding {
  if (image === null) return skipped('The image could not be read.');
  if (size?.generations == null || image.generation === null)
    return unread('Azure does not say of which generation the image is, or which ones the size runs.');
  const evidence = { image: image.generation, size: `${size.name}: ${size.generations.join(', ')}` };
  if (size.generations.includes(image.generation))
    return { status: 'ok', words: `${size.name} runs generation ${image.generation}.`, evidence };
  return {
    status: 'error',
    words: `The image is of generation ${image.generation}, and ${size.name} runs only ${size.generations.join(' and ')}.`,
    evidence,
    fix: {
      words: 'Give the image a size of its generation, or build the image in the other one.',
      commands: sizesWhere(
        region,
        `capabilities[?name=='HyperVGenerations' && contains(value, '${image.generation}')]`,
      ),
    },
  };
}

/** A template asks for what its machines are; image and size must both be able to be it. */
export function checkSecurity({ image, size, template }: ImageFacts): Finding {
  const wanted = template.securityType;
  if (image === null) return skipped('The image could not be read.');
  if (image.securityTypes === null) return unread('Azure does not say which security types the image supports.');
  const evidence = { template: wanted, image: image.securityTypes.join(', ') };
  if (!image.securityTypes.includes(wanted)) {
    return {
      status: 'error',
      words: `The template makes ${securityName(wanted)} machines, and the image supports only ${image.securityTypes.map(securityName).join(' and ')} ones.`,
      evidence,
      fix: {
        words: `Build the image in a definition with the feature SecurityType=${featureOf(wanted)}, or use a template of another security type.`,
        commands: null,
      },
    };
  }
  if (isRefusedBySize(wanted, size)) {
    return {
      status: 'error',
      words: `${template.size} cannot be a ${securityName(wanted)} machine.`,
      evidence: { ...evidence, size: template.size },
      fix: { words: 'Use a size that supports it.', commands: null },
    };
  }
  return { status: 'ok', words: `Image and size can be ${securityName(wanted)} machines.`, evidence };
}

function isRefusedBySize(wanted: SecurityType, size: ImageFacts['size']): boolean {
  if (wanted === 'trustedLaunch') return size?.isTrustedLaunchSupported === false;
  return wanted === 'confidentialVM' && size?.isConfidentialSupported === false;
}

function sizesWhere(region: string, condition: string): FixCommands {
  return commandsFor([
    ...['az', 'vm', 'list-skus', '--location', region, '--resource-type', 'virtualMachines'],
    ...['--query', `[?${condition}].name`, '--output', 'tsv'],
  ]);
}

function skipped(words: string): Finding {
  return { status: 'skipped', words };
}

function unread(words: string): Finding {
  return { status: 'warning', words };
}

function osName(osType: OsType): string {
  return osType === 'windows' ? 'Windows' : 'Linux';
}

function securityName(type: SecurityType): string {
  return { standard: 'standard', trustedLaunch: 'Trusted Launch', confidentialVM: 'confidential' }[type];
}

function featureOf(type: SecurityType): string {
  return type === 'confidentialVM' ? 'ConfidentialVmSupported' : 'TrustedLaunchSupported';
}
