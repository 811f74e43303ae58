import { SqlError } from '../../base/diagnostic.ts';
import { notYet, plainError } from '../../base/refusal.ts';
import type { CatalogTable } from '../../catalog/catalog.ts';
import { partitionsOf } from '../../connectors/connectors.ts';
import { INITIAL_VERSIONS, splitJoinCondition } from '../../plan/join-keys.ts';
import type { LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { printRex } from '../../plan/print-rex.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { conjuncts } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { unparseExpression } from '../../sql/unparse.ts';
import {
  BOOLEAN,
  isProctime,
  isRowtime,
  isTimeAttribute,
  isTimestamp,
  type LogicalType,
  notNull,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { unexpectedCorrelation } from '../subqueries/correlation.ts';
import { anyPart, partsOf } from './ast-tools.ts';
import { ExpressionBinder } from './bind-expression.ts';
import type { Bound } from './bind-query.ts';
import { type Resolution, resolve, type Scope } from './scope.ts';

const flag = notNull(BOOLEAN);
const printed = (type: LogicalType): string =>
  `${printType(type).replace(' *ROWTIME*', '').replace(' NOT NULL', '')} *ROWTIME*`;

/** What FOR SYSTEM_TIME AS OF makes of a join. What Flink refuses only when it plans is refused then. */
export function temporalJoinOf(
  period: Ast.Expression,
  source: StatementText,
  left: Bound,
  right: Bound,
  join: Ast.Join,
  isStream: boolean,
): (made: LogicalJoin) => LogicalJoin {
  if (join.type === 'RIGHT' || join.type === 'FULL')
    throw plainError(
      'parse',
      'temporal-join-type',
      'IllegalStateException',
      `Unknown join type ${join.type}`,
      join.span,
    );
  if (partsOf(period, 'ColumnRef').length === 0) throw noVersionOfThen(period, source, left.scope);
  const inScope = (scope: Scope, column: Ast.ColumnRef): Resolution =>
    resolve(
      scope,
      column.parts.map((p) => p.name),
    );
  const found = period.kind === 'ColumnRef' ? inScope(left.scope, period) : null;
  // What neither side has is complained of as any name is.
  if (
    period.kind === 'ColumnRef' &&
    found?.kind === 'missing-column' &&
    inScope(right.scope, period).kind !== 'column'
  )
    new ExpressionBinder(source, left.scope).bind(period);
  const isOfLeft = partsOf(period, 'ColumnRef').every(
    (column) => column.kind === 'ColumnRef' && inScope(left.scope, column).kind === 'column',
  );
  const type = isOfLeft ? new ExpressionBinder(source, left.scope).bind(period).type : null;
  if (type && !isTimestamp(type))
    throw validationError(
      source,
      period.span,
      'temporal-period-type',
      `The system time period specification expects Timestamp type but is '${type.root}'`,
    );
  const refused =
    (refusal: Error) =>
    (made: LogicalJoin): LogicalJoin => ({ ...made, refusal });
  // The rule looks for it by its name below, where a column that is renamed beside its table's name is called otherwise.
  const isRenamed =
    isStream &&
    found?.kind === 'column' &&
    left.scope.tables.length === 1 &&
    left.node.fields[found.index]!.name !== found.field.name;
  if (found && (found.kind !== 'column' || isRenamed))
    return refused(
      plainError(
        'plan',
        'temporal-no-left-time',
        'ValidationException',
        'Temporal Table Join requires time attribute in the left table, but no time attribute found.',
        period.span,
      ),
    );
  if (!found || (isStream && !isTimeAttribute(found.field.type))) {
    return refused(
      plainError(
        'plan',
        'temporal-period',
        'ValidationException',
        // Flink's sentence about what is computed of a time attribute ends with a quote that nothing opens.
        `Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' left table's time attribute field${isStream && type && isTimeAttribute(type) ? "'" : ''}`,
        period.span,
      ),
    );
  }
  if (isProctime(found.field.type)) {
    const table = tableOf(right.node);
    if (!table && !isStream) throw unexpectedCorrelation();
    if (!table) throw notYet('FOR SYSTEM_TIME AS OF processing time on anything but a table', period.span);
    const isAsked = partitionsOf(table) === null && !(isStream && table.watermark);
    if (isAsked || (!isStream && table.primaryKey.length > 0)) return (made) => ({ ...made, lookup: table });
    return refusing((made) => withVersions(made, found.index, []));
  }
  return isStream
    ? refusing((made) => temporalJoin(made, found.index))
    : (made) => ({ ...made, asOf: found.index });
}

/** Calls that Flink's validator works out, whatever the clock says. */
const WORKED_OUT: ReadonlySet<string> = new Set(['+', 'NOW']);

/**
 * A time of no row asks the catalog for the table as it was then, which it does not keep. Flink's validator works out literals, casts and sums of them, and
 * stumbles over differences and functions; the planner over what the clock says.
 */
export function noVersionOfThen(period: Ast.Expression, source: StatementText, scope: Scope): Error {
  const refuse = (exception: string, message: string, phase: 'parse' | 'plan' = 'parse'): Error =>
    plainError(phase, 'temporal-constant', exception, message, period.span);
  const rex = new ExpressionBinder(source, scope).bind(period);
  if (!isTimestamp(rex.type))
    return validationError(
      source,
      period.span,
      'temporal-period-type',
      `The system time period specification expects Timestamp type but is '${rex.type.root}'`,
    );
  if (anyPart(period, (e) => e.kind === 'Call' && e.syntax === 'niladic'))
    return refuse(
      'MatchError',
      `${printRex(rex, [], 'ast')} (of class org.apache.calcite.rex.RexCall)`,
      'plan',
    );
  if (period.kind === 'Call' && !WORKED_OUT.has(period.name)) {
    const written = unparseExpression(period);
    return period.name === '-'
      ? refuse('UnsupportedOperationException', `class org.apache.calcite.sql.SqlBasicCall: ${written}`)
      : refuse(
          'ValidationException',
          `Unsupported time travel expression: ${written} for the expression can not be reduced to a constant by Flink.`,
        );
  }
  return refuse(
    'UnsupportedOperationException',
    'getTable(ObjectPath, long) is not implemented for class org.apache.flink.table.catalog.GenericInMemoryCatalog.',
  );
}

/** What a join's versions are refused for is told when the join is planned. */
const refusing =
  (change: (join: LogicalJoin) => LogicalJoin) =>
  (join: LogicalJoin): LogicalJoin => {
    try {
      return change(join);
    } catch (error) {
      if (error instanceof SqlError) return { ...join, refusal: error };
      throw error;
    }
  };

/** The table that a plain scan of it reads. */
function tableOf(node: LogicalNode): CatalogTable | null {
  if (node.kind === 'Scan') return node.table;
  return node.kind === 'Project' || node.kind === 'WatermarkAssigner' ? tableOf(node.input) : null;
}

/** Adds to a temporal join in event time what makes its versions: both times and the columns that are equal. */
function temporalJoin(join: LogicalJoin, period: number): LogicalJoin {
  versionKeys(join);
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const times = right.fields.flatMap((f, i) => (isRowtime(f.type) ? [i] : []));
  if (times.length !== 1) {
    throw plainError(
      'plan',
      'temporal-no-version-time',
      'ValidationException',
      'Event-Time Temporal Table Join requires both primary key and row time attribute in versioned table, but no row time attribute can be found.',
      null,
    );
  }
  const [leftType, rightType] = [left.fields[period]!.type, right.fields[times[0]!]!.type];
  if (leftType.root !== rightType.root) {
    throw plainError(
      'plan',
      'temporal-time-types',
      'ValidationException',
      `Event-Time Temporal Table Join requires same rowtime type in left table and versioned table, but the rowtime types are ${printed(leftType)} and ${printed(rightType)}.`,
      null,
    );
  }
  return withVersions(join, period, [ref(width + times[0]!, rightType)]);
}

/** The columns that a temporal join compares. */
function versionKeys(join: LogicalJoin): { leftKeys: readonly number[]; rightKeys: readonly number[] } {
  const keys = splitJoinCondition(join.condition, join.inputs[0].fields.length);
  if (keys.leftKeys.length > 0) return keys;
  throw plainError(
    'plan',
    'temporal-no-key',
    'ValidationException',
    'Currently the join key in Temporal Table Join can not be empty.',
    null,
  );
}

/** Adds what a join asks of versions; `rightTimes` is empty at a processing time. */
function withVersions(join: LogicalJoin, period: number, rightTimes: readonly Rex[]): LogicalJoin {
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const { leftKeys, rightKeys } = versionKeys(join);
  const keys = (name: string, columns: readonly number[]): Rex =>
    call(
      name,
      columns.map((c) => ref(c, (c < width ? left.fields[c] : right.fields[c - width])!.type)),
      flag,
    );
  const operands = [
    ref(period, left.fields[period]!.type),
    ...rightTimes,
    keys('__TEMPORAL_JOIN_LEFT_KEY', leftKeys),
    keys(
      '__TEMPORAL_JOIN_RIGHT_KEY',
      rightKeys.map((k) => k + width),
    ),
  ];
  const versions = call(INITIAL_VERSIONS, operands, flag);
  return { ...join, asOf: period, condition: and([...conjuncts(join.condition), versions]) };
}
