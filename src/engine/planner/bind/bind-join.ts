import { notYet } from '../../base/refusal.ts';
import type { Span } from '../../base/span.ts';
import { equalityOfNullSafe } from '../../plan/join-keys.ts';
import type { Field, JoinType, LogicalJoin, LogicalLateral, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, type RexCall, ref } from '../../plan/rex.ts';
import { and, castTo } from '../../plan/rex-build.ts';
import { collectRefs, isTrueLiteral, mapRex } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import { BOOLEAN, isCharacter, notNull, withNullable } from '../../types/logical-type.ts';
import { printPlanType } from '../../types/print-type.ts';
import { mixedKeys, type StatementText, validationError } from '../plan-error.ts';
import { joinFields, makeJoin } from '../rules/join-rules.ts';
import { simplifyJoinCondition, simplifyTruth } from '../simplify/simplify-condition.ts';
import { lateralJoin } from '../subqueries/lateral.ts';
import { ExpressionBinder } from './bind-expression.ts';
import type { BindingContext, Bound } from './bind-query.ts';
import { temporalJoinOf } from './bind-temporal-join.ts';
import { type MergedColumn, resolve, type Scope, type ScopeTable } from './scope.ts';

const TYPES: { readonly [type in Ast.Join['type']]: JoinType } = {
  INNER: 'inner',
  CROSS: 'inner',
  LEFT: 'left',
  RIGHT: 'right',
  FULL: 'full',
  'LEFT SEMI': 'semi',
  ANTI: 'anti',
};
const TRUE = literal(true, notNull(BOOLEAN));

/**
 * Binds a join of two bound tables: whose columns can be named, and the condition from ON, USING or NATURAL.
 * @param correlation The number of the correlation of FOR SYSTEM_TIME AS OF, or of a right side that names columns of the left one; null for any other.
 */
export function bindJoin(
  join: Ast.Join,
  left: Bound,
  right: Bound,
  { source, isStream }: Pick<BindingContext, 'source' | 'isStream'>,
  correlation: number | null = null,
): Bound {
  checkCondition(join, source);
  const asOf = asOfOf(join.right);
  const temporal = asOf && temporalJoinOf(asOf, source, left, right, join, isStream);
  const finish = temporal
    ? (made: LogicalJoin): LogicalJoin => ({ ...temporal(made), snapshot: correlation ?? 0 })
    : undefined;
  const type = TYPES[join.type];
  if (type === 'semi' || type === 'anti') throw notYet(`${join.type} JOIN`, join.span);
  const width = left.node.fields.length;
  const fields = joinFields(left.node.fields, right.node.fields, type);
  const both: Scope = {
    tables: [...left.scope.tables, ...right.scope.tables.map((t) => ({ ...t, offset: t.offset + width }))],
  };
  const duplicate = right.scope.tables.find(
    (t) => t.name !== null && left.scope.tables.some((l) => l.name === t.name),
  );
  if (duplicate)
    throw validationError(
      source,
      join.right.span,
      'duplicate-table',
      `Duplicate relation name '${duplicate.name}' in FROM clause`,
    );
  const tables = both.tables.map(
    (t): ScopeTable => ({
      ...t,
      fields: t.fields.map((f, i) => ({ name: f.name, type: fields[t.offset + i]!.type })),
    }),
  );
  const shared = join.natural ? sharedNames(left, right) : (join.using ?? []).map((c) => c.name);
  if (shared.length > 0) return usingJoin(join, left, right, shared, type, tables, source, finish);
  const merged = [...(left.scope.merged ?? []), ...(right.scope.merged ?? []).map((m) => moved(m, width))];
  const scope: Scope = merged.length > 0 ? { tables, merged } : { tables };
  const condition = join.on
    ? simplifyJoinCondition(
        mapRex(bindCondition(join.on, new ExpressionBinder(source, { ...both, merged }), width), nullSafe),
        width,
        simplifyTruth,
      )
    : TRUE;
  const isAlone = isStream && correlation === null && type === 'inner' && isElements(right.node);
  const joined = (): LogicalNode => makeJoin(left.node, right.node, type, condition, finish);
  const node =
    (correlation === null && !isAlone) || temporal
      ? joined()
      : lateralJoin(left.node, right.node, type, isAlone ? TRUE : condition, correlation ?? 0);
  if (correlation === null) return { node: isAlone ? { ...node, written: joined() } : node, scope };
  const isOfLeft =
    asOf?.kind === 'ColumnRef' &&
    resolve(
      left.scope,
      asOf.parts.map((p) => p.name),
    ).kind === 'column';
  const period = isOfLeft ? new ExpressionBinder(source, left.scope).bind(asOf) : null;
  const inputs = [left.node, right.node] as const;
  return { node: { ...node, written: asCorrelation(inputs, type, condition, period, correlation) }, scope };
}

