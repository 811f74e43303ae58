/**
 * What a job dies of while it runs, in Flink's words: `chain` from the outermost to the innermost cause, each `SimpleClassName: message`.
 */
export class RunError extends Error {
  readonly chain: readonly string[];
  constructor(...chain: readonly string[]) {
    super(chain.at(-1) ?? '');
    this.name = 'RunError';
    this.chain = chain;
  }
}
