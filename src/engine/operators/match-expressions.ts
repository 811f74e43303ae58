import { notYet } from '../base/refusal.ts';
import { compileClosure } from '../compile/closure.ts';
import { AGGREGATES } from '../functions/function-kinds.ts';
import { call, type Rex, type RexCall, ref } from '../plan/rex.ts';
import { mapRex } from '../plan/rex-tools.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import { type Row, type Value, withNullable } from '../types/logical-type.ts';
import { accumulators } from './accumulators.ts';
import type { Taken } from './match-nfa.ts';

/** Computes a value from the rows of a match and its time. */
export type MatchClosure = (match: Taken, ms: number) => Value;

/**
 * An expression of MEASURES or DEFINE: what looks at the rows of a variable is computed first, each into a column of its own, the rest over these columns.
 */
export function compileMatchExpression(rex: Rex, context: OperatorContext): MatchClosure {
  const parts: MatchClosure[] = [];
  const reads = (type: Rex['type'], closure: MatchClosure): Rex =>
    ref(parts.push(closure) - 1, withNullable(type, true));
  const visit = (r: Rex): Rex => {
    if (r.kind === 'PatternRef') return reads(r.type, lastOf(r, 0, context));
    if (r.kind !== 'Call') return r;
    if (AGGREGATES.has(r.operator.replace(/_(?:NULL|ABSENT)_ON_NULL$/, '')))
      return reads(r.type, aggregateOf(r, context));
    const [value, offset] = r.operands;
    switch (r.operator) {
      case 'FINAL':
      case 'PREV':
      case 'NEXT':
        return visit(value!);
      case 'LAST':
        return reads(r.type, lastOf(value!, offsetOf(offset!), context));
      case 'FIRST':
        return reads(r.type, firstOf(value!, offsetOf(offset!), context));
      case 'MATCH_ROWTIME':
        return reads(r.type, (_, ms) => ms);
      case 'MATCH_PROCTIME':
        return reads(r.type, () => context.nowMs());
      default:
        return { ...call(r.operator, r.operands.map(visit), r.type), ...(r.alias && { alias: r.alias }) };
    }
  };
  const whole = compileClosure(visit(rex), context);
  return (match, ms) => whole(parts.map((part) => part(match, ms)));
}

function offsetOf(rex: Rex): number {
  if (rex.kind === 'Literal') return Number(rex.value);
  throw notYet('an offset that is no literal in MATCH_RECOGNIZE', null, 'run');
}

/** An expression over one variable's columns, and the variable; null for none. */
function overRow(rex: Rex): { readonly variable: string | null; readonly rex: Rex } {
  let variable: string | null = null;
  const columns = mapRex(rex, (r) => {
    if (r.kind !== 'PatternRef') return r;
    variable = r.variable;
    return ref(r.index, r.type);
  });
  return { variable, rex: columns };
}

const isOf = (taken: Taken, variable: string): boolean => variable === '*' || taken.variable === variable;

/** A value of the last row but `offset` of a variable; NULL where there is none. */
function lastOf(value: Rex, offset: number, context: OperatorContext): MatchClosure {
  const { variable, rex } = overRow(value);
  const closure = compileClosure(rex, context);
  if (variable === null) return () => closure([]);
  return (match) => {
    let left = offset;
    for (let at: Taken | null = match; at; at = at.before)
      if (isOf(at, variable) && left-- === 0) return closure(at.event.row);
    return null;
  };
}

function firstOf(value: Rex, offset: number, context: OperatorContext): MatchClosure {
  const { variable, rex } = overRow(value);
  const closure = compileClosure(rex, context);
  if (variable === null) return () => closure([]);
  return (match) => {
    const row = rowsOf(match, variable)[offset];
    return row ? closure(row) : null;
  };
}

function rowsOf(match: Taken, variable: string): readonly Row[] {
  const rows: Row[] = [];
  for (let at: Taken | null = match; at; at = at.before) if (isOf(at, variable)) rows.push(at.event.row);
  return rows.reverse();
}

function aggregateOf(aggregate: RexCall, context: OperatorContext): MatchClosure {
  const args = aggregate.operands.map(overRow);
  const variable = args.find((arg) => arg.variable !== null)?.variable ?? '*';
  const { operator: name, type } = aggregate;
  const functions = accumulators(
    [
      {
        call: {
          name,
          type,
          args: [],
          distinct: false,
          filter: -1,
          ignoreNulls: false,
          alias: null,
          needsRetraction: false,
        },
        args: args.map((arg) => arg.rex),
        filter: null,
      },
    ],
    [],
    context,
  );
  return (match) => {
    const group = functions.create();
    for (const row of rowsOf(match, variable)) functions.add(group, row);
    return functions.values(group)[0]!;
  };
}
