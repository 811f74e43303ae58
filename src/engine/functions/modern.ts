import { supportsAvoidingCast, supportsImplicitCast } from '../types/implicit-cast.ts';
import { findCommonType } from '../types/least-restrictive.ts';
import {
  isBinary,
  isCharacter,
  isInteger,
  isNumeric,
  type LogicalType,
  varchar,
  withNullable,
} from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import type {
  Argument,
  EvaluationContext,
  Implementation,
  Misfit,
  ScalarFunction,
} from './function-definition.ts';
import {
  argType,
  type Doc,
  hasBareNull,
  type Infers,
  illegalNull,
  newStackMisfit,
  newStackWrongCount,
  toDoc,
} from './signature.ts';

/** What Flink's newer function stack (`BuiltInFunctionDefinitions`) asks of an argument, as its messages spell it. */
export type ParameterType =
  | 'ANY'
  | 'CHARACTER_STRING'
  | 'BINARY_STRING'
  | 'NUMERIC'
  | 'INTEGER_NUMERIC'
  | 'INTEGER'
  | 'BOOLEAN'
  | 'ARRAY'
  | 'MAP'
  | 'ARRAY ELEMENT'
  | 'COMMON'
  | 'ARRAY<COMPARABLE>'
  | 'ARRAY<STRING>';
export type Parameter = readonly [name: string | null, type: ParameterType];
export interface ParameterCheck {
  /** What is wrong with the arguments in Flink's words, `WRONG_COUNT`, or null. */
  readonly check: (args: readonly Argument[]) => string | null;
  readonly signatures: readonly string[];
}
export const WRONG_COUNT = '#';
export const INVALID_ARGUMENTS = 'Invalid input arguments.';

export interface ModernSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One list of parameters for each way to call it, or a check of its own. */
  readonly parameters: readonly (readonly Parameter[])[] | ParameterCheck;
  readonly returns: Infers;
  readonly strict?: boolean;
  readonly isDeterministic?: boolean;
  readonly coerce?: NonNullable<ScalarFunction['coerce']>;
  readonly refuse?: NonNullable<ScalarFunction['refuse']>;
  readonly evaluate?: Implementation['evaluate'];
  readonly implement?: (
    argTypes: readonly LogicalType[],
    resultType: LogicalType,
    context: EvaluationContext,
    args: readonly Argument[],
  ) => Implementation['evaluate'];
  readonly doc: Doc;
}

export function modernFamily(category: string): (spec: ModernSpec) => ScalarFunction {
  return (spec) => modern(category, spec);
}

function accepts(args: readonly Argument[], index: number, wanted: ParameterType): boolean {
  const type = argType(args, index);
  // A bare NULL takes no type that has others in it.
  if (type.root === 'NULL') return !['ARRAY', 'MAP', 'ARRAY<STRING>', 'ARRAY<COMPARABLE>'].includes(wanted);
  switch (wanted) {
    case 'ANY':
    case 'COMMON':
      return true;
    case 'CHARACTER_STRING':
      return isCharacter(type);
    case 'BINARY_STRING':
      return isBinary(type);
    case 'NUMERIC':
      return isNumeric(type);
    case 'INTEGER_NUMERIC':
      return isInteger(type);
    case 'INTEGER':
      return isInteger(type) && type.root !== 'BIGINT';
    case 'ARRAY ELEMENT': {
      const element = elementOf(argType(args, 0));
      return element !== null && supportsImplicitCast(type, withNullable(element, true));
    }
    case 'ARRAY<COMPARABLE>':
      return type.root === 'ARRAY' && !['MAP', 'MULTISET', 'ROW', 'RAW'].includes(type.element.root);
    case 'ARRAY<STRING>':
      return type.root === 'ARRAY' && isCharacter(type.element);
    default:
      return type.root === wanted;
  }
}
const elementOf = (type: LogicalType): LogicalType | null => (type.root === 'ARRAY' ? type.element : null);

function signatureOf(name: string, parameters: readonly Parameter[]): string {
  return `${name}(${parameters.map(([label, type]) => `${label === null ? '' : `${label} `}${type === 'ARRAY<STRING>' ? type : `<${type}>`}`).join(', ')})`;
}

/** The complaint about arguments of a newer function. */
export function modernMisfit(
  name: string,
  args: readonly Argument[],
  signatures: readonly string[],
  detail = INVALID_ARGUMENTS,
): Misfit {
  return detail === WRONG_COUNT
    ? newStackWrongCount(name, args, signatures)
    : newStackMisfit(name, args, signatures, printType, detail);
}