/** UNNEST of what names no column, and under no names of its own, is computed beside each row of a stream, whatever the condition (JoinTableFunctionScanToCorrelateRule). */
const isElements = (node: LogicalNode): boolean => node.kind === 'Uncollect' && !node.isNamed;

/** The join as the syntax tree shows it: for each left row what the right side is, at that row's time if there is one, where the condition holds. */
function asCorrelation(
  [left, right]: readonly [LogicalNode, LogicalNode],
  joinType: JoinType,
  condition: Rex,
  period: Rex | null,
  variable: number,
): LogicalLateral {
  const width = left.fields.length;
  const told = (rex: Rex): Rex => mentioned(rex, width, left.fields);
  const versions: LogicalNode = period
    ? { kind: 'Snapshot', input: right, period: told(period), fields: right.fields }
    : right;
  const asked: LogicalNode = isTrueLiteral(condition)
    ? versions
    : { kind: 'Filter', input: versions, condition: told(condition), fields: versions.fields };
  const fields = joinFields(left.fields, right.fields, joinType);
  return { kind: 'Lateral', inputs: [left, asked], joinType, columns: [], variable, fields };
}

/** `a = b OR a IS NULL AND b IS NULL` is one comparison (RelOptUtil.collapseExpandedIsNotDistinctFromExpr). */
function nullSafe(rex: Rex): Rex {
  const equal = equalityOfNullSafe(rex);
  return equal === null ? rex : call('IS NOT DISTINCT FROM', (equal as RexCall).operands, notNull(BOOLEAN));
}

/** A condition of a join over its right side, which names the left one's columns. */
const mentioned = (rex: Rex, width: number, left: readonly Field[]): Rex =>
  mapRex(rex, (r) => {
    if (r.kind !== 'InputRef') return r;
    if (r.index >= width) return ref(r.index - width, r.type);
    return { kind: 'Correlation', id: 0, field: r.index, name: left[r.index]!.name, type: r.type };
  });

/** Which joins have a condition, and that they have one only. */
function checkCondition(join: Ast.Join, source: StatementText): void {
  const { type, natural, comma, on, using } = join;
  const given = on?.span ?? (using ? spanOfWord(join, source, 'USING', join.span.end) : null);
  if (natural && given)
    throw validationError(
      source,
      using ? { start: given.start, end: join.span.end } : given,
      'two-join-conditions',
      'Cannot specify NATURAL keyword with ON or USING clause',
    );
  if (type === 'CROSS' && !comma && (given || natural))
    throw validationError(
      source,
      on ? spanOfWord(join, source, 'ON', on.span.start) : (given ?? join.span),
      'cross-join-condition',
      'Cannot specify condition (NATURAL keyword, or ON or USING clause) following CROSS JOIN',
    );
  const needsOne = type === 'INNER' || type === 'LEFT' || type === 'RIGHT' || type === 'FULL';
  if (needsOne && !comma && !natural && !given)
    throw validationError(
      source,
      spanOfWord(join, source, 'JOIN', join.right.span.start),
      'join-without-condition',
      'INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or USING clause)',
    );
}

/** Where a word of a join stands last before a place. */
function spanOfWord(join: Ast.Join, { text, offset }: StatementText, word: string, before: number): Span {
  const written = text.slice(join.left.span.end - offset, before - offset).toUpperCase();
  const start = join.left.span.end + Math.max(0, written.lastIndexOf(word));
  return { start, end: start + word.length };
}

/** FOR SYSTEM_TIME AS OF behind a table. */
export const asOfOf = (table: Ast.TableRef): Ast.Expression | null =>
  table.kind === 'NamedTable' ? table.asOf : null;

const moved = (m: MergedColumn, by: number): MergedColumn => {
  const shift = (rex: Rex): Rex =>
    rex.kind === 'InputRef'
      ? ref(rex.index + by, rex.type)
      : rex.kind === 'Call'
        ? { ...rex, operands: rex.operands.map(shift) }
        : rex;
  return {
    ...m,
    left: shift(m.left),
    right: shift(m.right),
    columns: m.columns.map((c) => c + by),
  };
};

