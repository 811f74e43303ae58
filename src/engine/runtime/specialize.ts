/**
 * Gives an operator a copy of its code that no other operator runs, so that the calls in it keep to one target each and the machine can inline them.
 * Measured on W2: shared code costs twice as much per row.
 *
 * `factory` must not refer to anything outside itself but globals: everything it needs comes in through its argument. (A test makes a copy of each.)
 */
export function specialize<P, T>(factory: (parts: P) => T, canGenerate: boolean): (parts: P) => T {
  if (!canGenerate) return factory;
  return new Function(`return (${factory.toString()});`)() as (parts: P) => T;
}
