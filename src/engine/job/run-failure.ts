import { SqlError } from '../base/diagnostic.ts';
import type { RunFailure } from '../engine-api.ts';
import { RunError } from '../values/run-error.ts';

/** A failure of the job as Flink reports one: two sentences that every failed job says, then the cause. */
export function runFailure(error: unknown, input: number | null): RunFailure {
  if (error instanceof SqlError) return { diagnostic: error.diagnostic, input, column: null, operator: null };
  if (error instanceof RunError) {
    return {
      diagnostic: {
        severity: 'error',
        phase: 'run',
        code: 'run-time-failure',
        span: null,
        chain: [
          'JobExecutionException: Job execution failed.',
          'JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy',
          ...error.chain,
        ],
      },
      input,
      column: null,
      operator: null,
    };
  }
  throw error;
}
