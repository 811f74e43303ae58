/** Our own mistake, never the user's: the statement that must hold did not. */
export class InvariantError extends Error {
  override name = 'InvariantError';
}

/** Throws an `InvariantError` unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Closes a switch over a union: does not compile while a member is left out. */
export function unreachable(value: never): never {
  throw new InvariantError(`unexpected: ${JSON.stringify(value)}`);
}