function bindCondition(on: Ast.Expression, binder: ExpressionBinder, width: number): Rex {
  for (const part of andParts(on)) {
    if (part.kind !== 'Call' || part.name !== '=' || part.args.length !== 2) continue;
    const [a, b] = part.args.map((arg) => (arg.kind === 'ColumnRef' ? binder.bind(arg) : null));
    if (a && b && isCharacter(a.type) !== isCharacter(b.type) && isLeft(a, width) !== isLeft(b, width)) {
      const [l, r] = isLeft(a, width) ? [a, b] : [b, a];
      throw mixedKeys(l.type, r.type, part.span);
    }
  }
  return binder.condition(on, 'ON');
}

const andParts = (e: Ast.Expression): readonly Ast.Expression[] =>
  e.kind === 'Call' && e.name.toUpperCase() === 'AND' ? e.args.flatMap(andParts) : [e];
const isLeft = (rex: Rex, width: number): boolean => [...collectRefs(rex)].every((i) => i < width);

interface Named {
  readonly rex: Rex;
  readonly columns: readonly number[];
}

/** What a plain column name means in a scope, merged columns first. */
function columnNamed(scope: Scope, name: string): Named | null {
  const merged = scope.merged?.find((m) => m.field.name === name);
  if (merged)
    return { rex: call('COALESCE', [merged.left, merged.right], merged.field.type), columns: merged.columns };
  for (const t of scope.tables) {
    const at = t.fields.findIndex((f) => f.name === name);
    if (at >= 0) return { rex: ref(t.offset + at, t.fields[at]!.type), columns: [t.offset + at] };
  }
  return null;
}

function sharedNames(left: Bound, right: Bound): string[] {
  const names = left.scope.tables.flatMap((t) => t.fields.map((f: Field) => f.name));
  return [...new Set(names)].filter((name) => columnNamed(right.scope, name) !== null);
}

function usingJoin(
  join: Ast.Join,
  left: Bound,
  right: Bound,
  shared: readonly string[],
  type: JoinType,
  tables: readonly ScopeTable[],
  source: StatementText,
  finish?: (join: LogicalJoin) => LogicalJoin,
): Bound {
  const width = left.node.fields.length;
  const fields = joinFields(left.node.fields, right.node.fields, type);
  const shiftBy = (rex: Rex): Rex =>
    rex.kind === 'InputRef'
      ? ref(rex.index + width, rex.type)
      : rex.kind === 'Call'
        ? { ...rex, operands: rex.operands.map(shiftBy) }
        : rex;
  const retyped = (rex: Rex): Rex =>
    rex.kind === 'InputRef'
      ? ref(rex.index, fields[rex.index]!.type)
      : rex.kind === 'Call'
        ? { ...rex, operands: rex.operands.map(retyped) }
        : rex;
  const parts: Rex[] = [];
  const merged = shared.map((name, i): MergedColumn => {
    const span = join.using?.[i]?.span ?? join.span;
    const [l, r] = [columnNamed(left.scope, name), columnNamed(right.scope, name)];
    if (!l || !r)
      throw validationError(source, span, 'unknown-column', `Column '${name}' not found in any table`);
    const common = leastRestrictive([l.rex.type, r.rex.type]);
    if (!common)
      throw validationError(
        source,
        span,
        'mixed-types',
        `Column '${name}' matched using NATURAL keyword or USING clause has incompatible types: cannot compare '${printPlanType(l.rex.type)}' to '${printPlanType(r.rex.type)}'`,
      );
    const rightRex = shiftBy(r.rex);
    parts.push(
      call(
        '=',
        [
          castTo(l.rex, withNullable(common, l.rex.type.nullable)),
          castTo(rightRex, withNullable(common, r.rex.type.nullable)),
        ],
        withNullable(BOOLEAN, l.rex.type.nullable || r.rex.type.nullable),
      ),
    );
    const [leftOut, rightOut] = [l.rex, rightRex].map((rex) => {
      const out = retyped(rex);
      return castTo(out, withNullable(common, out.type.nullable));
    }) as [Rex, Rex];
    return {
      field: { name, type: withNullable(common, leftOut.type.nullable && rightOut.type.nullable) },
      left: leftOut,
      right: rightOut,
      columns: [...l.columns, ...r.columns.map((c) => c + width)],
      isNamed: !join.natural,
    };
  });
  const others = [
    ...(left.scope.merged ?? []),
    ...(right.scope.merged ?? []).map((m) => moved(m, width)),
  ].filter((m) => !shared.includes(m.field.name));
  return {
    node: makeJoin(left.node, right.node, type, and(parts), finish),
    scope: { tables, merged: [...merged, ...others] },
  };
}
