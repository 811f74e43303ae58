/** Generated code by its source: the same query made ready again finds its code, and what the machine has learned of it. */
const made = new Map<string, (...args: unknown[]) => unknown>();
const MOST = 2000;

/** `new Function(...names, body)`, remembered. The function's body should make and return closures over its arguments. */
export function generate<T>(names: readonly string[], body: string, values: readonly unknown[]): T {
  const key = `${names.join()}\n${body}`;
  let make = made.get(key);
  if (make === undefined) {
    if (made.size >= MOST) made.clear();
    make = new Function(...names, body) as (...args: unknown[]) => unknown;
    made.set(key, make);
  }
  return make(...values) as T;
}

/**
 * Gives an operator a copy of its code that no other operator runs, so that the calls in it keep to one target each and the machine can inline them.
 * Measured on W2: shared code costs twice as much per row. The copy is found again under the same `key`.
 *
 * `factory` must not refer to anything outside itself but globals: everything it needs comes in through its argument. (A test makes a copy of each.)
 */
export function specialize<P, T>(
  factory: (parts: P) => T,
  key: string,
  canGenerate: boolean,
): (parts: P) => T {
  if (!canGenerate) return factory;
  return generate<(parts: P) => T>(
    [],
    `/* ${key.replaceAll('*/', '* /')} */ return (${factory.toString()});`,
    [],
  );
}
