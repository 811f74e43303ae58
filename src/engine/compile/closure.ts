import { InvariantError } from '../base/assert.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import { branchCast } from '../functions/scalar/conditional.ts';
import { MAY_MISS, type Rex, type RexCall } from '../plan/rex.ts';
import type { Row, Value } from '../types/logical-type.ts';
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
import { sargFor, sargOfNull, sargTest, searchedValue } from './sarg.ts';

/** Computes an expression; `right` is the second input of a join condition. */
export type Closure = (row: Row, right?: Row) => Value;

export interface ClosureOptions {
  /** Where there are two inputs: columns from this index on are read from `right`. */
  readonly leftArity?: number;
}

/** An expression as nested closures, for where `new Function` is forbidden and for folding. Means the same as generated code. */
export function compileClosure(rex: Rex, context: EvaluationContext, options: ClosureOptions = {}): Closure {
  return new ClosureCompiler(context, options.leftArity).result(rex);
}

/** A condition: whether it is TRUE (not NULL). */
export function compileCondition(
  rex: Rex,
  context: EvaluationContext,
  options: ClosureOptions = {},
): (row: Row, right?: Row) => boolean {
  const closure = compileClosure(asCondition(rex), context, options);
  return (row, right) => closure(row, right) === true;
}

class ClosureCompiler {
  readonly #context: EvaluationContext;
  readonly #leftArity: number;

  constructor(context: EvaluationContext, leftArity = Number.MAX_SAFE_INTEGER) {
    this.#context = context;
    this.#leftArity = leftArity;
  }

  /** A value as it is written into a row. */
  result(rex: Rex): Closure {
    const closure = this.compile(rex);
    const absent = absentValue(rex);
    return absent === null ? closure : (row, right) => closure(row, right) ?? absent;
  }

  compile(rex: Rex): Closure {
    switch (rex.kind) {
      case 'InputRef': {
        const { index } = rex;
        if (index < this.#leftArity) return (row) => row[index] ?? null;
        const rightIndex = index - this.#leftArity;
        return (_row, right) => right?.[rightIndex] ?? null;
      }
      case 'Literal': {
        const value = literalValue(rex);
        return () => value;
      }
      case 'Call':
        return this.#call(rex);
      default:
        throw new InvariantError(`${rex.kind} cannot be evaluated`);
    }
  }

  #call(call: RexCall): Closure {
    const known = knownOfNull(call);
    if (known !== null) return () => known;
    switch (call.operator) {
      case MAY_MISS:
        return this.compile(call.operands[0]!);
      case 'AND':
        return this.#connective(call, false);
      case 'OR':
        return this.#connective(call, true);
      case 'CASE':
        return this.#case(call);
      case 'IF':
        return this.#if(call);
      case 'SEARCH':
        return this.#search(call);
      case 'ROW':
        return this.#row(call);
      default:
        return this.#apply(withoutReplaced(readingCondition(call)));
    }
  }

  #row(call: RexCall): Closure {
    const fields = call.operands.map((rex): Closure => {
      const guard = guardOfField(rex);
      if (guard === null) return rex.type.nullable ? this.compile(rex) : this.result(rex);
      const value = this.compile(rex);
      return (row, right) => guard(value(row, right));
    });
    return (row, right) => fields.map((field) => field(row, right));
  }

  #connective(call: RexCall, decisive: boolean): Closure {
    const operands = call.operands.map((operand) => this.compile(operand));
    return (row, right) => {
      let result: boolean | null = !decisive;
      for (const operand of operands) {
        const value = operand(row, right);
        if (value === decisive) return decisive;
        if (value === null) result = null;
      }
      return result;
    };
  }

  #case(call: RexCall): Closure {
    const conditions: Closure[] = [];
    const values: Closure[] = [];
    for (let i = 0; i + 1 < call.operands.length; i += 2) {
      conditions.push(this.compile(asCondition(call.operands[i] as Rex)));
      values.push(this.compile(call.operands[i + 1] as Rex));
    }
    const otherwise = this.compile(call.operands.at(-1) as Rex);
    return (row, right) => {
      for (let i = 0; i < conditions.length; i++) {
        if ((conditions[i] as Closure)(row, right) === true) return (values[i] as Closure)(row, right);
      }
      return otherwise(row, right);
    };
  }

  #if(call: RexCall): Closure {
    const [condition, yes, no] = call.operands.map((operand, i) =>
      this.compile(i === 0 ? asCondition(operand) : operand),
    ) as [Closure, Closure, Closure];
    const [castYes, castNo] = [1, 2].map((i) =>
      branchCast((call.operands[i] as Rex).type, call.type, this.#context.zone),
    ) as [(v: Value) => Value, (v: Value) => Value];
    return (row, right) =>
      condition(row, right) === true ? castYes(yes(row, right)) : castNo(no(row, right));
  }

  #search(call: RexCall): Closure {
    const literal = call.operands[1]!;
    const operand = searchedValue(call);
    const sarg = literal.kind === 'Literal' ? sargFor(literal, operand.type) : undefined;
    if (sarg === undefined) throw new InvariantError('SEARCH without a Sarg');
    const test = sargTest(sarg, operand.type);
    const ofNull = sargOfNull(sarg);
    const value = this.compile(operand);
    return (row, right) => {
      const x = value(row, right);
      return x === null ? ofNull : test(x);
    };
  }

  #apply(call: RexCall): Closure {
    const implementation = implementationOf(call, this.#context);
    const evaluate = implementation.evaluate as (...args: Value[]) => Value;
    const args = call.operands.map((operand) => this.compile(operand));
    const checked = functionOf(call).strict ? call.operands.map(mayBeNull) : [];
    const { checkFirst } = implementation;
    if (checkFirst !== undefined)
      return (row, right) => {
        const values: Value[] = [];
        for (const arg of args) {
          values.push(arg(row, right));
          checkFirst(...values);
        }
        return evaluate(...values);
      };
    const [a, b, c] = args;
    if (!checked.includes(true)) {
      if (args.length === 0) return () => evaluate();
      if (args.length === 1 && a) return (row, right) => evaluate(a(row, right));
      if (args.length === 2 && a && b) return (row, right) => evaluate(a(row, right), b(row, right));
      return (row, right) => evaluate(...args.map((arg) => arg(row, right)));
    }
    if (args.length === 1 && a) {
      return (row, right) => {
        const x = a(row, right);
        return x === null ? null : evaluate(x);
      };
    }
    if (args.length === 2 && a && b) {
      const second = call.operands[1];
      if (second?.kind === 'Literal' && second.symbol === undefined && second.value !== null) {
        const y = literalValue(second);
        const first = call.operands[0]!;
        // A column against a literal is what most conditions are: no call for either.
        if (first.kind === 'InputRef' && first.index < this.#leftArity) {
          const { index } = first;
          return (row) => {
            const x = row[index] ?? null;
            return x === null ? null : evaluate(x, y);
          };
        }
        return (row, right) => {
          const x = a(row, right);
          return x === null ? null : evaluate(x, y);
        };
      }
      return (row, right) => {
        const x = a(row, right);
        const y = b(row, right);
        return x === null || y === null ? null : evaluate(x, y);
      };
    }
    if (args.length === 3 && a && b && c) {
      return (row, right) => {
        const x = a(row, right);
        const y = b(row, right);
        const z = c(row, right);
        return x === null || y === null || z === null ? null : evaluate(x, y, z);
      };
    }
    return (row, right) => {
      const values = args.map((arg) => arg(row, right));
      return values.includes(null) ? null : evaluate(...values);
    };
  }
}
