import {
  isBinary,
  isCharacter,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
  STRING,
  varchar,
  withNullable,
} from '../types/logical-type.ts';
import { printType, printTypeFamily, printValidatorType } from '../types/print-type.ts';
import type {
  Argument,
  EvaluationContext,
  FunctionDoc,
  Implementation,
  Misfit,
  ScalarFunction,
} from './function-definition.ts';

/** Calcite's type families, as validator messages spell them. */
export type Family =
  | 'ANY'
  | 'CHARACTER'
  | 'STRING'
  | 'BINARY'
  | 'NUMERIC'
  | 'EXACT_NUMERIC'
  | 'INTEGER'
  | 'BOOLEAN'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP'
  | 'DATETIME'
  | 'DATETIME_INTERVAL'
  | 'INTERVAL'
  | 'ARRAY'
  | 'MULTISET'
  | 'MAP'
  | 'ROW'
  | 'SYMBOL'
  | 'COMPARABLE_TYPE'
  | 'EQUIVALENT_TYPE';

/** Whether a type belongs to a family; NULL belongs to every one. */
export function inFamily(type: LogicalType, family: Family): boolean {
  if (type.root === 'NULL') return true;
  switch (family) {
    case 'ANY':
    case 'COMPARABLE_TYPE':
    case 'EQUIVALENT_TYPE':
      return true;
    case 'CHARACTER':
      return isCharacter(type);
    case 'STRING':
      return isCharacter(type) || isBinary(type);
    case 'BINARY':
      return type.root === 'BINARY' || type.root === 'VARBINARY';
    case 'NUMERIC':
      return isNumeric(type);
    case 'EXACT_NUMERIC':
      return isInteger(type) || type.root === 'DECIMAL';
    case 'INTEGER':
      return isInteger(type);
    case 'TIMESTAMP':
      return isTimestamp(type);
    case 'DATETIME':
      return isTimestamp(type) || type.root === 'DATE' || type.root === 'TIME';
    case 'DATETIME_INTERVAL':
      return isInterval(type);
    default:
      return type.root === family;
  }
}

/** The argument families of one way to call a function. */
export type Form = readonly Family[];
/** Any number of arguments of one family, at least `min`. */
export interface Repeated {
  readonly repeat: Family;
  readonly min: number;
  readonly max?: number;
}
export type Forms = readonly Form[] | Repeated;

const accepts = (args: readonly Argument[], form: Form): boolean =>
  form.length === args.length && form.every((family, i) => inFamily(argType(args, i), family));

export const argType = (args: readonly Argument[], index: number): LogicalType =>
  args[index]?.type ?? { root: 'NULL', nullable: true };
export const anyNullable = (args: readonly Argument[]): boolean => args.some((arg) => arg.type.nullable);

/** Refuses arguments that fit no form, in the words of Calcite's validator; null where they fit. */
export function checkForms(name: string, args: readonly Argument[], forms: Forms): Misfit | null {
  if ('repeat' in forms) {
    const { repeat, min, max = Number.MAX_SAFE_INTEGER } = forms;
    if (args.length < min || args.length > max) return wrongCount(name, String(min));
    return args.every((arg) => inFamily(arg.type, repeat)) ? null : misfit(name, args, shownForms(forms));
  }
  if (forms.some((form) => accepts(args, form))) return null;
  if (!forms.some((form) => form.length === args.length)) {
    return wrongCount(name, String(Math.min(...forms.map((form) => form.length))));
  }
  return misfit(name, args, forms);
}
const shownForms = (forms: Forms): readonly Form[] =>
  'repeat' in forms ? [Array<Family>(Math.max(forms.min, 1)).fill(forms.repeat)] : forms;

export function wrongCount(name: string, expected: string): Misfit {
  return {
    message: `Invalid number of arguments to function '${name}'. Was expecting ${expected} arguments`,
  };
}

/** What the code generator says to a call it has no code for. */
export const unsupportedCall = (name: string, types: string): string =>
  `Unsupported call: ${name}(${types}) \nIf you think this function should be supported, you can create an issue and start a discussion for it.`;

