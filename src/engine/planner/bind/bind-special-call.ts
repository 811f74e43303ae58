import { SqlError } from '../../base/diagnostic.ts';
import { refuse } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { castProblem } from '../../functions/cast-refusal.ts';
import { printArgument } from '../../functions/signature.ts';
import { UNIT_MILLIS, UNIT_MONTHS } from '../../plan/interval-literal.ts';
import { call, literal, type Rex } from '../../plan/rex.ts';
import { argumentOf, withTypedNull } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import { operatorCall } from '../../sql/call.ts';
import { unparseExpression } from '../../sql/unparse-query.ts';
import {
  intervalDay,
  intervalMonth,
  isCharacter,
  isInteger,
  isTimestamp,
  notNull,
  timestamp,
  withNullable,
} from '../../types/logical-type.ts';
import { printValidatorType } from '../../types/print-type.ts';
import { typeFromName } from '../../types/type-name.ts';
import { withQuotedNames } from './ast-tools.ts';
import { withTables } from './bind-qualify.ts';
import { type Binder } from './binder.ts';
import { isNewStack } from './derived-first.ts';
import { invoke } from './invoke-function.ts';

/** TIMESTAMPADD(unit, n, t) is t + n units; a literal n is folded into the interval, as Calcite's rewrite does. */
export function bindTimestampAdd(binder: Binder, node: Ast.Call): Rex {
  const unit = (node.keywords[0] ?? 'DAY') as Ast.TimeUnit;
  const [count, when] = [binder.bind(node.args[0]!), binder.bind(node.args[1]!)];
  if (count.type.root === 'NULL' || when.type.root === 'NULL')
    throw binder.error(node.span, 'untyped-null', `Illegal use of 'NULL'`);
  if (
    !isInteger(count.type) ||
    !(isTimestamp(when.type) || when.type.root === 'DATE' || when.type.root === 'TIME')
  ) {
    const given = [`<INTERVAL ${unit}>`, ...[count, when].map((arg) => printArgument(argumentOf(arg)))];
    throw binder.error(
      node.span,
      'wrong-argument-type',
      `Cannot apply 'TIMESTAMPADD' to arguments of type 'TIMESTAMPADD(${given.join(', ')})'. Supported form(s): 'TIMESTAMPADD(<ANY>, <INTEGER>, <DATETIME>)'`,
    );
  }
  const months = UNIT_MONTHS[unit];
  const millis = UNIT_MILLIS[unit];
  const type = months === undefined ? intervalDay(unit) : intervalMonth(unit);
  const factor = months ?? millis;
  if (factor === undefined) throw badUnit(binder, node, unit);
  const one = literal(factor, notNull(type));
  const interval = call('*', [one, count], withNullable(type, count.type.nullable));
  const sum = invoke(binder, '+', [when, interval], node.span, node);
  // A day plus hours is an instant within it.
  const isInstant = when.type.root === 'DATE' && factor < 86400000 && months === undefined;
  return isInstant ? { ...sum, type: withNullable(timestamp(6), sum.type.nullable) } : sum;
}

/** `MAP[…]`: a NULL takes the type of what stands first, and a key or value that has to be cast must be one that can. */
export function bindMap(binder: Binder, { items, span }: Ast.MapValue): Rex {
  const key = items[0] && binder.bind(items[0]);
  const first = key?.type;
  const bound = items.map((item, i) => (key && i === 0 ? key : binder.bindSide(item, first)));
  if (binder.asking === 'early' && bound.some(({ type }) => type.root === 'NULL'))
    throw binder.error(span, 'mixed-types', 'Parameters must be of the same type');
  const typed = bound.map((rex) => (first ? withTypedNull(rex, first) : rex));
  const map = invoke(binder, 'MAP', typed, span);
  const { type } = map;
  for (const [i, item] of items.entries()) {
    const target = type.root !== 'MAP' ? type : i % 2 === 0 ? type.key : type.value;
    const problem = castProblem(typed[i]!.type, target);
    if (problem) binder.refuse(unplaced(binder.error(item.span, 'cast-not-allowed', problem.message)));
  }
  return map;
}

