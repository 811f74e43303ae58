import { plainError } from '../../base/refusal.ts';
import type { Rex } from '../../plan/rex.ts';
import { conjuncts } from '../../plan/rex-tools.ts';

/** A column of one of a multi-way join's inputs. */
interface Attribute {
  readonly input: number;
  readonly column: number;
}

/** What brings the inputs of a multi-way join together, for each input. */
export interface MultiJoinKeys {
  /** Columns that all inputs share a key by, in the same order; empty where conditions name no equal columns at all. */
  readonly common: readonly (readonly number[])[];
  /** Columns that are equal to some of an input further left; of the first input those that others are equal to. */
  readonly own: readonly (readonly number[])[];
}

/**
 * The keys of a multi-way join as Flink's AttributeBasedJoinKeyExtractor finds them in the equalities of its conditions; null where columns are equal but no key
 * is common to all inputs.
 */
export function multiJoinKeys(widths: readonly number[], conditions: readonly Rex[]): MultiJoinKeys | null {
  const attributeOf = (column: number): Attribute => {
    let [input, start] = [0, 0];
    while (column >= start + widths[input]!) start += widths[input++]!;
    return { input, column: column - start };
  };
  const pairs = conditions.flatMap(conjuncts).flatMap((part) => {
    if (part.kind !== 'Call' || part.operator !== '=') return [];
    const [a, b] = part.operands;
    if (a?.kind !== 'InputRef' || b?.kind !== 'InputRef') return [];
    const [first, second] = [attributeOf(a.index), attributeOf(b.index)];
    if (first.input === second.input && first.input > 0) throw equalWithin(second);
    return [first.input < second.input ? ([first, second] as const) : ([second, first] as const)];
  });
  const own = widths.map((_, input) => [
    ...pairs.flatMap(([left]) => (input === 0 && left.input === 0 ? [left.column] : [])),
    ...pairs.flatMap(([, right]) => (right.input === input ? [right.column] : [])),
  ]);
  if (pairs.length === 0) return { common: widths.map(() => []), own };
  const sets = new EqualColumns();
  for (const step of widths.keys())
    for (const [left, right] of pairs) if (step > 0 && right.input === step) sets.unite(left, right);
  const isCommon = (root: string): boolean =>
    own.every(
      (columns, input) =>
        columns.length === 0 ||
        columns.some((column) => sets.rootOf({ input, column }) === root) ||
        pairs.some(([left, right]) => right.input === input && sets.rootOf(left) === root),
    );
  const roots = sets.roots().filter(isCommon);
  const common = widths.map((_, input) =>
    roots
      .flatMap((root) => {
        const column = sets.columnOf(root, input);
        return column === undefined ? [] : [{ column, rank: sets.attribute(root).column }];
      })
      .sort((a, b) => a.rank - b.rank || a.column - b.column)
      .map(({ column }) => column),
  );
  return common.some((columns) => columns.length === 0) ? null : { common, own };
}

/** Flink's extractor takes an equality for one between inputs, and fails where it is within one. */
const equalWithin = ({ input, column }: Attribute): Error =>
  plainError(
    'plan',
    'multi-join-equality',
    'IllegalStateException',
    `Invalid joinAttributeMap configuration for inputId ${input}. Left attribute InputId:${input};FieldIndex:${column}; does not reference a previous input (< ${input}).`,
    null,
  );

/** Sets of columns that equalities make equal, each with the root that uniting by rank gives it. */
class EqualColumns {
  readonly #attributes = new Map<string, Attribute>();
  readonly #parents = new Map<string, string>();
  readonly #ranks = new Map<string, number>();

  unite(left: Attribute, right: Attribute): void {
    const [a, b] = [this.#root(this.#add(left)), this.#root(this.#add(right))];
    if (a === b) return;
    const [rankA, rankB] = [this.#ranks.get(a)!, this.#ranks.get(b)!];
    if (rankA < rankB) this.#parents.set(a, b);
    else this.#parents.set(b, a);
    if (rankA === rankB) this.#ranks.set(a, rankA + 1);
  }

  rootOf(attribute: Attribute): string | null {
    const id = idOf(attribute);
    return this.#parents.has(id) ? this.#root(id) : null;
  }

  roots(): string[] {
    return [...new Set([...this.#parents.keys()].map((id) => this.#root(id)))];
  }

  attribute(id: string): Attribute {
    return this.#attributes.get(id)!;
  }

  /** An input's column in a set; of several the one that Java's HashSet hands out first. */
  columnOf(root: string, input: number): number | undefined {
    const members = [...this.#attributes.entries()].filter(([id]) => this.#root(id) === root);
    let capacity = 16;
    while (members.length > capacity * 0.75) capacity *= 2;
    const bucket = (a: Attribute): number => (31 * (31 + a.input) + a.column) & (capacity - 1);
    return members
      .map(([, attribute]) => attribute)
      .filter((a) => a.input === input)
      .sort((a, b) => bucket(a) - bucket(b))[0]?.column;
  }

  #add(attribute: Attribute): string {
    const id = idOf(attribute);
    if (!this.#parents.has(id)) {
      this.#attributes.set(id, attribute);
      this.#parents.set(id, id);
      this.#ranks.set(id, 0);
    }
    return id;
  }

  #root(id: string): string {
    const parent = this.#parents.get(id)!;
    return parent === id ? id : this.#root(parent);
  }
}

const idOf = ({ input, column }: Attribute): string => `${input}.${column}`;