/** The same of arguments of these types. */
export const noCode = (name: string, args: readonly Argument[]): string =>
  `CodeGenException: ${unsupportedCall(name, args.map(({ type }) => printType(type)).join(', '))}`;

/** `Cannot apply 'F' to arguments of type 'F(<A>)'. Supported form(s): 'F(<B>)'`, one form a line. */
export function misfit(
  name: string,
  args: readonly Argument[],
  forms: readonly Form[],
  write: (name: string, types: readonly string[]) => string = writeCall,
): Misfit {
  const given = write(name, args.map(printArgument));
  const supported = forms
    .map(
      (form) =>
        `'${write(
          name,
          form.map((family) => `<${family}>`),
        )}'`,
    )
    .join('\n');
  return {
    message: `Cannot apply '${name}' to arguments of type '${given}'. Supported form(s): ${supported}`,
  };
}
/** An argument's type between angle brackets; a time unit is an interval there. */
export function printArgument({ type, symbol }: Argument): string {
  const text = symbol !== undefined && isTimeUnit(symbol) ? `INTERVAL ${symbol}` : printValidatorType(type);
  return `<${text.toUpperCase()}>`;
}
export const isTimeUnit = (word: string): boolean => TIME_UNITS.test(word);
const TIME_UNITS =
  /^(?:YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND|NANOSECOND|EPOCH|DOW|DOY|ISODOW|ISOYEAR|DECADE|CENTURY|MILLENNIUM)$/;

/** A complaint whose supported forms are written out. */
export function misfitOf(name: string, given: string, supported: readonly string[]): Misfit {
  return {
    message: `Cannot apply '${name}' to arguments of type '${given}'. Supported form(s): ${supported.join('\n')}`,
  };
}
const writeCall = (name: string, types: readonly string[]): string => `${name}(${types.join(', ')})`;
export const writeInfix = (name: string, types: readonly string[]): string =>
  types.length === 1 ? `${name}${types[0]}` : types.join(` ${name} `);

/**
 * Refuses arguments of a function of Flink's newer stack: the complaint has no position and a chain of its own, whose parts are parted
 * by NUL: the call, the signatures and the detail.
 */
export function newStackMisfit(
  name: string,
  args: readonly Argument[],
  signatures: readonly string[],
  print: (type: LogicalType) => string,
  detail = 'Invalid input arguments.',
): Misfit {
  const given = `Invalid function call:\n${name}(${args.map((arg) => print(arg.type)).join(', ')})`;
  const expected = `Invalid input arguments. Expected signatures are:\n${signatures.join('\n')}`;
  return { message: [given, expected, detail].join('\u0000'), exception: 'ValidationException' };
}

/** A wrong number of arguments for a function of the newer stack. */
export function newStackWrongCount(
  name: string,
  args: readonly Argument[],
  signatures: readonly string[],
): Misfit {
  const given = args.map((arg) => `<${printTypeFamily(arg.type)}>`).join(', ');
  return {
    message: `No match found for function signature ${name}(${given}).\nSupported signatures are:\n${signatures.join('\n')}`,
  };
}

// ---------------------------------------------------------------- results

export type Returns = (args: readonly Argument[]) => LogicalType;
/** The type of what a function gives, or what is wrong with arguments of the right types. */
export type Infers = (args: readonly Argument[]) => LogicalType | Misfit;
/** The type, NULL if any argument may be. */
export const returns =
  (type: LogicalType): Returns =>
  (args) =>
    withNullable(type, anyNullable(args));
/** The type, always nullable. */
export const returnsNullable =
  (type: LogicalType): Returns =>
  () =>
    withNullable(type, true);
/** The type, never NULL. */
export const returnsNotNull =
  (type: LogicalType): Returns =>
  () =>
    withNullable(type, false);
/** The first argument's type as varying text, always nullable: SUBSTRING, LEFT, RIGHT. */
export const returnsArg0Varying: Returns = (args) => withNullable(toVarying(argType(args, 0)), true);
/** CHAR(n) as VARCHAR(n). */
export function toVarying(type: LogicalType): LogicalType {
  if (type.root === 'CHAR') return { ...varchar(type.length), nullable: type.nullable };
  return isCharacter(type) ? type : { ...STRING, nullable: type.nullable };
}

// ---------------------------------------------------------------- making functions

