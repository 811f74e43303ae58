import type { OperatorInfo, Run } from '../../engine/engine-api.ts';

/** The joins of a run that have a picture of their own here. */
export function joinOperators({ operators }: Run): readonly OperatorInfo[] {
  return operators.filter(
    ({ name, inputs }) => inputs.length === 2 && ['Join', 'IntervalJoin', 'LookupJoin'].includes(name),
  );
}
