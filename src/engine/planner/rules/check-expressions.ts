import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { argumentOf } from '../../compile/arguments.ts';
import { isFoldable, isNullConstant, JSON_BUILDERS, withoutNulls } from '../../compile/fold-constants.ts';
import { searchesList } from '../../compile/sarg.ts';
import { type EvaluationContext, NOT_COMPILABLE } from '../../functions/function-definition.ts';
import { lookupFunction } from '../../functions/index.ts';
import { mixes } from '../../functions/scalar/comparison.ts';
import { inputsOf, type LogicalNode } from '../../plan/logical.ts';
import { printRex } from '../../plan/print-rex.ts';
import { type Rex, type RexCall } from '../../plan/rex.ts';
import { isFalseLiteral, isTrueLiteral } from '../../plan/rex-tools.ts';
import { type LogicalType, withNullable } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { simplify } from '../simplify/simplify.ts';
import { simplifyBuilt } from '../simplify/simplify-built.ts';
import { ofTruth } from '../simplify/simplify-truth.ts';

const JSON_ALONE =
  'The JSON() function is currently only supported inside JSON_ARRAY() or as the VALUE param of JSON_OBJECT(). Example: JSON_OBJECT(\'a\', JSON(\'{"key": "value"}\')) or JSON_ARRAY(JSON(\'{"key": "value"}\')).';

/** Refuses what passes the validator and fails when Flink generates code for the plan. Throws `SqlError`. */
export function checkExpression(rex: Rex): void {
  for (const error of refusals(rex, '')) if (error.message !== NOT_COMPILABLE) throw error;
}

/** The same of the constants in an expression: the planner computes them before, so their code is compiled as well, once all of it is written. */
export function checkConstants(rex: Rex): void {
  const found = [...constantRefusals(rex, '')];
  const first = found.find(({ message }) => message !== NOT_COMPILABLE) ?? found[0];
  if (first) throw first;
}

/** What a job dies of before its first row: code that is generated for a plan and does not compile. Null for a plan without such. */
export function uncompilable(node: LogicalNode): SqlError | null {
  for (const input of inputsOf(node)) {
    const below = uncompilable(input);
    if (below) return below;
  }
  for (const rex of computedBy(node)) {
    const own = uncompilableIn(rex);
    if (own) return own;
  }
  return null;
}

/** The same of one expression. */
export function uncompilableIn(rex: Rex): SqlError | null {
  for (const { message, diagnostic } of refusals(rex, ''))
    if (message === NOT_COMPILABLE) return new SqlError({ ...diagnostic, phase: 'run', chain: NOT_COMPILED });
  return null;
}

const NOT_COMPILED = [
  ...['FlinkRuntimeException', 'UncheckedExecutionException'].map(
    (around) => `${around}: org.apache.flink.api.common.${NOT_COMPILABLE}`,
  ),
  NOT_COMPILABLE,
];

function computedBy(node: LogicalNode): readonly Rex[] {
  switch (node.kind) {
    case 'Calc':
      return node.condition ? [...node.exprs, node.condition] : node.exprs;
    case 'Join':
      return [node.condition];
    case 'MultiJoin':
      return node.conditions;
    default:
      return [];
  }
}

function* refusals(rex: Rex, around: string): Generator<SqlError> {
  if (rex.kind !== 'Call') return;
  if (rex.operator === 'JSON' && around !== 'JSON_OBJECT' && around !== 'JSON_ARRAY')
    yield plainError('plan', 'json-alone', 'ValidationException', JSON_ALONE, null);
  for (const operand of rex.operands) yield* refusals(asBranch(rex, operand), rex.operator);
  const refusal = refusalOf(rex);
  if (refusal != null) yield refused('plan', refusal, rex.place);
}

function* constantRefusals(rex: Rex, around: string): Generator<SqlError> {
  if (rex.kind !== 'Call') return;
  if (isFoldable(rex)) {
    if (!JSON_BUILDERS.has(rex.operator)) yield* refusals(rex, around);
  } else for (const operand of rex.operands) yield* constantRefusals(operand, rex.operator);
}

/** Refuses the casts of literals that have no code: the planner computes these while it reads the query, whoever needs them. */
export function checkLiteralCasts(node: LogicalNode, context: EvaluationContext): void {
  const check = (rex: Rex): void => {
    checkConstantsExist(rex);
    checkLiteralCastsIn(node.kind === 'Project' ? withoutNulls(rex) : rex, context);
  };
  for (const input of inputsOf(node)) checkLiteralCasts(input, context);
  if (node.kind === 'Project') node.exprs.forEach(check);
  else if (node.kind === 'Filter' || node.kind === 'Join') check(node.condition);
  else if (node.kind === 'Values') node.rows.flat().forEach(check);
}

