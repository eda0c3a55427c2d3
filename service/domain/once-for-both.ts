// What is worked out from a picture and the settings, for all who ask about these very two: neither is ever changed.

/** The same value for the same two objects, for as long as somebody holds them. */
export function onceForBoth<A extends object, B extends object, T>(
  work: (one: A, other: B) => T,
): (one: A, other: B) => T {
  const known = new WeakMap<A, WeakMap<B, { readonly value: T }>>();
  return (one, other) => {
    const ofOne = known.get(one) ?? new WeakMap<B, { readonly value: T }>();
    known.set(one, ofOne);
    const kept = ofOne.get(other) ?? { value: work(one, other) };
    ofOne.set(other, kept);
    return kept.value;
  };
}
