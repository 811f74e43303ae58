import { SqlError } from '../../base/diagnostic.ts';
import { notYet, plainError, refuse } from '../../base/refusal.ts';
import type { Span } from '../../base/span.ts';
import type { Misfit } from '../../functions/function-definition.ts';
import {
  GROUP_WINDOWS,
  OVER_FUNCTIONS,
  PATTERN_FUNCTIONS,
  WINDOW_AUXILIARY,
} from '../../functions/function-kinds.ts';
import { lookupFunction } from '../../functions/index.ts';
import { printArgument, unsupportedCall } from '../../functions/signature.ts';
import { UNSUPPORTED_FUNCTIONS } from '../../functions/unsupported.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import { isCharacter, regularType } from '../../types/logical-type.ts';
import { printType, printTypeFamily, printValidatorType } from '../../types/print-type.ts';
import { placeless, type StatementText, validationError } from '../plan-error.ts';
import { illegalIn } from './ast-tools.ts';
import { noScalarQuery } from './bind-subquery.ts';
import type { Binder } from './binder.ts';

/** Character sets a JVM has, as far as they are asked for. */
const CHARSETS =
  /^(?:utf_?-?(?:8|16|32)(?:le|be)?|latin_?1|iso-?_?8859_?-?1?|us-?ascii|ascii|gbk|gb2312|big5)$/i;

/** Arguments that do not fit, in the words of the function's inference. */
export function misfitError(binder: Binder, misfit: Misfit, span: Span): SqlError {
  if (misfit.exception === 'AssertionError')
    return plainError('parse', 'wrong-argument-type', 'AssertionError', misfit.message, span);
  if (misfit.message.startsWith('Invalid function call:') || misfit.exception === 'ValidationException') {
    const parts = misfit.message.split('\u0000');
    return new SqlError({
      severity: 'error',
      phase: 'parse',
      code: 'wrong-argument-type',
      chain: [
        `ValidationException: SQL validation failed. ${parts[0]}`,
        ...parts.map((p) => `ValidationException: ${p}`),
      ],
      span,
    });
  }
  return binder.error(span, 'wrong-argument-type', misfit.message, misfit.exception);
}

/** There is no table function but those over windows; arguments that are wrong themselves are told first. */
export function noTableFunction(
  binder: Binder,
  node: Ast.Call,
  columnsOf: (table: Ast.Name | Ast.Query) => LogicalNode['fields'],
): SqlError {
  const args = node.args.map((arg) => {
    if (arg.kind !== 'TableArgument') return binder.bind(arg);
    const fields = columnsOf(arg.table);
    if (fields.length !== 1) throw placeless('scalar-query-columns', noScalarQuery(fields));
    return ref(0, fields[0]!.type);
  });
  if (!lookupFunction(node.name.toUpperCase()))
    return unknownFunction(binder, node.name, args, node.span, node);
  const message = `Function '${node.name}' cannot be used as a table function.`;
  return refuse(
    node.span,
    [`ValidationException: SQL validation failed. ${message}`, `ValidationException: ${message}`],
    'parse',
  );
}

/** Functions of other databases that Flink's parser knows and its validator does not, and what the parser would have them take. */
const PARSED_ONLY: ReadonlyMap<string, string> = new Map([
  ['DATE_TRUNC', '<DATE>, <DATETIME_INTERVAL>'],
  ['TIMESTAMP_TRUNC', '<TIMESTAMP>, <DATETIME_INTERVAL>'],
  ['TIME_DIFF', '<TIME>, <TIME>, <ANY>'],
]);

/** FINAL and RUNNING mean something in MATCH_RECOGNIZE alone. */
export const unknownMoment = (name: string, of: Rex, span: Span): SqlError =>
  plainError(
    'plan',
    'moment-outside-pattern',
    'CodeGenException',
    unsupportedCall(name, printType(of.type)),
    span,
  );

/** A name that no scalar function has, or has only elsewhere. */
export function unknownFunction(
  binder: Binder,
  name: string,
  args: readonly Rex[],
  span: Span,
  node?: Ast.Call,
): SqlError {
  if (UNSUPPORTED_FUNCTIONS.has(name)) return notYet(`the function ${name}`, span);
  if (OVER_FUNCTIONS.has(name)) {
    const types = args.map((arg) => printType(arg.type)).join(', ');
    return plainError(
      'plan',
      'function-without-over',
      'CodeGenException',
      unsupportedCall(name, types),
      span,
    );
  }
  if (PATTERN_FUNCTIONS.has(name)) {
    const written = [
      ...(node?.args.map((arg) => printedAsWritten(binder, arg)) ?? []),
      ...(PATTERN_FUNCTIONS.get(name) ?? []),
    ];
    return binder.error(
      span,
      'function-outside-pattern',
      `Function '${name}(${written.join(', ')})' can only be used in MATCH_RECOGNIZE`,
    );
  }
  const families = args.map((arg) => `<${printTypeFamily(arg.type)}>`).join(', ');
  const isInfix = node?.syntax === 'infix' || node?.syntax === 'special';
  const written = isInfix ? node.name : `${node?.name ?? name}(${families})`;
  const parsed = PARSED_ONLY.get(name);
  const supported = parsed === undefined ? '' : `.\nSupported signatures are:\n'${name}(${parsed})'`;
  return binder.error(
    span,
    'unknown-function',
    `No match found for function signature ${written}${supported}`,
  );
}