/** Some types have no constants: the cast of one to them cannot even be converted, wherever it stands. */
function checkConstantsExist(rex: Rex): void {
  if (rex.kind !== 'Call') return;
  rex.operands.forEach(checkConstantsExist);
  const refusal = isLiteral(rex) && rex.type.root !== 'ARRAY' ? refusalOf(rex) : null;
  if (refusal?.startsWith('AssertionError')) throw refused('parse', refusal);
}

function checkLiteralCastsIn(rex: Rex, context: EvaluationContext): void {
  if (rex.kind !== 'Call') return;
  for (const operand of reachable(rex, context)) checkLiteralCastsIn(asBranch(rex, operand), context);
  const made =
    rex.operator === 'CAST' ? { ...rex, operands: rex.operands.map((o) => chosen(o, context)) } : rex;
  const refusal = isLiteral(made) && made.type.root !== 'ARRAY' ? refusalOf(made) : null;
  if (refusal != null) throw refused('parse', refusal);
}

/** What a CASE comes to where its conditions are plain. */
const chosen = (rex: Rex, context: EvaluationContext): Rex =>
  rex.kind === 'Call' && rex.operator === 'CASE' ? simplifyBuilt(rex, context) : rex;

/** A value that is written, as it is or cast. */
const isLiteral = (rex: Rex): boolean =>
  rex.kind === 'Call'
    ? rex.operator === 'CAST' && rex.operands.every(isLiteral)
    : rex.kind === 'Literal' && rex.value !== null;

/** What is left of a CASE whose conditions are plainly TRUE or FALSE. */
function reachable({ operator, operands }: RexCall, context: EvaluationContext): readonly Rex[] {
  if (operator !== 'CASE') return operands;
  const left: Rex[] = [];
  for (let i = 0; i + 1 < operands.length; i += 2) {
    const when = ofTruth(simplifyBuilt(operands[i]!, context), simplify);
    if (isFalseLiteral(when) || isNullConstant(when)) continue;
    left.push(when, operands[i + 1]!);
    if (isTrueLiteral(when)) return left;
  }
  return [...left, operands.at(-1)!];
}

/** A branch that is cast is cast to what the whole CASE gives. */
const asBranch = ({ operator, type }: RexCall, branch: Rex): Rex =>
  operator === 'CASE' && type.nullable && branch.kind === 'Call' && branch.operator === 'CAST'
    ? { ...branch, type: withNullable(branch.type, true) }
    : branch;

function refused(phase: 'parse' | 'plan', refusal: string, place: Span | null = null): SqlError {
  const [exception = '', message = ''] = refusal.split(/: (.*)/s);
  return plainError(phase, 'no-code-for-call', exception, message, place);
}

function refusalOf(call: RexCall): string | null | undefined {
  if (call.operator === 'SEARCH') return refuseMixedSearch(call);
  const fn = lookupFunction(call.operator);
  const args = call.operands.map((operand) => ({ ...argumentOf(operand), type: codeType(operand) }));
  const lax = fn?.isModern
    ? call.operands.find(({ type }, i) => type.nullable !== args[i]!.type.nullable)
    : undefined;
  if (lax)
    return `CodeGenException: Mismatch of function's argument data type '${printType(lax.type)}' and actual argument type '${printType(withNullable(lax.type, true))}'.`;
  return fn?.refuse?.(args, call.type);
}

/** Text is looked for among no numbers, and the other way round. The names are those of the first column that code is made for. */
function refuseMixedSearch({ operands: [value, set] }: RexCall): string | null {
  if (!mixes(value!.type, set!.type)) return null;
  const target = `GeneratedExpression(field$2,isNull$0,,${printType(value!.type)},None)`;
  return `CodeGenException: Unable to find common type of ${target} and ${printRex(set!, [], 'infix')}.`;
}

/** The type that Flink's code has for an expression: of a day or time plus an interval, and of a search in a list, it forgets that there always is one. */
function codeType(rex: Rex): LogicalType {
  if (rex.kind !== 'Call' || rex.type.nullable) return rex.type;
  const { operator, operands, type } = rex;
  const isMoved = operator === '+' || operator === '-';
  const isDay = type.root === 'DATE' || type.root === 'TIME';
  if ((isDay && isMoved) || searchesList(rex)) return withNullable(type, true);
  const isRounded = operator === 'FLOOR' || operator === 'CEIL';
  return isDay && isRounded ? withNullable(type, codeType(operands[0]!).nullable) : type;
}
