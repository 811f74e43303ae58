import type { Change, Recorded } from '../../conformance/suite/compare.ts';

/** Values of a row as Flink prints them. */
export type Row = readonly (string | null)[];

/** The rows that are left when changes are done one after the other. */
export function foldedTable(changes: readonly Pick<Change, 'kind' | 'row'>[]): Row[] {
  const rows: string[] = [];
  for (const { kind, row } of changes) {
    const text = JSON.stringify(row);
    if (kind === '+I' || kind === '+U') rows.push(text);
    else {
      const place = rows.indexOf(text);
      if (place < 0) throw new Error(`${kind} of a row that is not there: ${text}`);
      rows.splice(place, 1);
    }
  }
  return rows.map((text) => JSON.parse(text) as Row);
}

/** Things as sorted text: equal for the same things in any order. */
export function inAnyOrder(things: readonly unknown[]): string[] {
  return things.map((thing) => JSON.stringify(thing)).toSorted();
}

const KINDS = { I: '+I', UB: '-U', UA: '+U', D: '-D' } as const;

/** By Flink's plan text, what each operator sends on; nothing leaves a sink. A client that collects a result asks for -U where there are updates. */
export function explainedKinds(truth: Recorded): { name: string; kinds: string }[] {
  const plan = truth.plans?.[0]?.split('== Optimized Physical Plan ==\n')[1]?.split('\n\n')[0] ?? '';
  const collected = new Set(truth.steps.flat().map(({ kind }) => kind));
  return plan.split('\n').flatMap((line, place) => {
    const [, name = '', mode = ''] = /^\W*(\w+)\(.*changelogMode=\[([^\]]*)\]\)$/.exec(line) ?? [];
    if (name === 'Sink') return [];
    const sent = new Set<string>(mode.split(',').map((kind) => KINDS[kind as keyof typeof KINDS]));
    if (place === 0 && collected.has('-U')) sent.add('-U');
    return {
      name,
      kinds: Object.values(KINDS)
        .filter((kind) => sent.has(kind))
        .join(' '),
    };
  });
}
