import type { Field } from '../../plan/logical.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Correlations } from '../subqueries/correlations.ts';

/** One table of a FROM clause as the names in it are seen. */
export interface ScopeTable {
  /** Its alias or last name part; null for what has no name. */
  readonly name: string | null;
  /** `[catalog, database, table]` where it is named by that too. */
  readonly path: readonly string[] | null;
  readonly fields: readonly Field[];
  /** Index of its first column in the FROM clause's row. */
  readonly offset: number;
}

/** What names an expression may use: the columns of a FROM clause. */
export interface Scope {
  readonly tables: readonly ScopeTable[];
  /** Columns of USING and NATURAL: one name for a column of each side. */
  readonly merged?: readonly MergedColumn[];
  /** What the query around a sub-query sees. */
  readonly outer?: Scope | null;
  /** Told of every mention of a column that it sees. */
  readonly correlations?: Correlations;
}

export interface MergedColumn {
  readonly field: Field;
  /** The two columns, or what a merge further left made of them. */
  readonly left: Rex;
  readonly right: Rex;
  /** Columns of the FROM clause's row that it stands for. */
  readonly columns: readonly number[];
  /** Whether its name alone means it, as in USING; what is shared in a NATURAL join is one only for `*`. */
  readonly isNamed: boolean;
}

export const EMPTY_SCOPE: Scope = { tables: [] };

export type Resolution =
  | {
      readonly kind: 'column';
      readonly index: number;
      readonly field: Field /** Name parts used up. */;
      readonly used: number;
    }
  | { readonly kind: 'merged'; readonly column: MergedColumn }
  | { readonly kind: 'ambiguous'; readonly name: string }
  | {
      readonly kind: 'missing-column';
      readonly name: string;
      readonly part: number;
      readonly suggestion: string | null;
      readonly table: string | null;
    }
  | { readonly kind: 'missing-table'; readonly name: string };

/** Finds what `parts` (`a`, `t.a`, `t.r.f`, …) names. Columns before tables, as Calcite does for a single part. */
export function resolve(scope: Scope, parts: readonly string[]): Resolution {
  const first = parts[0]!;
  const found = columnsNamed(scope, first);
  if (parts.length > 1) {
    for (let used = Math.min(parts.length - 1, 3); used >= 1; used--) {
      const table = tableNamed(scope, parts.slice(0, used));
      if (!table) continue;
      const index = table.fields.findIndex((f) => f.name === parts[used]);
      if (hasTwo(table, parts[used]!)) return { kind: 'ambiguous', name: parts[used]! };
      if (index >= 0)
        return { kind: 'column', index: table.offset + index, field: table.fields[index]!, used: used + 1 };
      const near = table.fields.find((f) => f.name.toLowerCase() === parts[used]!.toLowerCase());
      return {
        kind: 'missing-column',
        name: parts[used]!,
        part: used,
        suggestion: near?.name ?? null,
        table: table.name,
      };
    }
    if (found.length === 0) return { kind: 'missing-table', name: parts.slice(0, -1).join('.') };
  }
  const merged = scope.merged?.find((m) => m.isNamed && m.field.name === first);
  if (merged && found.every(({ index }) => merged.columns.includes(index)))
    return { kind: 'merged', column: merged };
  if (found.length > 1) return { kind: 'ambiguous', name: first };
  if (found.length === 1) return { kind: 'column', ...found[0]!, used: 1 };
  const near = scope.tables
    .flatMap((t) => t.fields)
    .find((f) => f.name.toLowerCase() === first.toLowerCase());
  return { kind: 'missing-column', name: first, part: 0, suggestion: near?.name ?? null, table: null };
}

/** Whether two columns of a table have a name: a window function adds its own to those that are there. */
export const hasTwo = ({ fields }: ScopeTable, name: string): boolean =>
  fields.filter((f) => f.name === name).length > 1;

function columnsNamed(scope: Scope, name: string): { index: number; field: Field }[] {
  return scope.tables.flatMap((table) =>
    table.fields.flatMap((field, i) => (field.name === name ? [{ index: table.offset + i, field }] : [])),
  );
}

export function tableNamed(scope: Scope, parts: readonly string[]): ScopeTable | undefined {
  if (parts.length === 1) {
    const byName = scope.tables.find((t) => t.name === parts[0]);
    if (byName) return byName;
  }
  return scope.tables.find(
    (t) => t.path !== null && parts.every((p, i) => t.path![t.path!.length - parts.length + i] === p),
  );
}
