import { InvariantError } from '../base/assert.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import { branchCast, hasSameForm } from '../functions/scalar/conditional.ts';
import { MAY_MISS, type Rex, type RexCall, type RexLiteral } from '../plan/rex.ts';
import type { Value } from '../types/logical-type.ts';
import {
  absentValue,
  asCondition,
  functionOf,
  guardOfField,
  implementationOf,
  knownOfNull,
  literalValue,
  mayBeNull,
  readingCondition,
  withoutReplaced,
} from './arguments.ts';
import { type Inlined, inlineCall } from './inline.ts';
import { sargFor, sargOfNull, sargPoints, sargTest, searchedValue } from './sarg.ts';

/** The source of a column, e.g. `r[3]`. */
export type InputSource = (index: number) => string;

/**
 * Writes JavaScript for generated operators. Captured constants stand in `names` and `values`: hand both to `new Function`.
 *
 * ```ts
 * const out = new SourceBuilder(context);
 * const atom = out.emit(rex, (i) => `r[${i}]`);
 * const run = new Function(...out.names, `return (r) => { ${out.take()} return ${atom}; }`)(...out.values);
 * ```
 */
export class SourceBuilder {
  readonly names: string[] = [];
  readonly values: unknown[] = [];
  readonly #context: EvaluationContext;
  #lines: string[] = [];
  #variables = 0;

  constructor(context: EvaluationContext) {
    this.#context = context;
  }

  /** A name for a value that source cannot spell; the same value has one name. */
  constant(value: unknown, hint = 'k'): string {
    const known = this.values.indexOf(value);
    if (known >= 0 && (typeof value === 'function' || typeof value === 'object'))
      return this.names[known] as string;
    const name = `${hint.replace(/\W+/g, '_')}$${this.names.length}`;
    this.names.push(name);
    this.values.push(value);
    return name;
  }

  /** A name for a local variable that nothing else has. */
  variable(hint = 't'): string {
    return `${hint}${++this.#variables}`;
  }

  /** Appends a statement of the caller's own between emitted ones. */
  append(statement: string): void {
    this.#lines.push(statement);
  }

  /** The statements so far; the builder goes on with none. */
  take(): string {
    const source = this.#lines.join('\n');
    this.#lines = [];
    return source;
  }

  /**
   * Appends statements that compute `rex` and returns a source atom for its value: a variable, a column or a literal, which may be
   * repeated. NULL is `null`.
   */
  emit(rex: Rex, input: InputSource): string {
    const atom = this.#emit(rex, input);
    const absent = absentValue(rex);
    return absent === null ? atom : this.#assign(`${atom} ?? ${this.literal(absent)}`);
  }

