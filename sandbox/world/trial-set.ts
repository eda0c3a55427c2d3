/** A scale set of a trial is called after its validation; `scaleSet` is its name or its resource id. */
export function isTrialSet(scaleSet: string): boolean {
  return /(^|\/)weir-trial-[^/]*$/i.test(scaleSet);
}
