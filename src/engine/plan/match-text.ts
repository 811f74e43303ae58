import type { Pattern } from '../sql/ast.ts';
import type { LogicalMatch, MatchSpec } from './logical.ts';
import { quoteText } from './print-literal.ts';
import type { Rex } from './rex.ts';

/** A pattern as plans print it: concatenation in pairs, from the left. */
export function patternText(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'Variable':
      return quoteText(pattern.name.name);
    case 'Sequence':
      return pattern.items.map(patternText).reduce((left, right) => `(${left}, ${right})`);
    case 'Alternation':
      return pattern.items.map(patternText).reduce((left, right) => `|(${left}, ${right})`);
    case 'Permute':
      return `PATTERN_PERMUTE(${pattern.items.map(patternText).join(', ')})`;
    case 'Exclude':
      return `PATTERN_EXCLUDE(${patternText(pattern.item)})`;
    case 'Repeat':
      return `PATTERN_QUANTIFIER(${patternText(pattern.item)}, ${pattern.min}, ${pattern.max ?? -1}, ${!pattern.greedy})`;
  }
}

export const subsetText = ({ name, items }: MatchSpec['subsets'][number]): string =>
  `${name} = (${items.join(', ')})`;

/** `Match(partition=[[0]], …)` of a logical plan, without its prefix. */
export function matchText(node: LogicalMatch, print: (rex: Rex) => string): string {
  const names = (fields: readonly { readonly name: string }[]): string =>
    `[${fields.map((f) => f.name).join(', ')}]`;
  const { mode, variable } = node.after;
  const order = node.order.map(
    (k) => `${k.column} ${k.descending ? 'DESC' : 'ASC'}-nulls-${k.nullsFirst ? 'first' : 'last'}`,
  );
  const parts: (readonly [string, string])[] = [
    ['partition', `[${node.partition.join(', ')}]`],
    ['order', `[${order.join(', ')}]`],
    ['outputFields', names(node.fields)],
    ['allRows', `${node.allRows}`],
    [
      'after',
      variable === null
        ? `FLAG(SKIP ${mode === 'NEXT ROW' ? 'TO ' : ''}${mode})`
        : `SKIP TO ${mode}(${quoteText(variable)})`,
    ],
    ['pattern', patternText(node.pattern)],
    ['isStrictStarts', `${node.anchors.start}`],
    ['isStrictEnds', `${node.anchors.end}`],
    ...(node.within ? [['interval', print(node.within)] as const] : []),
    ['subsets', `[${node.subsets.map((s) => `[${s.items.join(', ')}]`).join(', ')}]`],
    ['patternDefinitions', `[${node.define.map((d) => print(d.condition)).join(', ')}]`],
    ['inputFields', names(node.input.fields)],
  ];
  return `Match(${parts.map(([key, text]) => `${key}=[${text}]`).join(', ')})`;
}
