import { named } from './explain-aggregates.ts';
import type { Field, SortKey } from './logical.ts';
import { orderText, printRex, type Style } from './print-rex.ts';
import type { Rex } from './rex.ts';
import { changesNothing } from './rex-tools.ts';

export type Attributes = readonly (readonly [string, string])[];

/** A node of a plan as batch mode shows it: this engine runs one operator where Flink's batch mode has several. */
export interface BatchLine {
  readonly name: string;
  /** Its name in execution plans, where that is another. */
  readonly executedName?: string;
  readonly attributes: (style: Style) => Attributes;
  readonly inputs: readonly BatchLine[];
  readonly fields: readonly Field[];
  /** Columns by which its rows are spread over tasks; none for a single task, null where nothing is known. */
  readonly spread: readonly number[] | null;
  /** What its rows are sorted by in each task, where an operator above may use that. */
  readonly order?: readonly SortKey[];
  /** What a projection above has still to make of its columns; absent for just them. */
  readonly computed?: readonly Rex[];
  /** Execution plans show an exchange above it that moves nothing. */
  readonly isForwarded?: true;
}

export const namesOf = (line: BatchLine): readonly string[] => line.fields.map((f) => f.name);
export const fixed =
  (attributes: Attributes): (() => Attributes) =>
  () =>
    attributes;

/** A node with the projection that it needs above, if it needs one. */
export function whole(line: BatchLine): BatchLine {
  const { computed, ...input } = line;
  return computed ? projection(computed, null, input, line.fields) : line;
}

/** A projection; none where it would change nothing. */
export function projection(
  exprs: readonly Rex[],
  condition: Rex | null,
  input: BatchLine,
  fields: readonly Field[],
): BatchLine {
  if (condition === null && changesNothing(exprs, fields, input.fields)) return input;
  const names = namesOf(input);
  const at = (column: number): number => exprs.findIndex((e) => e.kind === 'InputRef' && e.index === column);
  const spread = input.spread?.map(at);
  const order = (input.order ?? []).map((key) => ({ ...key, column: at(key.column) }));
  const lost = order.findIndex((key) => key.column < 0);
  const attributes = (style: Style): Attributes => [
    ['select', exprs.map((e, i) => named(printRex(e, names, style), fields[i]!.name)).join(', ')],
    ...(condition ? [['where', printRex(condition, names, style)] as const] : []),
  ];
  return {
    name: 'Calc',
    attributes,
    inputs: [input],
    fields,
    spread: spread && !spread.includes(-1) ? spread : null,
    order: lost < 0 ? order : order.slice(0, lost),
  };
}

/** Rows of equal `keys` in one task, by an exchange where they are not there already. */
export function gathered(input: BatchLine, keys: readonly number[], isStrict = false): BatchLine {
  const { spread } = input;
  const isThere =
    spread !== null &&
    (spread.length === 0
      ? keys.length === 0
      : isStrict
        ? spread.join() === keys.join()
        : spread.every((column) => keys.includes(column)));
  return isThere ? input : exchange(input, keys.length === 0 ? 'single' : 'hash', keys);
}

export function exchange(
  input: BatchLine,
  kind: 'single' | 'hash' | 'broadcast',
  keys: readonly number[],
): BatchLine {
  const names = namesOf(input);
  const text = kind === 'hash' ? `hash[${keys.map((k) => names[k]).join(', ')}]` : kind;
  return {
    name: 'Exchange',
    attributes: fixed([['distribution', text]]),
    inputs: [input],
    fields: input.fields,
    spread: kind === 'broadcast' ? null : keys,
  };
}

export function sorted(input: BatchLine, order: readonly SortKey[]): BatchLine {
  return {
    name: 'Sort',
    attributes: fixed([['orderBy', orderText(order, namesOf(input))]]),
    inputs: [input],
    fields: input.fields,
    spread: input.spread,
  };
}

/** Rows sorted for the operator above, which execution plans show to be in the same task. */
export function sortedFor(input: BatchLine, order: readonly SortKey[]): BatchLine {
  const isSorted = order.every((key, i) => {
    const own = input.order?.[i];
    return own?.column === key.column && own.descending === key.descending;
  });
  if (isSorted) return inPlace(input);
  const line = sorted(input, order);
  return input.spread?.length === 0 ? line : { ...line, isForwarded: true };
}

/** Rows that stay as they come, through projections too. */
const inPlace = (line: BatchLine): BatchLine => ({
  ...line,
  ...(line.name === 'Calc' ? { inputs: line.inputs.map(inPlace) } : {}),
  isForwarded: true,
});

export const ascending = (columns: readonly number[]): SortKey[] =>
  columns.map((column) => ({ column, descending: false, nullsFirst: true }));

/** A node as execution plans show it below another. */
export function forwarded(line: BatchLine): BatchLine {
  if (!line.isForwarded) return line;
  const { isForwarded: _, ...input } = line;
  return { ...input, name: 'Exchange', attributes: fixed([['distribution', 'forward']]), inputs: [input] };
}