  #emit(rex: Rex, input: InputSource): string {
    switch (rex.kind) {
      case 'InputRef':
        return input(rex.index);
      case 'Literal':
        return this.#literal(rex);
      case 'Call':
        return this.#call(rex, input);
      default:
        throw new InvariantError(`${rex.kind} cannot be compiled`);
    }
  }

  /** Like `emit`, but the source of a JavaScript boolean: whether the condition is TRUE. */
  condition(rex: Rex, input: InputSource): string {
    return this.#condition(asCondition(rex), input);
  }

  #condition(rex: Rex, input: InputSource): string {
    if (rex.kind === 'Literal') return String(rex.value === true);
    if (rex.kind !== 'Call')
      return mayBeNull(rex) ? `${this.#emit(rex, input)} === true` : this.#emit(rex, input);
    if (rex.operator === 'AND' || rex.operator === 'OR') return this.#connectiveCondition(rex, input);
    const known = knownOfNull(rex);
    if (known !== null) return String(known);
    const inlined = this.#inlined(rex, input);
    if (inlined === null) {
      const atom = this.#emit(rex, input);
      return mayBeNull(rex) ? `${atom} === true` : atom;
    }
    const checks = inlined.nullable.map((atom) => `${atom} !== null`);
    return inlined.mayOverflow
      ? `${this.#settle(inlined)} === true`
      : [...checks, parenthesized(inlined.expression)].join(' && ');
  }

  #literal(rex: RexLiteral): string {
    return this.literal(literalValue(rex));
  }

  /** Source of a value known now. */
  literal(value: Value): string {
    if (value === null || typeof value === 'boolean') return String(value);
    if (typeof value === 'number')
      return Object.is(value, -0) ? '-0' : value < 0 ? `(${value})` : String(value);
    if (typeof value === 'string')
      return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
    if (typeof value === 'bigint') return value < 0n ? `(${value}n)` : `${value}n`;
    return this.constant(value, 'v');
  }

  #call(call: RexCall, input: InputSource): string {
    const known = knownOfNull(call);
    if (known !== null) return String(known);
    switch (call.operator) {
      case MAY_MISS:
        return this.#emit(call.operands[0]!, input);
      case 'AND':
      case 'OR':
        return this.#connective(call, input);
      case 'CASE':
        return this.#case(call, input);
      case 'IF':
        return this.#if(call, input);
      case 'SEARCH':
        return this.#search(call, input);
      case 'COALESCE': {
        const atoms = call.operands.map((operand) => this.#emit(operand, input));
        return this.#assign(atoms.join(' ?? '));
      }
      case 'ROW':
        return this.#assign(`[${call.operands.map((operand) => this.#field(operand, input)).join(', ')}]`);
      case 'ARRAY':
        return this.#assign(`[${call.operands.map((operand) => this.#emit(operand, input)).join(', ')}]`);
      default: {
        const inlined = this.#inlined(call, input);
        return inlined === null
          ? this.#apply(withoutReplaced(readingCondition(call)), input)
          : this.#settle(inlined);
      }
    }
  }

  /** A value as it is written into a row within. */
  #field(rex: Rex, input: InputSource): string {
    const guard = guardOfField(rex);
    if (guard === null) return rex.type.nullable ? this.#emit(rex, input) : this.emit(rex, input);
    return this.#assign(`${this.constant(guard, 'present')}(${this.#emit(rex, input)})`);
  }

  #assign(expression: string): string {
    const name = this.variable();
    this.#lines.push(`const ${name} = ${expression};`);
    return name;
  }

  #inlined(call: RexCall, input: InputSource): Inlined | null {
    const inline = inlineCall(call, this.#context, this);
    if (inline === null) return null;
    const atoms = call.operands.map((operand) => this.#emit(operand, input));
    return inline(atoms);
  }

  /** Gives an inlined expression a variable, with its NULL checks and its way out of the safe integers. */
  #settle({ expression, nullable, guard, fallback }: Inlined): string {
    const isNull = nullable.map((atom) => `${atom} === null`).join(' || ');
    if (guard === undefined || fallback === undefined)
      return this.#assign(isNull === '' ? expression : `${isNull} ? null : ${expression}`);
    const name = this.variable();
    const safe = `${guard.operands.length === 0 ? '' : `${guard.operands.map((atom) => `typeof ${atom} === "number"`).join(' && ')} && `}(${name} = ${expression}) <= ${guard.limit} && ${name} >= -${guard.limit}`;
    const body = `if (!(${safe})) ${name} = ${fallback};`;
    this.#lines.push(
      isNull === '' ? `let ${name}; ${body}` : `let ${name} = null; if (!(${isNull})) { ${body} }`,
    );
    return name;
  }

  #connective(call: RexCall, input: InputSource): string {
    const decisive = call.operator === 'OR';
    const anyNull = call.operands.some(mayBeNull);
    const result = this.variable();
    const [first, ...rest] = call.operands as [Rex, ...Rex[]];
    this.#lines.push(`let ${result} = ${this.#emit(first, input)};`);
    let open = 0;
    for (const operand of rest) {
      this.#lines.push(`if (${result} !== ${decisive}) {`);
      open++;
      const atom = this.#emit(operand, input);
      if (!anyNull) this.#lines.push(`${result} = ${atom};`);
      else this.#lines.push(`if (${atom} === ${decisive} || ${result} !== null) ${result} = ${atom};`);
    }
    this.#lines.push('}'.repeat(open));
    return result;
  }

  #connectiveCondition(call: RexCall, input: InputSource): string {
    const isOr = call.operator === 'OR';
    const sign = isOr ? ' || ' : ' && ';
    const [first, ...rest] = call.operands as [Rex, ...Rex[]];
    let expression = parenthesized(this.#condition(first, input));
    for (const operand of rest) {
      const outer = this.#lines;
      this.#lines = [];
      const next = parenthesized(this.#condition(operand, input));
      const inner = this.#lines;
      this.#lines = outer;
      if (inner.length === 0) expression = `${expression}${sign}${next}`;
      else {
        const name = this.variable();
        this.#lines.push(
          `let ${name} = ${expression}; if (${isOr ? '!' : ''}${name}) {`,
          ...inner,
          `${name} = ${next}; }`,
        );
        expression = name;
      }
    }
    return expression;
  }

  #case(call: RexCall, input: InputSource): string {
    const result = this.variable();
    this.#lines.push(`let ${result};`);
    let open = 0;
    for (let i = 0; i + 1 < call.operands.length; i += 2) {
      this.#lines.push(`if (${this.condition(call.operands[i] as Rex, input)}) {`);
      this.#lines.push(`${result} = ${this.#emit(call.operands[i + 1] as Rex, input)};`, '} else {');
      open++;
    }
    this.#lines.push(`${result} = ${this.#emit(call.operands.at(-1) as Rex, input)};`, '}'.repeat(open));
    return result;
  }

  #if(call: RexCall, input: InputSource): string {
    const [condition, yes, no] = call.operands as [Rex, Rex, Rex];
    const result = this.variable();
    const branch = (rex: Rex): string => {
      const atom = this.#emit(rex, input);
      if (hasSameForm(rex.type, call.type)) return atom;
      return `${this.constant(branchCast(rex.type, call.type, this.#context.zone), 'cast')}(${atom})`;
    };
    this.#lines.push(`let ${result};`);
    this.#lines.push(`if (${this.condition(condition, input)}) {`);
    this.#lines.push(`${result} = ${branch(yes)};`, '} else {');
    this.#lines.push(`${result} = ${branch(no)};`, '}');
    return result;
  }

  #search(call: RexCall, input: InputSource): string {
    const literal = call.operands[1]!;
    const operand = searchedValue(call);
    const sarg = literal.kind === 'Literal' ? sargFor(literal, operand.type) : undefined;
    if (sarg === undefined) throw new InvariantError('SEARCH without a Sarg');
    const atom = this.#emit(operand, input);
    const points = sargPoints(sarg);
    const isPlain = (value: Value): boolean =>
      typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string';
    const bounds = sarg.ranges.flatMap((range) => [range.lower, range.upper]);
    const isOrdered = operand.type.root !== 'FLOAT' && operand.type.root !== 'DOUBLE';
    let test: string;
    if (points !== null && points.length <= 4 && points.every(isPlain))
      test = points.map((point) => `${atom} === ${this.literal(point)}`).join(' || ');
    else if (
      points === null &&
      isOrdered &&
      bounds.every((bound) => bound === null || isPlain(bound)) &&
      sarg.ranges.length <= 4
    ) {
      test = sarg.ranges
        .map(({ lower, lowerOpen, upper, upperOpen }) => {
          const low = lower === null ? [] : [`${atom} ${lowerOpen ? '>' : '>='} ${this.literal(lower)}`];
          const high = upper === null ? [] : [`${atom} ${upperOpen ? '<' : '<='} ${this.literal(upper)}`];
          return `(${[...low, ...high].join(' && ') || 'true'})`;
        })
        .join(' || ');
    } else test = `${this.constant(sargTest(sarg, operand.type), 'search')}(${atom})`;
    return this.#assign(mayBeNull(operand) ? `${atom} === null ? ${sargOfNull(sarg)} : ${test}` : test);
  }

  /** A call by the function's own code. */
  #apply(call: RexCall, input: InputSource): string {
    const { evaluate, inline, checkFirst } = implementationOf(call, this.#context);
    const check = checkFirst && this.constant(checkFirst, 'check');
    const atoms: string[] = [];
    for (const operand of call.operands) {
      atoms.push(this.#emit(operand, input));
      if (check !== undefined) this.append(`${check}(${atoms.join(', ')});`);
    }
    const expression =
      inline === undefined ? `${this.constant(evaluate, 'f')}(${atoms.join(', ')})` : inline(...atoms);
    const nullable = functionOf(call).strict
      ? atoms.filter((_, i) => mayBeNull(call.operands[i] as Rex))
      : [];
    return this.#settle({ expression, nullable });
  }
}

const parenthesized = (expression: string): string =>
  /^[\w$.[\]]+$/.test(expression) ? expression : `(${expression})`;