/** A key of JSON_OBJECT that may be NULL is none, by its type. */
function needKeys(binder: Binder, operands: readonly Rex[], node: Ast.Call): void {
  for (let i = 1; i < operands.length; i += 2) {
    const written = node.args[i - 1]!;
    const { type } = operands[i]!;
    if (!type.nullable || (!isCharacter(type) && type.root !== 'NULL')) continue;
    const named = withTables(binder, written);
    const text =
      named.kind === 'ColumnRef'
        ? named.parts.map((part) => part.name).join('.')
        : unparseExpression(asValidated(withQuotedNames(named)));
    throw binder.error(node.span, 'nullable-key', `Argument to function '${text}' must not be NULL`);
  }
}

/** An expression as the validator has rewritten it: functions of Flink's own in backticks, and what can be left out written out. */
function asValidated<Node>(node: Node): Node {
  if (Array.isArray(node)) return node.map(asValidated) as Node;
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, asValidated(value)]));
  const expression = copy as unknown as Ast.Expression;
  if (expression.kind === 'Case') return caseAsValidated(expression) as Node;
  return (expression.kind === 'Call' ? callAsValidated(expression) : copy) as Node;
}

/** What a CASE compares is a condition like any other by then. */
function caseAsValidated({ operand, branches, otherwise, ...rest }: Ast.Case): Ast.Case {
  const asked = branches.map(({ when, then }) => ({
    when: operand ? operatorCall('=', rest.span, [operand, when], 'infix', rest.span) : when,
    then,
  }));
  return { ...rest, operand: null, branches: asked, otherwise: otherwise ?? nullAt(rest.span) };
}

function callAsValidated(node: Ast.Call): Ast.Expression {
  const { args, span, nameSpan } = node;
  const name = node.name.toUpperCase();
  if (name === 'TRANSLATE') return quotedCall(node, 'TRANSLATE3');
  if (name === 'TRIM' && args.length === 1) {
    const blank: Ast.Literal = { kind: 'Literal', type: 'string', value: ' ', span };
    return { ...node, args: [blank, ...args], keywords: node.keywords.length > 0 ? node.keywords : ['BOTH'] };
  }
  if (node.syntax !== 'function') return node;
  if (name === 'NULLIF') {
    const when = operatorCall('=', nameSpan, args, 'infix', span);
    return {
      kind: 'Case',
      operand: null,
      branches: [{ when, then: nullAt(span) }],
      otherwise: args[0]!,
      span,
    };
  }
  return isNewStack(name) && name !== 'COALESCE' ? quotedCall(node, name) : node;
}
const quotedCall = (node: Ast.Call, name: string): Ast.Call => ({
  ...node,
  syntax: 'function',
  path: { parts: [{ name, quoted: true, span: node.nameSpan }], span: node.nameSpan },
});
const nullAt = (span: Span): Ast.Literal => ({ kind: 'Literal', type: 'null', value: 'NULL', span });

/** A CAST that the validator writes begins nowhere. */
const unplaced = ({ diagnostic }: SqlError): SqlError =>
  new SqlError({
    ...diagnostic,
    chain: diagnostic.chain.map((line) =>
      line.replace(/(?:From .*? to|At) (?=line)/, 'From line 0, column 0 to '),
    ),
  });

/** A unit of time that there is not, at its place. */
export function badUnit(binder: Binder, node: Ast.Call, unit: string): SqlError {
  const { text, offset } = binder.source;
  const end = node.span.end - offset;
  const isLast = /^(?:FLOOR|CEIL(?:ING)?)$/i.test(node.name);
  const at = isLast ? text.lastIndexOf(unit, end) : text.indexOf(unit, node.nameSpan.end - offset);
  const start = (at < 0 ? node.span.start - offset : at) + offset;
  const span = { start, end: start + unit.length };
  return binder.error(span, 'bad-unit', `'${unit}' is not a valid time frame`);
}

/** A JSON function; RETURNING names the type of its result. */
export function bindJson(binder: Binder, name: string, operands: readonly Rex[], node: Ast.Call): Rex {
  if (name === 'JSON_OBJECT') needKeys(binder, operands, node);
  const made = invoke(binder, name, operands, node.span, node);
  if (!node.returning) return made;
  const type = typeFromName(node.returning);
  if ('message' in type) throw binder.error(node.returning.span, 'unknown-type', type.message);
  if (name === 'JSON_QUERY' && type.root === 'ARRAY' && !isCharacter(type.element)) {
    const message = `Unsupported array element type '${printValidatorType(type.element)}' for RETURNING ARRAY in JSON_QUERY().`;
    throw refuse(
      node.returning.span,
      [`ValidationException: SQL validation failed. ${message}`, `ValidationException: ${message}`],
      'parse',
    );
  }
  return { ...made, type: withNullable(type, true) };
}
