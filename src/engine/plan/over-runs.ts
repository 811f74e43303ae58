/** Functions that no frame bounds, by what they are. Of the others NTILE is one, in Flink. */
const UNFRAMED: ReadonlyMap<string, 'offset' | 'rank'> = new Map([
  ['LEAD', 'offset'],
  ['LAG', 'offset'],
  ['ROW_NUMBER', 'rank'],
  ['RANK', 'rank'],
  ['DENSE_RANK', 'rank'],
  ['PERCENT_RANK', 'rank'],
  ['CUME_DIST', 'rank'],
]);

/** The windows that a batch operator makes of one OVER group: functions of a kind that follow each other. */
export function overRuns<C extends { readonly name: string }>(
  calls: readonly C[],
): readonly (readonly C[])[] {
  const runs: C[][] = [];
  for (const [i, call] of calls.entries()) {
    const last = calls[i - 1];
    if (last && UNFRAMED.get(last.name) === UNFRAMED.get(call.name)) runs.at(-1)!.push(call);
    else runs.push([call]);
  }
  return runs;
}
