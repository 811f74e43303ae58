import { castImplementation, isNoOpCast } from '../functions/cast.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import { arithmetic } from '../functions/scalar/arithmetic.ts';
import type { Rex, RexCall } from '../plan/rex.ts';
import { asDecimal } from '../types/decimal-types.ts';
import {
  isApproximate,
  isCharacter,
  isInteger,
  isTimestamp,
  type LogicalType,
  type Value,
} from '../types/logical-type.ts';
import { rescale } from '../values/decimal.ts';
import { canonical } from '../values/int64.ts';
import { mayBeNull } from './arguments.ts';

/** The hot operators as JavaScript: arithmetic, comparison and casts on values that are numbers or text. */
export interface Inlined {
  readonly expression: string;
  /** Atoms that may be NULL: the value is NULL if one is. */
  readonly nullable: readonly string[];
  /** The expression holds while these operands are numbers and the result stays within the limit; else `fallback` computes it. */
  readonly guard?: { readonly operands: readonly string[]; readonly limit: string };
  readonly fallback?: string;
  /** The value may be NULL although no operand is. */
  readonly mayOverflow?: boolean;
}
type Inline = (atoms: readonly string[]) => Inlined;
interface Constants {
  constant(value: unknown, hint?: string): string;
  literal(value: Value): string;
}

const SAFE = '9007199254740991';
/** Digits every number of which is a safe integer. */
const SAFE_DIGITS = 15;

/** How to write a call inline, or null where its function's own code is as good. */
export function inlineCall(call: RexCall, context: EvaluationContext, constants: Constants): Inline | null {
  const [a, b] = call.operands;
  if (a === undefined) return null;
  switch (call.operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case 'MOD':
      return b === undefined ? null : inlineArithmetic(call, a, b, constants);
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return b === undefined ? null : inlineComparison(call, a, b, constants);
    case 'CAST':
      return inlineCast(call, a, context, constants);
    default:
      return null;
  }
}

const nullables = (call: RexCall, atoms: readonly string[]): readonly string[] =>
  atoms.filter((_, i) => mayBeNull(call.operands[i] as Rex));

// ---------------------------------------------------------------- arithmetic

function inlineArithmetic(call: RexCall, a: Rex, b: Rex, constants: Constants): Inline | null {
  const result = call.type;
  const sign = call.operator as '+' | '-' | '*' | '/' | 'MOD';
  const plain =
    (write: (x: string, y: string) => string): Inline =>
    (atoms) => ({ expression: write(atoms[0] ?? '', atoms[1] ?? ''), nullable: nullables(call, atoms) });
  const isSmall = (type: LogicalType): boolean => isInteger(type) && type.root !== 'BIGINT';
  if (isSmall(result) && isSmall(a.type) && isSmall(b.type)) return smallInteger(sign, result.root, b, plain);
  if (result.root === 'DOUBLE' && sign !== 'MOD') {
    const [x, y] = [asNumber(a.type), asNumber(b.type)];
    return x === null || y === null ? null : plain((p, q) => `${x(p)} ${sign} ${y(q)}`);
  }
  if (sign === '/' || sign === 'MOD') return null;
  const fallback = (): string => constants.constant(arithmetic(sign, a.type, b.type, result), 'arith');
  if (result.root === 'BIGINT' && isInteger(a.type) && isInteger(b.type))
    return guarded(call, a, b, (x, y) => `${x} ${sign} ${y}`, fallback, sign === '*');
  if (result.root === 'DECIMAL') return decimalArithmetic(call, sign, a, b, fallback);
  if (
    isTimestamp(result) &&
    result.precision <= 3 &&
    a.type.root === result.root &&
    b.type.root === 'INTERVAL_DAY' &&
    sign !== '*'
  ) {
    return guarded(call, a, b, (x, y) => `${x} ${sign} ${y}`, fallback, false);
  }
  return null;
}

