// Seeded chance for replay and simulation: the same seed gives the same numbers in every process.

/** sfc32, a small fast generator by C. Doty-Humphrey; the seed is mixed first so that neighbours differ at once. */
export function seededRandom(seed: number): () => number {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162 ^ Math.imul(seed, 0x85ebca6b);
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

/** A lognormal given by its median and its 95th percentile. */
export interface Lognormal {
  readonly p50: number;
  readonly p95: number;
}

const z95 = 1.6448536269514722;

export function drawLognormal(shape: Lognormal, random: () => number): number {
  return shape.p50 * Math.exp(sigmaOf(shape) * normal(random));
}

export function lognormalMean(shape: Lognormal): number {
  return shape.p50 * Math.exp(sigmaOf(shape) ** 2 / 2);
}

function sigmaOf(shape: Lognormal): number {
  return Math.log(shape.p95 / shape.p50) / z95;
}

/** Box and Muller; 1 - u keeps the logarithm finite. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
