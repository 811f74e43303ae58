import { SqlError } from '../base/diagnostic.ts';
import type { CatalogTable } from '../catalog/catalog.ts';
import { partitionsOf } from '../connectors/connectors.ts';
import { temporalJoinTree } from '../plan/explain-logical.ts';
import type { LogicalJoin, LogicalNode } from '../plan/logical.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import { printRex } from '../plan/print-rex.ts';
import { call, type Rex, type RexCall, ref } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import { unparseExpression } from '../sql/unparse.ts';
import {
  BOOLEAN,
  isProctime,
  isRowtime,
  isTimeAttribute,
  isTimestamp,
  type LogicalType,
  notNull,
} from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { anyPart, partsOf } from './ast-tools.ts';
import { ExpressionBinder } from './bind-expression.ts';
import type { Bound } from './bind-query.ts';
import { unexpectedCorrelation } from './correlation.ts';
import { splitJoinCondition } from './join-keys.ts';
import { noProcessingTimeVersions } from './join-lookup.ts';
import { upsertKeys } from './keys.ts';
import { conjuncts } from './logical-tools.ts';
import { mergePhysicalCalc } from './physical-calc.ts';
import { notYet, plainError, type StatementText, validationError } from './plan-error.ts';
import { and } from './rex-build.ts';
import { type Resolution, resolve, type Scope } from './scope.ts';

const INITIAL = '__INITIAL_TEMPORAL_JOIN_CONDITION';
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
  const versions = call(INITIAL, operands, flag);
  return { ...join, asOf: period, condition: and([...conjuncts(join.condition), versions]) };
}

/** A temporal join over its planned inputs. Its versions come as the source sends them: nothing is made of upserts in between. */
export function physicalTemporalJoin(
  node: LogicalJoin,
  left: PhysicalNode,
  normalized: PhysicalNode,
  exchange: (input: PhysicalNode, keys: readonly number[]) => PhysicalNode,
): PhysicalNode {
  const right = asSent(normalized);
  const width = left.fields.length;
  const parts = conjuncts(node.condition);
  const versions = parts.find((p): p is RexCall => p.kind === 'Call' && p.operator === INITIAL)!;
  const others = parts.filter((p) => p !== versions);
  const keys = splitJoinCondition(and(others), width);
  const known = (upsertKeys(right) ?? []).filter((k) => k.length > 0);
  const key = known.find((k) => k.every((c) => keys.rightKeys.includes(c)));
  if (!key) throw noPrimaryKey(node, known[0], keys);
  if (isProctime(left.fields[node.asOf!]!.type)) throw noProcessingTimeVersions();
  if (filters(right)) {
    throw plainError(
      'plan',
      'temporal-filter',
      'TableException',
      'Filter is not allowed for right changelog input of event time temporal join, it will corrupt the versioning of data. Please consider removing the filter before joining.',
      null,
    );
  }
  const primaryKey = call(
    '__TEMPORAL_JOIN_CONDITION_PRIMARY_KEY',
    key.map((c) => ref(width + c, right.fields[c]!.type)),
    flag,
  );
  const [leftTime, rightTime, leftKey, rightKey] = versions.operands;
  const condition = and([
    ...others,
    call('__TEMPORAL_JOIN_CONDITION', [leftTime!, rightTime!, primaryKey, leftKey!, rightKey!], flag),
  ]);
  return {
    kind: 'TemporalJoin',
    inputs: [exchange(left, keys.leftKeys), exchange(right, keys.rightKeys)],
    fields: node.fields,
    mode: 0,
    joinType: node.joinType,
    condition,
    ...keys,
    leftTime: (leftTime as Extract<Rex, { kind: 'InputRef' }>).index,
    rightTime: (rightTime as Extract<Rex, { kind: 'InputRef' }>).index - width,
  };
}

/** The keys of the versioned table do not lie within the columns that are equal, or there are none. */
function noPrimaryKey(
  join: LogicalJoin,
  known: readonly number[] | undefined,
  { leftKeys, rightKeys }: { readonly leftKeys: readonly number[]; readonly rightKeys: readonly number[] },
): Error {
  const [left, right] = join.inputs;
  const names = known?.map((c) => join.fields[left.fields.length + c]!.name).join(',');
  const equal = leftKeys.map((k, i) => `${left.fields[k]!.name}=${right.fields[rightKeys[i]!]!.name}`);
  return plainError(
    'plan',
    'temporal-no-primary-key',
    'ValidationException',
    names === undefined
      ? `Temporal Table Join requires primary key in versioned table, but no primary key can be found. The physical plan is:\n${temporalJoinTree(join, join.asOf!)}`
      : `Temporal table's primary key [${names}] must be included in the equivalence condition of temporal join, but current temporal join condition is [${equal.join(',')}].`,
    null,
  );
}

function asSent(node: PhysicalNode): PhysicalNode {
  switch (node.kind) {
    case 'ChangelogNormalize':
      return node.inputs[0]!.inputs[0]!;
    case 'Calc':
      return mergePhysicalCalc({ ...node, inputs: [asSent(node.inputs[0]!)] });
    case 'WatermarkAssigner':
      return { ...node, inputs: node.inputs.map(asSent) };
    default:
      return node;
  }
}

function filters(node: PhysicalNode): boolean {
  if (node.kind === 'Calc') return node.condition !== null || filters(node.inputs[0]!);
  return node.kind === 'WatermarkAssigner' && filters(node.inputs[0]!);
}
