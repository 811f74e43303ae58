import type { TypeField, TypeName } from './ast.ts';
import { parseIntervalQualifier } from './parse-literal.ts';
import { parseIdentifier, parseName, parseStringText, parseUnsignedInteger } from './parse-name.ts';
import type { TokenStream } from './token-stream.ts';

/** Data types, as columns and casts write them. */

type TypeParts = Partial<Omit<TypeName, 'span' | 'name'>>;

/** Types of one word without arguments, by every name they are written with. */
const SIMPLE_TYPES: ReadonlyMap<string, string> = new Map([
  ['BOOLEAN', 'BOOLEAN'],
  ['TINYINT', 'TINYINT'],
  ['SMALLINT', 'SMALLINT'],
  ['INT', 'INT'],
  ['INTEGER', 'INT'],
  ['BIGINT', 'BIGINT'],
  ['FLOAT', 'FLOAT'],
  ['REAL', 'FLOAT'],
  ['STRING', 'STRING'],
  ['BYTES', 'BYTES'],
  ['DATE', 'DATE'],
  ['VARIANT', 'VARIANT'],
]);
/** Types with up to two numbers in parentheses. */
const DECIMAL_TYPES: ReadonlySet<string> = new Set(['DECIMAL', 'DEC', 'NUMERIC']);

/**
 * A type with NULL or NOT NULL behind it: columns, fields, elements. `INT ARRAY` and `INT NOT NULL MULTISET` wrap what they follow.
 */
export function parseColumnType(tokens: TokenStream): TypeName {
  return tokens.nested(() => {
    let type = parseTypeName(tokens, 'unknown-column-type');
    for (;;) {
      const collection = collectionAhead(tokens);
      if (collection === null) return withNullability(tokens, type);
      const element = withNullability(tokens, type);
      tokens.take();
      type = typeName(tokens, element.span.start, collection, { elements: [element] });
    }
  });
}

/** The type of CAST and RETURNING, which takes neither NULL nor NOT NULL but within its arguments; CAST takes intervals too. */
export function parseCastType(tokens: TokenStream): TypeName {
  return tokens.nested(() => {
    const { start } = tokens;
    let type = parseTypeName(tokens, 'unknown-type');
    for (;;) {
      const collection = tokens.acceptOneOf(['MULTISET', 'ARRAY']);
      if (collection === null) return type;
      type = typeName(tokens, start, collection, { elements: [type] });
    }
  });
}

/** `INTERVAL DAY TO SECOND` as the target of a CAST. */
export function parseIntervalType(tokens: TokenStream): TypeName {
  const { start } = tokens;
  tokens.expectWord('INTERVAL');
  const interval = parseIntervalQualifier(tokens);
  return typeName(tokens, start, 'INTERVAL', { interval });
}

/** ARRAY or MULTISET behind a type and its nullability. */
function collectionAhead(tokens: TokenStream): 'ARRAY' | 'MULTISET' | null {
  const skip = tokens.wordAt(0, 'NULL') ? 1 : tokens.wordAt(0, 'NOT') && tokens.wordAt(1, 'NULL') ? 2 : 0;
  if (skip === 0) return tokens.whichWord(['MULTISET', 'ARRAY']);
  if (tokens.wordAt(skip, 'ARRAY')) return 'ARRAY';
  return tokens.wordAt(skip, 'MULTISET') ? 'MULTISET' : null;
}

function withNullability(tokens: TokenStream, type: TypeName): TypeName {
  if (tokens.acceptWord('NULL')) return { ...type, notNull: false, span: tokens.spanFrom(type.span.start) };
  if (!tokens.acceptWord('NOT')) return type;
  tokens.expectWord('NULL');
  return { ...type, notNull: true, span: tokens.spanFrom(type.span.start) };
}

/** `by` is who finds out that there is no such type: the validator in an expression, the converter in a table. */
function parseTypeName(tokens: TokenStream, problem: 'unknown-type' | 'unknown-column-type'): TypeName {
  const { start } = tokens;
  const token = tokens.peek();
  const word = token.kind === 'word' ? token.value : '';
  const simple = SIMPLE_TYPES.get(word);
  if (simple !== undefined) {
    tokens.take();
    return typeName(tokens, start, simple, {});
  }
  if (DECIMAL_TYPES.has(word)) {
    tokens.take();
    return typeName(tokens, start, 'DECIMAL', { args: parsePrecisionAndScale(tokens) });
  }
  switch (word) {
    case 'DOUBLE':
      tokens.take();
      tokens.acceptWord('PRECISION');
      return typeName(tokens, start, 'DOUBLE', {});
    case 'CHAR':
    case 'CHARACTER':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return parseLengthType(tokens);
    case 'TIME':
    case 'TIMESTAMP':
      return parseTimeType(tokens);
    case 'TIMESTAMP_LTZ':
      tokens.take();
      return typeName(tokens, start, 'TIMESTAMP_LTZ', { args: parsePrecision(tokens) });
    case 'ARRAY':
    case 'MULTISET':
      checkSecond(tokens, '<');
      return parseCollectionType(tokens, word);
    case 'MAP':
      if (tokens.symbolAt(1, '<')) return parseMapType(tokens);
      break;
    case 'ROW':
      return parseRowType(tokens);
    case 'STRUCTURED':
      checkSecond(tokens, '<');
      return parseStructuredType(tokens);
    case 'RAW':
      checkSecond(tokens, '(');
      return parseRawType(tokens);
  }
  return parseUnknownType(tokens, problem);
}

