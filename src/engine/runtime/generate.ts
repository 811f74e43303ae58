/** As many pieces are remembered at the most. */
const MOST = 2000;

/**
 * Code made of its source, and found again by it: the same query made ready again finds what the machine has learned of it. Jobs that are watched in
 * different ways have one each, for a call that has had two targets is never inlined again (measured on W1: twice the time of an event).
 */
export class GeneratedCode {
  readonly #made = new Map<string, (...args: unknown[]) => unknown>();

  /** `new Function(...names, body)`, remembered. The function's body should make and return closures over its arguments. */
  generate<T>(names: readonly string[], body: string, values: readonly unknown[]): T {
    const key = `${names.join()}\n${body}`;
    let make = this.#made.get(key);
    if (make === undefined) {
      if (this.#made.size >= MOST) this.#made.clear();
      make = new Function(...names, body) as (...args: unknown[]) => unknown;
      this.#made.set(key, make);
    }
    return make(...values) as T;
  }
}

/** By what is told of a job: nothing, its steps, everything. */
export const GENERATED = {
  plain: new GeneratedCode(),
  counted: new GeneratedCode(),
  traced: new GeneratedCode(),
} as const;

/**
 * Gives an operator a copy of its code that no other operator runs, so that the calls in it keep to one target each and the machine can inline them.
 * Measured on W2: shared code costs twice as much per row. The copy is found again under the same `key`.
 *
 * `factory` must not refer to anything outside itself but globals: everything it needs comes in through its argument. (A test makes a copy of each.)
 */
export function specialize<P, T>(
  factory: (parts: P) => T,
  key: string,
  code: GeneratedCode | null,
): (parts: P) => T {
  if (code === null) return factory;
  return code.generate<(parts: P) => T>(
    [],
    `/* ${key.replaceAll('*/', '* /')} */ return (${factory.toString()});`,
    [],
  );
}