function smallInteger(
  sign: string,
  root: string,
  divisor: Rex,
  plain: (write: (x: string, y: string) => string) => Inline,
): Inline | null {
  const wrap =
    root === 'TINYINT'
      ? (x: string): string => `(${x}) << 24 >> 24`
      : root === 'SMALLINT'
        ? (x: string): string => `(${x}) << 16 >> 16`
        : (x: string): string => `(${x}) | 0`;
  if (sign === '*') return plain((x, y) => wrap(`Math.imul(${x}, ${y})`));
  if (sign === '+' || sign === '-') return plain((x, y) => wrap(`${x} ${sign} ${y}`));
  const isKnown = divisor.kind === 'Literal' && divisor.value !== 0 && divisor.value !== null;
  return isKnown ? plain((x, y) => wrap(`${x} ${sign === 'MOD' ? '%' : '/'} ${y}`)) : null;
}

/** The source that reads a value of a number type as a double. */
function asNumber(type: LogicalType): ((atom: string) => string) | null {
  if (type.root === 'BIGINT') return (atom) => `Number(${atom})`;
  return isInteger(type) || isApproximate(type) ? (atom) => atom : null;
}

/** Number arithmetic that falls back to bigint where an operand is one or the result is not safe. */
function guarded(
  call: RexCall,
  a: Rex,
  b: Rex,
  write: (x: string, y: string) => string,
  fallback: () => string,
  mayBeMinusZero: boolean,
): Inline {
  return (atoms) => {
    const [x = '', y = ''] = atoms;
    const expression = mayBeMinusZero ? `${write(x, y)} + 0` : write(x, y);
    const operands = [...(mayBeBig(a) ? [x] : []), ...(mayBeBig(b) ? [y] : [])];
    return {
      expression,
      nullable: nullables(call, atoms),
      guard: { operands, limit: SAFE },
      fallback: `${fallback()}(${x}, ${y})`,
    };
  };
}

/** Whether a value may be held as a bigint. */
function mayBeBig(rex: Rex): boolean {
  if (rex.kind === 'Literal') return typeof rex.value === 'bigint';
  const { type } = rex;
  if (type.root === 'BIGINT' || type.root === 'INTERVAL_DAY') return true;
  // What is computed may lie far beyond the calendar.
  if (isTimestamp(type)) return type.precision > 3 || rex.kind === 'Call';
  return type.root === 'DECIMAL' && type.precision > SAFE_DIGITS;
}

function decimalArithmetic(
  call: RexCall,
  sign: '+' | '-' | '*',
  a: Rex,
  b: Rex,
  fallback: () => string,
): Inline | null {
  const [left, right] = [asDecimal(a.type), asDecimal(b.type)];
  if (left === null || right === null || call.type.root !== 'DECIMAL') return null;
  const { precision, scale } = call.type;
  let write: (x: string, y: string) => string;
  if (sign === '*') {
    if (scale !== left.scale + right.scale) return null;
    write = (x, y) => `${x} * ${y}`;
  } else {
    if (scale !== Math.max(left.scale, right.scale)) return null;
    const scaled = (atom: string, from: number): string =>
      from === scale ? atom : `${atom} * ${10 ** (scale - from)}`;
    if (scale - Math.min(left.scale, right.scale) > SAFE_DIGITS) return null;
    write = (x, y) => `${scaled(x, left.scale)} ${sign} ${scaled(y, right.scale)}`;
  }
  if (precision <= SAFE_DIGITS) {
    return (atoms) => ({
      expression:
        sign === '*' ? `${write(atoms[0] ?? '', atoms[1] ?? '')} + 0` : write(atoms[0] ?? '', atoms[1] ?? ''),
      nullable: nullables(call, atoms),
      mayOverflow: true,
    });
  }
  return (atoms) => ({ ...guarded(call, a, b, write, fallback, true)(atoms), mayOverflow: true });
}

// ---------------------------------------------------------------- comparison

/** Types whose values compare by JavaScript's own operators with another value of the same type. */
function comparesPlainly(type: LogicalType): boolean {
  if (isInteger(type) || isCharacter(type)) return true;
  return [
    'BOOLEAN',
    'FLOAT',
    'DOUBLE',
    'DECIMAL',
    'DATE',
    'TIME',
    'TIMESTAMP',
    'TIMESTAMP_LTZ',
    'INTERVAL_DAY',
    'INTERVAL_MONTH',
  ].includes(type.root);
}