type Evaluate = Implementation['evaluate'];

export interface ScalarSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly forms: Forms;
  readonly returns: Infers;
  /** The complaint about arguments of wrong types, where it is not worded from `forms`. */
  readonly complain?: (args: readonly Argument[]) => Misfit;
  /** Where its type is asked for early, a bare NULL is one more argument of a wrong type. */
  readonly takesNullForWrong?: boolean;
  /** NULL in any argument gives NULL; true unless said. */
  readonly strict?: boolean;
  readonly isDeterministic?: boolean;
  readonly isDynamic?: boolean;
  readonly coerce?: NonNullable<ScalarFunction['coerce']>;
  readonly refuse?: NonNullable<ScalarFunction['refuse']>;
  readonly evaluate?: Evaluate;
  readonly inline?: NonNullable<Implementation['inline']>;
  readonly implement?: (
    argTypes: readonly LogicalType[],
    resultType: LogicalType,
    context: EvaluationContext,
    args: readonly Argument[],
  ) => Evaluate;
  readonly doc: Doc;
}
/** Signature, what it does in English and in Chinese, examples. */
export type Doc = readonly [
  signature: string,
  en: string,
  zh: string,
  ...examples: (readonly [expression: string, result: string | null])[],
];

export function toDoc(category: string, [signature, en, zh, ...examples]: Doc): FunctionDoc {
  return { signature, category, en, zh, examples };
}

/** A bare NULL whose type nothing tells: it goes before whatever else is wrong with a call. */
export const ILLEGAL_NULL: Misfit = { message: `Illegal use of 'NULL'` };
/** The same, of a call that is no better than one with arguments of wrong types where its own type is asked for early. */
export const illegalNull = (early: Misfit): Misfit => ({ ...ILLEGAL_NULL, early });
/** Whether the first way to call it with so many arguments fails at something before the NULL. */
function failsBeforeNull(args: readonly Argument[], forms: Forms): boolean {
  const form = 'repeat' in forms ? undefined : forms.find(({ length }) => length === args.length);
  const wrong = form?.findIndex(
    (family, i) =>
      family !== 'ANY' && (argType(args, i).root === 'NULL' || !inFamily(argType(args, i), family)),
  );
  return wrong !== undefined && wrong >= 0 && argType(args, wrong).root !== 'NULL';
}
export const hasBareNull = (args: readonly Argument[]): boolean =>
  args.some((arg) => arg.type.root === 'NULL');

/** A family's way to define its functions. */
export function scalarFamily(category: string): (spec: ScalarSpec) => ScalarFunction {
  return (spec) => scalar(category, spec);
}

function scalar(category: string, spec: ScalarSpec): ScalarFunction {
  const { evaluate, implement, inline } = spec;
  const complaint = (args: readonly Argument[]): Misfit =>
    spec.complain?.(args) ?? misfit(spec.name, args, shownForms(spec.forms));
  return {
    name: spec.name,
    ...(spec.aliases === undefined ? {} : { aliases: spec.aliases }),
    strict: spec.strict ?? true,
    isDeterministic: spec.isDeterministic ?? true,
    ...(spec.isDynamic === undefined ? {} : { isDynamic: spec.isDynamic }),
    inferType: (args) => {
      if (hasBareNull(args)) {
        const isMisfit = spec.takesNullForWrong === true || failsBeforeNull(args, spec.forms);
        return isMisfit ? illegalNull(complaint(args)) : ILLEGAL_NULL;
      }
      const problem = checkForms(spec.name, args, spec.forms);
      if (problem === null) return spec.returns(args);
      return problem.message.startsWith('Cannot apply') ? complaint(args) : problem;
    },
    ...(spec.coerce === undefined ? {} : { coerce: spec.coerce }),
    ...(spec.refuse === undefined ? {} : { refuse: spec.refuse }),
    implement: (argTypes, resultType, context, args) => {
      const made = implement?.(argTypes, resultType, context, args) ?? evaluate;
      if (made === undefined) throw new Error(`${spec.name} has no implementation`);
      return inline === undefined ? { evaluate: made } : { evaluate: made, inline };
    },
    doc: toDoc(category, spec.doc),
  };
}
