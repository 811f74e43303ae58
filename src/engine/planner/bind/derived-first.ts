import { lookupFunction } from '../../functions/index.ts';
import { EXTRACTED } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { hasAggregate, hasWindow } from './ast-tools.ts';

/** Expressions whose types the validator asks for, one after the other, before that of the expression around them. */
interface Early {
  readonly expressions: readonly Ast.Expression[];
  /** Whether it stops without a word at what the newer function stack says of one. */
  readonly isLenient: boolean;
  /** Whether a bare NULL in them has not been given a type yet. */
  readonly isUntyped: boolean;
}

/** Operators that give their first operand's type to those that have none, as Calcite's `InferTypes.FIRST_KNOWN`. */
const FIRST_KNOWN =
  /^(?:[-+*/=<>]|<>|<=|>=|(?:NOT )?(?:LIKE|SIMILAR TO|IN|BETWEEN|BETWEEN SYMMETRIC)|IS (?:NOT )?DISTINCT FROM|OVERLAPS)$/;

/**
 * What the validator derives types of while it looks for operands that have none (`inferUnknownTypes`), in its order: the first mistake among them is told
 * before those of the expression as a whole.
 */
export function* derivedFirst(e: Ast.Expression): Generator<Early> {
  switch (e.kind) {
    case 'Case':
      for (const { when } of e.branches) {
        yield* derivedFirst(when);
        if (!e.operand) yield { ...early([when]), isUntyped: false };
      }
      yield early([e]);
      break;
    case 'Call':
      yield* derivedOfCall(e);
      break;
    case 'Cast':
      yield early([e.operand]);
      yield* derivedFirst(e.operand);
      break;
    case 'ArrayValue':
    case 'MapValue':
      yield early(e.items.slice(0, 1));
      for (const item of e.items) yield* derivedFirst(item);
      break;
    case 'RowValue':
      for (const item of e.items) yield* derivedFirst(item);
      break;
    case 'ItemAccess':
      yield* derivedFirst(e.operand);
      yield* derivedFirst(e.index);
      break;
    case 'FieldAccess':
      yield* derivedFirst(e.operand);
      break;
    case 'NamedArgument':
      yield* derivedFirst(e.value);
      break;
    default:
  }
}

function* derivedOfCall(call: Ast.Call): Generator<Early> {
  const name = call.name.toUpperCase();
  const args = call.args;
  if (isMiscounted(call)) return yield early([call]);
  if (derivesAll(call)) yield early(args, true);
  else if (derivesOne(call)) yield early(args.slice(0, 1));
  else if (name === 'NULLIF') {
    // It has become a CASE by then.
    yield early(args.slice(0, 1));
    yield { ...early(args.slice(1)), isUntyped: false };
    yield early([call]);
  }
  for (const arg of args) yield* derivedFirst(arg);
}

/** Whether the types of all arguments are asked for early. */
export const derivesAll = ({ syntax, name }: Ast.Call): boolean =>
  syntax === 'function' && isNewStack(name.toUpperCase());
/** Whether the type of the first operand is. */
export const derivesOne = ({ syntax, name, args }: Ast.Call): boolean =>
  syntax !== 'function' && args.length > 1 && FIRST_KNOWN.test(name.toUpperCase());

/** Whether a function's inference is that of Flink's newer stack. */
export const isNewStack = (name: string): boolean =>
  lookupFunction(name)?.isModern === true || name === 'GREATEST' || name === 'LEAST';

/** Calcite makes these EXTRACT before it looks at what they are asked of. */
export const isMiscounted = ({ syntax, name, args }: Ast.Call): boolean =>
  syntax === 'function' && name.toUpperCase() in EXTRACTED && args.length !== 1;

/** Aggregates mean something only where rows are grouped. */
const early = (expressions: readonly Ast.Expression[], isLenient = false): Early => ({
  expressions: expressions.filter((e) => !hasAggregate(e) && !hasWindow(e)),
  isLenient,
  isUntyped: true,
});