function inlineComparison(call: RexCall, a: Rex, b: Rex, constants: Constants): Inline | null {
  if (!comparesPlainly(a.type) || !comparesPlainly(b.type)) return null;
  const sign = call.operator === '=' ? '===' : call.operator === '<>' ? '!==' : call.operator;
  const write =
    (left: (x: string) => string, right: (y: string) => string): Inline =>
    (atoms) => ({
      expression: `${left(atoms[0] ?? '')} ${sign} ${right(atoms[1] ?? '')}`,
      nullable: nullables(call, atoms),
    });
  const same = (x: string): string => x;
  const [left, right] = [asDecimal(a.type), asDecimal(b.type)];
  if (left !== null && right !== null) {
    if (left.scale === right.scale) return write(same, same);
    const recast = (literal: Rex, from: number, to: number): string | null => {
      if (
        literal.kind !== 'Literal' ||
        (typeof literal.value !== 'number' && typeof literal.value !== 'bigint') ||
        from > to
      )
        return null;
      return constants.literal(canonical(rescale(BigInt(literal.value), from, to)));
    };
    const rightLiteral = recast(b, right.scale, left.scale);
    if (rightLiteral !== null) return write(same, () => rightLiteral);
    const leftLiteral = recast(a, left.scale, right.scale);
    if (leftLiteral !== null) return write(() => leftLiteral, same);
    const scale = Math.max(left.scale, right.scale);
    if (
      left.precision + scale - left.scale > SAFE_DIGITS ||
      right.precision + scale - right.scale > SAFE_DIGITS
    )
      return null;
    const scaled =
      (from: number) =>
      (x: string): string =>
        from === scale ? x : `${x} * ${10 ** (scale - from)}`;
    return write(scaled(left.scale), scaled(right.scale));
  }
  const [x, y] = [asNumber(a.type), asNumber(b.type)];
  if (x !== null && y !== null) return write(x, y);
  if (isCharacter(a.type) !== isCharacter(b.type)) return null;
  if (isTimestamp(a.type) && isTimestamp(b.type)) {
    const storage = (precision: number): number => (precision <= 3 ? 0 : precision <= 6 ? 1 : 2);
    return a.type.root === b.type.root && storage(a.type.precision) === storage(b.type.precision)
      ? write(same, same)
      : null;
  }
  return a.type.root === b.type.root || isCharacter(a.type) ? write(same, same) : null;
}

// ---------------------------------------------------------------- casts

function inlineCast(call: RexCall, a: Rex, context: EvaluationContext, constants: Constants): Inline | null {
  const [from, to] = [a.type, call.type];
  const plain =
    (write: (x: string) => string): Inline =>
    (atoms) => ({ expression: write(atoms[0] ?? ''), nullable: nullables(call, atoms) });
  if (from.root === 'NULL') return () => ({ expression: 'null', nullable: [] });
  if (isNoOpCast(from, to)) return plain((x) => x);
  if (to.root === 'DOUBLE') {
    const read = asNumber(from);
    return read === null ? null : plain(read);
  }
  const source = asDecimal(from);
  if (
    to.root === 'DECIMAL' &&
    source !== null &&
    to.scale >= source.scale &&
    to.precision - to.scale >= source.precision - source.scale &&
    // SIGN gives 1 in a type without a digit before the point as well.
    to.precision > to.scale
  ) {
    const factor = 10 ** (to.scale - source.scale);
    if (factor > 1e15) return null;
    if (to.precision <= SAFE_DIGITS) return plain((x) => (factor === 1 ? x : `${x} * ${factor}`));
    if (factor === 1) return plain((x) => x);
    return (atoms) => {
      const [x = ''] = atoms;
      const slow = constants.constant(castImplementation(from, to, { zone: context.zone }), 'cast');
      return {
        expression: `${x} * ${factor}`,
        nullable: nullables(call, atoms),
        guard: { operands: mayBeBig(a) ? [x] : [], limit: SAFE },
        fallback: `${slow}(${x})`,
      };
    };
  }
  return null;
}
