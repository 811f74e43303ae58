import { call, type Rex, type RexCall } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { collectRefs, isFalseLiteral, isTrueLiteral, mapRex } from '../../plan/rex-tools.ts';
import { BOOLEAN, notNull, withNullable } from '../../types/logical-type.ts';

/** Operators that can be computed in any order, for they never fail. */
const SAFE: ReadonlySet<string> = new Set([
  ...'= <> < <= > >= + - * MINUS_DATE SEARCH AND OR NOT CASE LIKE TRIM FLOOR CEIL'.split(' '),
  'IS TRUE',
  'IS NOT TRUE',
  'IS FALSE',
  'IS NOT FALSE',
  'IS NULL',
  'IS NOT NULL',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
]);

/** Whether an expression may be computed where it was not asked for. */
export function isSafe(rex: Rex): boolean {
  if (rex.kind === 'InputRef' || rex.kind === 'Literal') return true;
  if (rex.kind !== 'Call') return false;
  return rex.operator === 'DOT' || (SAFE.has(rex.operator) && rex.operands.every(isSafe));
}

/** `CASE WHEN p THEN a ELSE b END` as `p AND a OR b AND NOT p`; null where that could compute what fails. */
export function booleanCase(operands: readonly Rex[]): Rex | null {
  const branches: { readonly condition: Rex | null; readonly value: Rex }[] = [];
  for (let i = 0; i + 1 < operands.length; i += 2)
    branches.push({ condition: isTrue(operands[i]!), value: operands[i + 1]! });
  branches.push({ condition: null, value: operands.at(-1)! });
  const isFine = branches.every(
    ({ value }, i) => isSafe(value) && (i === 0 || i * 2 >= operands.length - 1 || isSafe(operands[i * 2]!)),
  );
  if (!isFine) return null;
  const isPlain = branches.every(({ value }) => isTrueLiteral(value) || isFalseLiteral(value));
  const terms: Rex[] = [];
  const earlier: Rex[] = [];
  for (const { condition, value } of branches) {
    const isUsed = !isFalseLiteral(value);
    const own = [...(condition ? [condition] : []), ...(isTrueLiteral(value) ? [] : [value])];
    const others = earlier.map((e) => call('NOT', [e], e.type));
    // A plain TRUE behind nothing is TRUE itself.
    if (isUsed) terms.push(own.length + others.length === 0 ? value : and([...own, ...others]));
    if (condition && !(isPlain && isUsed)) earlier.push(condition);
  }
  if (terms.length === 1) return terms[0]!;
  const isNullable = terms.some((term) => term.type.nullable);
  return call('OR', terms, withNullable(BOOLEAN, isNullable));
}

const isTrue = (rex: Rex): Rex => (rex.type.nullable ? call('IS TRUE', [rex], notNull(BOOLEAN)) : rex);

/** `f(CASE WHEN p THEN a ELSE b END)` as `CASE WHEN p THEN f(a) ELSE f(b) END`, where f is a question. */
export function pushIntoCase(rex: Rex): Rex {
  return mapRex(rex, pushOne);
}

function pushOne(rex: Rex): Rex {
  if (rex.kind !== 'Call' || rex.type.root !== 'BOOLEAN' || STAYS.has(rex.operator)) return rex;
  const at = rex.operands.findLastIndex((o) => o.kind === 'Call' && o.operator === 'CASE');
  if (at < 0 || isJoinLike(rex)) return rex;
  const choice = rex.operands[at] as RexCall;
  const asked = choice.operands.map((operand, i) => {
    const isValue = i % 2 === 1 || i === choice.operands.length - 1;
    if (!isValue) return operand;
    const operands = rex.operands.map((o, j) => (j === at ? operand : o));
    return pushOne({ ...rex, operands });
  });
  return call('CASE', asked, rex.type);
}
const STAYS: ReadonlySet<string> = new Set(['CASE', 'AND', 'OR']);

/** An equality of different columns may be the key of a join. */
function isJoinLike({ operator, operands: [a, b] }: RexCall): boolean {
  if (operator !== '=') return false;
  const [left, right] = [collectRefs(a!), collectRefs(b!)];
  return left.size > 0 && right.size > 0 && ![...left].some((i) => right.has(i));
}