const FAMILIES: readonly ParameterType[] = [
  'CHARACTER_STRING',
  'BINARY_STRING',
  'NUMERIC',
  'INTEGER_NUMERIC',
];

/** What is wrong with arguments, or null. Only a function with one signature says which argument it is. */
function problemOf(args: readonly Argument[], lists: readonly (readonly Parameter[])[]): string | null {
  const fitting = lists.filter((list) => list.length === args.length);
  if (fitting.length === 0) return WRONG_COUNT;
  if (fitting.some((list) => list.every(([, type], i) => accepts(args, i, type)))) return null;
  const [only, ...others] = lists;
  if (only === undefined || others.length > 0) return INVALID_ARGUMENTS;
  const wrong = only.findIndex(([, type], i) => !accepts(args, i, type));
  const wanted = only[wrong]?.[1] ?? 'ANY';
  if (wanted === 'ARRAY<COMPARABLE>') return 'The argument requires to be an ARRAY type';
  return FAMILIES.includes(wanted)
    ? `Unsupported argument type. Expected type of family '${wanted}' but actual type was '${printType(argType(args, wrong))}'.`
    : INVALID_ARGUMENTS;
}

function modern(category: string, spec: ModernSpec): ScalarFunction {
  const { name, parameters, evaluate, implement } = spec;
  const problem = (args: readonly Argument[]): string | null =>
    'check' in parameters ? parameters.check(args) : problemOf(args, parameters);
  const signatures =
    'check' in parameters ? parameters.signatures : parameters.map((list) => signatureOf(name, list));
  return {
    name,
    ...(spec.aliases === undefined ? {} : { aliases: spec.aliases }),
    strict: spec.strict ?? true,
    isDeterministic: spec.isDeterministic ?? true,
    isModern: true,
    inferType: (args) => {
      const detail = problem(args);
      if (detail === null) return spec.returns(args);
      const misfit = modernMisfit(name, args, signatures, detail);
      return hasBareNull(args) ? illegalNull(misfit) : misfit;
    },
    coerce:
      spec.coerce ??
      ((args) =>
        'check' in parameters ? args.map((arg) => arg.type) : coerceTo(args, fittingList(args, parameters))),
    ...(spec.refuse === undefined ? {} : { refuse: spec.refuse }),
    implement: (argTypes, resultType, context, args) => ({
      evaluate: implement?.(argTypes, resultType, context, args) ?? evaluate ?? (() => null),
    }),
    doc: toDoc(category, spec.doc),
  };
}

const fittingList = (
  args: readonly Argument[],
  lists: readonly (readonly Parameter[])[],
): readonly Parameter[] =>
  lists.find((list) => list.length === args.length && list.every(([, type], i) => accepts(args, i, type))) ??
  [];

/** Arguments cast where Flink inserts an implicit cast: array elements to the array's type, small integers to INT. */
function coerceTo(args: readonly Argument[], parameters: readonly Parameter[]): readonly LogicalType[] {
  return args.map((arg, i) => {
    const wanted = parameters[i]?.[1];
    const element = elementOf(argType(args, 0));
    if (wanted === 'ARRAY ELEMENT' && element !== null) return elementCast(arg.type, element);
    if (wanted === 'INTEGER') return castIfNeeded(arg.type, { root: 'INTEGER', nullable: true });
    // A NULL is a text of one character where text can stand.
    const isText = wanted === 'CHARACTER_STRING' || wanted === 'ANY';
    return arg.type.root === 'NULL' && isText ? withNullable(varchar(1), true) : arg.type;
  });
}

/** The target where a value of the source does not already stand for it, keeping the source's nullability. */
export function castIfNeeded(from: LogicalType, to: LogicalType): LogicalType {
  const target = withNullable(to, from.nullable || from.root === 'NULL');
  return supportsAvoidingCast(from, target) ? from : target;
}

/** What becomes an element by a cast may be NULL where elements may. */
function elementCast(from: LogicalType, element: LogicalType): LogicalType {
  const target = castIfNeeded(from, element);
  return target === from ? from : withNullable(target, target.nullable || element.nullable);
}

/** All arguments cast to their common type. */
export function coerceToCommon(args: readonly Argument[]): readonly LogicalType[] {
  const common = findCommonType(args.map((arg) => arg.type));
  return common === null ? args.map((arg) => arg.type) : args.map((arg) => castIfNeeded(arg.type, common));
}
