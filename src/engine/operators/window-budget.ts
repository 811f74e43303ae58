import { SqlError } from '../base/diagnostic.ts';
import { MOST_WINDOWS_AT_ONCE } from '../limits.ts';
import type { WindowSpec } from '../plan/logical.ts';

const MOST = MOST_WINDOWS_AT_ONCE.toLocaleString('en-US');

function tooMany(what: string): SqlError {
  return new SqlError({
    severity: 'error',
    phase: 'limit',
    code: 'too-many-windows',
    span: null,
    chain: [`${what}; Tidemark stops at ${MOST}, where a real Flink goes on.`],
    hint: 'Give the windows a longer step, or make them shorter.',
  });
}

/** Refuses a row that falls into so many windows that making them all would take too long. */
export function checkWindowsOfRow({ kind, sizeMs, slideMs }: WindowSpec): void {
  if (kind === 'TUMBLE' || kind === 'SESSION') return;
  const windows = Math.ceil(sizeMs / slideMs);
  if (windows > MOST_WINDOWS_AT_ONCE)
    throw tooMany(`One row falls into ${windows.toLocaleString('en-US')} windows`);
}

/** Counts what the windows send that one watermark (or tick of the clock) closes. */
export class ClosingBudget {
  #left = MOST_WINDOWS_AT_ONCE;

  /** Another watermark has come. */
  begin(): void {
    this.#left = MOST_WINDOWS_AT_ONCE;
  }

  /** A window closes for so many keys. */
  spend(keys: number): void {
    this.#left -= Math.max(1, keys);
    if (this.#left < 0) throw tooMany('One watermark closes too many windows');
  }
}
