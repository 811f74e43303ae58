import { foldConstant, withoutNulls } from '../../compile/fold-constants.ts';
import type { EvaluationContext } from '../../functions/function-definition.ts';
import { areOwnGroups, type LogicalFilter, type LogicalNode, type LogicalSink } from '../../plan/logical.ts';
import { literal, type Rex } from '../../plan/rex.ts';
import { callsFunction, flatOperands, isAlwaysTrue, isNullLiteral, mapRex } from '../../plan/rex-tools.ts';
import {
  BOOLEAN,
  isBinary,
  isCharacter,
  isInteger,
  isInterval,
  isRowtime,
  type LogicalType,
  regularType,
} from '../../types/logical-type.ts';
import { printValue } from '../../values/print-value.ts';
import { expandNotDistinct, keepType, spelledOut } from '../simplify/simplify.ts';
import { simplifyBuilt } from '../simplify/simplify-built.ts';
import { mapInputs } from './logical-tools.ts';

/**
 * The tree as Calcite's converter leaves it, for the abstract syntax tree of EXPLAIN: its builder simplifies projections, join conditions and what HAVING asks, and
 * leaves filters as they are written. In batch mode there are no event times.
 */
export function syntaxTree(sink: LogicalSink, isStream: boolean, context: EvaluationContext): LogicalSink {
  const visit = (given: LogicalNode): LogicalNode => {
    const n = shown(mapInputs(given, visit));
    switch (n.kind) {
      case 'WatermarkAssigner':
        return isStream ? n : n.input;
      case 'WindowTable':
        return isStream ? n : { ...n, fields: n.fields.map((f) => ({ ...f, type: withoutRowtime(f.type) })) };
      case 'Project':
        return {
          ...n,
          exprs: n.exprs.map((e) => keepType(e, simplifyBuilt(expandNotDistinct(withoutNulls(e)), context))),
        };
      case 'Filter':
        return filter(n, context);
      case 'Join':
        return n.asOf === null &&
          n.lookup === undefined &&
          !callsFunction(n.condition, 'IS NOT DISTINCT FROM')
          ? { ...n, condition: simplifyBuilt(n.condition, context) }
          : n;
      default:
        return n;
    }
  };
  const query = (rex: Rex): Rex =>
    mapRex(rex, (r) => (r.kind === 'SubQuery' ? { ...r, query: visit(r.query as LogicalNode) } : r));
  /** The same of how a node was written, and of the queries in its expressions. */
  const shown = (n: LogicalNode): LogicalNode => {
    if (n.written) return { ...n, written: visit(n.written) };
    if (n.kind === 'Filter') return { ...n, condition: query(n.condition) };
    return n.kind === 'Project' ? { ...n, exprs: n.exprs.map(query) } : n;
  };
  const { input, table } = sink;
  // What a sink casts is cast by another builder.
  const isCast = table !== null && input.kind === 'Project';
  return { ...sink, input: isCast ? { ...input, input: visit(input.input) } : visit(input) };
}

/** What is always TRUE is no filter, and a NULL has the type of what it stands for. */
function filter(n: LogicalFilter, context: EvaluationContext): LogicalNode {
  if (isAlwaysTrue(n.condition)) return n.input;
  if (areOwnGroups(n)) return { ...n, condition: simplifyBuilt(n.condition, context) };
  const condition = isNullLiteral(n.condition)
    ? literal(null, BOOLEAN)
    : mapRex(n.condition, (r) => flattened(spelledOut(castLiteral(r, context))));
  return { ...n, condition };
}

/** The cast of a literal to a type of the same kind is a literal. */
function castLiteral(rex: Rex, context: EvaluationContext): Rex {
  const operand = rex.kind === 'Call' && rex.operator === 'CAST' ? rex.operands[0]! : null;
  if (operand?.kind !== 'Literal' || operand.value === null || !isOfKind(operand.type, rex.type)) return rex;
  const made = foldConstant(rex, context);
  const isSame =
    made.kind === 'Literal' &&
    printValue(made.value, made.type, 'UTC') === printValue(operand.value, operand.type, 'UTC');
  return isSame ? made : rex;
}

const isOfKind = (a: LogicalType, b: LogicalType): boolean =>
  [isInteger, isCharacter, isBinary, isInterval].some((is) => is(a) && is(b));

/** AND within AND and OR within OR are one. */
function flattened(rex: Rex): Rex {
  if (rex.kind !== 'Call' || (rex.operator !== 'AND' && rex.operator !== 'OR')) return rex;
  const parts = flatOperands(rex.operator, rex.operands);
  return parts.length === rex.operands.length ? rex : { ...rex, operands: parts };
}

const withoutRowtime = (type: LogicalType): LogicalType => (isRowtime(type) ? regularType(type) : type);