/** An argument as the validator prints it: columns with the name of their table. */
function printedAsWritten(binder: Binder, arg: Ast.Expression): string {
  const text = binder.source.text.slice(
    arg.span.start - binder.source.offset,
    arg.span.end - binder.source.offset,
  );
  if (arg.kind !== 'ColumnRef') return text;
  const names = arg.parts.map((part) => part.name);
  const [table] = binder.scope.tables;
  return (names.length > 1 || !table ? names : [table.name, ...names]).map((n) => `\`${n}\``).join('.');
}

/** An aggregate, a group window or a function of one where nothing is grouped. */
export function misplacedCall(binder: Binder, node: Ast.Call, name: string): SqlError {
  if (GROUP_WINDOWS.has(name))
    return binder.error(
      node.span,
      'misplaced-window',
      `Group function '$${name}' can only appear in GROUP BY clause`,
    );
  if (WINDOW_AUXILIARY.has(name)) {
    const types = node.args.map((arg) => printType(regularType(binder.bind(arg).type))).join(', ');
    return plainError(
      'plan',
      'window-function-outside-group',
      'CodeGenException',
      unsupportedCall(name, types),
      node.span,
    );
  }
  return binder.error(node.span, 'misplaced-aggregate', illegalIn(node, 'WHERE'));
}

/** `F(*)` and `F(DISTINCT x)` of what is no aggregate, or of one that takes no rows. */
export function onlyOfAggregates(
  binder: { readonly source: StatementText },
  node: Ast.Call,
  name: string,
): SqlError {
  const { text, offset } = binder.source;
  const from = node.nameSpan.end - offset;
  const word = node.star ? '*' : /DISTINCT/i.exec(text.slice(from))![0];
  const start = text.indexOf(word, from) + offset;
  const message = node.star ? `Unknown identifier '*'` : `DISTINCT/ALL not allowed with ${name} function`;
  return validationError(binder.source, { start, end: start + word.length }, 'not-an-aggregate', message);
}

/** `ARRAY[…]` and `MAP[…]` are no functions, though their names are known. */
export function notAFunction(binder: Binder, name: string, node: Ast.Call): SqlError {
  const families = node.args.map((arg) => `<${printTypeFamily(binder.bind(arg).type)}>`).join(', ');
  return binder.error(
    node.span,
    'unknown-function',
    `No match found for function signature ${name}(${families}).\nSupported signatures are:\n'${name}(<EQUIVALENT_TYPE>, <EQUIVALENT_TYPE>, <...>)'`,
  );
}

/** AND and OR take truth values alone. */
export function needBoolean(binder: Binder, rex: Rex, node: Ast.Call, name: string): void {
  if (rex.type.root === 'BOOLEAN' || rex.type.root === 'NULL') return;
  const types = node.args.map((arg) => printArgument({ type: binder.bind(arg).type })).join(` ${name} `);
  throw binder.error(
    node.span,
    'wrong-argument-type',
    `Cannot apply '${name}' to arguments of type '${types}'. Supported form(s): '<BOOLEAN> ${name} <BOOLEAN>'`,
  );
}

/** Flink's parser knows changes of the character set, and nothing behind it does. */
export function noCharsets(binder: Binder, node: Ast.Call): SqlError {
  const [first = '', second = ''] = node.keywords;
  const { type } = binder.bind(node.args[0]!);
  const [name, charsets] = first === 'USING' ? ['TRANSLATE', [second]] : ['CONVERT', [first, second]];
  if (!isCharacter(type))
    return binder.error(
      node.span,
      'wrong-argument-type',
      `Invalid type '${type.root}' in '${name}' function. Only 'CHARACTER' type is supported`,
    );
  const unknown = charsets.find((charset) => !CHARSETS.test(charset))?.toUpperCase();
  if (unknown !== undefined)
    return new SqlError({
      severity: 'error',
      phase: 'parse',
      code: 'unknown-charset',
      chain: [
        `ValidationException: SQL validation failed. ${unknown}`,
        `UnsupportedCharsetException: ${unknown}`,
      ],
      span: node.span,
    });
  const types = [printType(type), ...charsets.map((charset) => `CHAR(${charset.length}) NOT NULL`)];
  return plainError(
    'plan',
    'no-code-for-call',
    'CodeGenException',
    unsupportedCall(name, types.join(', ')),
    node.span,
  );
}

/** No catalog of Flink has sequences. */
export function noSequence(binder: Binder, sequence: Ast.Expression): SqlError {
  const name = sequence.kind === 'ColumnRef' ? sequence.parts.map((part) => part.name).join('.') : '';
  const isTable = binder.scope.tables.some((table) => table.name === name);
  return binder.error(
    sequence.span,
    'unknown-sequence',
    `Table '${name}' ${isTable ? 'is not a sequence' : 'not found'}`,
  );
}

/** FLOOR and CEIL of an interval that is written out: the planner takes it apart and fails. */
export const noRounding = (node: Ast.Call, { type }: Rex): SqlError =>
  plainError(
    'parse',
    'interval-rounded',
    'NullPointerException',
    `Can't find leastRestrictive type for [BOOLEAN, ${printValidatorType(type)}]`,
    node.span,
  );

/** TRANSLATE with too few or too many arguments. */
export function noTranslation(binder: Binder, { args, span }: Ast.Call): SqlError {
  const families = args.map((arg) => `<${printTypeFamily(binder.bind(arg).type)}>`).join(', ');
  const words = `No match found for function signature TRANSLATE3(${families}).\nSupported signatures are:\n'TRANSLATE3(<STRING>, <STRING>, <STRING>)'`;
  return binder.error(span, 'wrong-argument-count', words);
}
