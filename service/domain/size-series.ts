// What the series of a virtual machine size says to somebody who chooses one. No prices: Azure's are not read, and one
// that is made up would be believed.

export interface SizeSeries {
  readonly priceClass: 'low' | 'middle' | 'high' | 'highest' | 'unknown';
  readonly words: string;
}

const series: Readonly<Record<string, SizeSeries>> = {
  A: { priceClass: 'low', words: 'small and slow' },
  B: { priceClass: 'low', words: 'for short bursts; slow when it works for long' },
  D: { priceClass: 'middle', words: 'for general work' },
  DC: { priceClass: 'high', words: 'for general work in encrypted memory' },
  E: { priceClass: 'high', words: 'with much memory' },
  EC: { priceClass: 'high', words: 'with much memory, encrypted' },
  F: { priceClass: 'middle', words: 'with fast cores and little memory' },
  H: { priceClass: 'highest', words: 'for scientific work' },
  HB: { priceClass: 'highest', words: 'for scientific work' },
  L: { priceClass: 'high', words: 'with large, fast disks of its own' },
  M: { priceClass: 'highest', words: 'with very much memory' },
  NC: { priceClass: 'highest', words: 'with graphics processors to compute' },
  ND: { priceClass: 'highest', words: 'with graphics processors to learn' },
  NV: { priceClass: 'highest', words: 'with graphics processors to draw' },
};

/** `Standard_D4ds_v5` is of the series D; what is not known is said to be so. */
export function seriesOf(size: string): SizeSeries {
  const [, letters = ''] = /^(?:Standard|Basic)_([A-Z]+)/.exec(size) ?? [];
  // DS1_v2 and GS5 carry the S of their disks in front of the number.
  const plain = letters.length > 1 ? letters.replace(/S$/, '') : letters;
  return series[plain] ?? { priceClass: 'unknown', words: 'of a series that Weir does not know' };
}