/** Flink knows these types by two tokens and complains of the first when the second is another one. */
function checkSecond(tokens: TokenStream, symbol: string): void {
  if (tokens.symbolAt(1, symbol)) return;
  tokens.noteAhead(1, [symbol]);
  tokens.noteAll(['<TYPE>', '<IDENTIFIER>']);
  tokens.fail();
}

/** `CHAR(3)`, `CHARACTER VARYING(3)`, `VARBINARY(16)`: synonyms get Flink's name. */
function parseLengthType(tokens: TokenStream): TypeName {
  const { start, value: word } = tokens.take();
  const base = word === 'CHARACTER' ? 'CHAR' : word;
  const varying = (base === 'CHAR' || base === 'BINARY') && tokens.acceptWord('VARYING');
  const args = parsePrecision(tokens);
  return typeName(tokens, start, varying ? `VAR${base}` : base, { args });
}

/** TIME and TIMESTAMP, WITH LOCAL TIME ZONE being the long name of TIMESTAMP_LTZ. */
function parseTimeType(tokens: TokenStream): TypeName {
  const { start, value: word } = tokens.take();
  const args = parsePrecision(tokens);
  if (!tokens.acceptWords('WITHOUT', 'TIME', 'ZONE') && tokens.acceptWord('WITH')) {
    tokens.expectWords('LOCAL', 'TIME', 'ZONE');
    return typeName(tokens, start, `${word}_LTZ`, { args });
  }
  return typeName(tokens, start, word, { args });
}

function parsePrecision(tokens: TokenStream): number[] {
  if (!tokens.acceptSymbol('(')) return [];
  const precision = parseUnsignedInteger(tokens);
  tokens.expectSymbol(')');
  return [precision];
}

function parsePrecisionAndScale(tokens: TokenStream): number[] {
  if (!tokens.acceptSymbol('(')) return [];
  const args = [parseUnsignedInteger(tokens)];
  if (tokens.acceptSymbol(',')) args.push(parseUnsignedInteger(tokens));
  tokens.expectSymbol(')');
  return args;
}

/** `ARRAY<INT NOT NULL>`. */
function parseCollectionType(tokens: TokenStream, name: string): TypeName {
  const { start } = tokens.take();
  tokens.expectSymbol('<');
  const elements = [parseColumnType(tokens)];
  tokens.expectSymbol('>');
  return typeName(tokens, start, name, { elements });
}

function parseMapType(tokens: TokenStream): TypeName {
  const { start } = tokens.take();
  tokens.expectSymbol('<');
  const key = parseColumnType(tokens);
  tokens.expectSymbol(',');
  const value = parseColumnType(tokens);
  tokens.expectSymbol('>');
  return typeName(tokens, start, 'MAP', { elements: [key, value] });
}

/** `ROW<a INT, b STRING>` or the same in parentheses; `ROW<>` is one token of the lexer. */
function parseRowType(tokens: TokenStream): TypeName {
  const { start } = tokens.take();
  if (tokens.acceptSymbol('<>')) return typeName(tokens, start, 'ROW', {});
  const close = tokens.acceptSymbol('<') ? '>' : ')';
  if (close === ')') tokens.expectSymbol('(');
  const fields = tokens.isSymbol(close) ? [] : tokens.list(() => parseField(tokens));
  tokens.expectSymbol(close);
  return typeName(tokens, start, 'ROW', { fields });
}

/** `STRUCTURED<'com.example.User', name STRING>`. */
function parseStructuredType(tokens: TokenStream): TypeName {
  const { start } = tokens.take();
  tokens.expectSymbol('<');
  const strings = [parseStringText(tokens)];
  const fields: TypeField[] = [];
  while (tokens.acceptSymbol(',')) fields.push(parseField(tokens));
  tokens.expectSymbol('>');
  return typeName(tokens, start, 'STRUCTURED', { strings, fields });
}

function parseRawType(tokens: TokenStream): TypeName {
  const { start } = tokens.take();
  tokens.expectSymbol('(');
  const className = parseStringText(tokens);
  tokens.expectSymbol(',');
  const snapshot = parseStringText(tokens);
  tokens.expectSymbol(')');
  return typeName(tokens, start, 'RAW', { strings: [className, snapshot] });
}

function parseField(tokens: TokenStream): TypeField {
  const { start } = tokens;
  const name = parseIdentifier(tokens);
  const type = parseColumnType(tokens);
  const comment = tokens.isKind('string', '<QUOTED_STRING>') ? tokens.take().value : null;
  return { name, type, comment, span: tokens.spanFrom(start) };
}

/** Any name is a type to Flink's grammar; that there is no such type is found when the tree is turned into an operation. */
function parseUnknownType(tokens: TokenStream, problem: 'unknown-type' | 'unknown-column-type'): TypeName {
  tokens.note(['<TYPE>']);
  const { parts, span } = parseName(tokens);
  const name = parts.map((part) => part.name).join('.');
  tokens.complainLater(problem, span, parts.map((part) => part.name).join('.'));
  return typeName(tokens, span.start, name, {});
}

function typeName(tokens: TokenStream, start: number, name: string, parts: TypeParts): TypeName {
  return {
    name,
    args: [],
    elements: [],
    fields: [],
    interval: null,
    notNull: null,
    strings: [],
    ...parts,
    span: tokens.spanFrom(start),
  };
}
