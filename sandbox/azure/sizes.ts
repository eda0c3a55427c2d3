// What a size name says: how many cores a machine of it takes, and which quota family counts them.
import { ArmError } from './arm-error.ts';

const oldGenerations: Readonly<Record<string, number>> = {
  '1': 1,
  '2': 2,
  '3': 4,
  '4': 8,
  '5': 16,
  '11': 2,
  '12': 4,
  '13': 8,
  '14': 16,
  '15': 20,
};

export interface Size {
  readonly cores: number;
  /** In the form of the usage list, `standardDASv5Family`. */
  readonly family: string;
}

export function sizeOf(name: string): Size {
  const match =
    /^(Standard|Basic)_([A-Z]{1,3})(\d+)(?:-(\d+))?([a-z]*)(?:_(?!v\d)[A-Z]\w*?)?(?:_v(\d+))?(?:_\w+)?$/i.exec(name);
  if (!match) {
    throw new ArmError(400, 'InvalidParameter', `The value ${name} provided for the VM size is not valid.`, 'vmSize');
  }
  const [, , series = '', count = '1', constrained, features = '', version] = match;
  const isOld = /^DS?$/i.test(series) && version === '2';
  const cores = isOld ? (oldGenerations[count] ?? Number(count)) : Number(constrained ?? count);
  const family = `standard${series.toUpperCase()}${features.toUpperCase()}${version === undefined ? '' : `v${version}`}Family`;
  return { cores: Math.max(1, cores), family };
}
