import { closestWord } from './closest-word.ts';
import { TYPE_WORDS } from './expected-words.ts';

/** How one of Flink's own sentences is told. `{}` stands for what it names. */
export interface Wording {
  /** Parser: `SqlParserException: SQL parse failed. …`; validator and converter: found while the tree is turned into an operation. */
  readonly by: 'parser' | 'validator' | 'converter';
  /** The class of the innermost exception. */
  readonly cause: 'CalciteException' | 'SqlValidatorException' | 'ParseException';
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | ((detail: string) => string);
  /** The name by which the mistake is known outside, where two wordings share one. */
  readonly code?: string;
}

/** What a statement that is taken for an expression most likely was to begin with. */
const STATEMENT_WORDS =
  'SELECT INSERT CREATE EXPLAIN DESCRIBE ALTER UPDATE DELETE VALUES WITH SHOW DROP TRUNCATE EXECUTE RESET'.split(
    ' ',
  );

const IN_PARENTHESES = 'A query was expected in these parentheses: SELECT …, VALUES … or WITH ….';

const UNKNOWN_TYPE = {
  cause: 'SqlValidatorException',
  message: "Unknown identifier '{}'",
  hint: (name: string) => didYouMean(name.toUpperCase(), TYPE_WORDS) ?? `There is no type ${name}.`,
} as const;

/** Everything that the parser refuses in a sentence of its own. */
const COMPLAINTS = {
  'bad-binary-literal': {
    by: 'parser',
    cause: 'SqlValidatorException',
    message: "Binary literal string must contain only characters '0' - '9', 'A' - 'F'",
  },
  'bad-escape-character': {
    by: 'parser',
    cause: 'CalciteException',
    message: "UESCAPE '{}' must be exactly one character",
  },
  'bad-unicode-escape': {
    by: 'parser',
    cause: 'SqlValidatorException',
    message: 'Unicode escape sequence starting at character {} is not exactly four hex digits',
  },
  'bang-equal': {
    by: 'parser',
    cause: 'CalciteException',
    message: "Bang equal '!=' is not allowed under the current SQL conformance level",
    hint: 'Write <> instead of !=.',
  },
  'between-without-and': {
    by: 'parser',
    cause: 'SqlValidatorException',
    message: 'BETWEEN operator has no terminating AND',
    hint: 'Write a BETWEEN 1 AND 5.',
  },
  'column-without-type': {
    by: 'parser',
    cause: 'ParseException',
    message: 'Columns identifiers without types in the schema are supported on CTAS/RTAS statements only.',
    hint: 'Write a type behind the name of the column.',
  },
  'drain-without-savepoint': {
    by: 'parser',
    cause: 'ParseException',
    message: 'WITH DRAIN could only be used after WITH SAVEPOINT.',
  },
  'escape-without-unicode': {
    by: 'parser',
    cause: 'CalciteException',
    message: 'UESCAPE cannot be specified without Unicode literal introducer',
    hint: "Write U&'…' before UESCAPE.",
  },
  'extended-columns': {
    by: 'parser',
    cause: 'SqlValidatorException',
    message: 'Extended columns not allowed under the current SQL conformance level',
    hint: 'Write the names of the columns alone, separated by commas.',
  },
  'illegal-interval': {
    by: 'parser',
    cause: 'CalciteException',
    message: 'Illegal expression. Was expecting "(DATETIME - DATETIME) INTERVALQUALIFIER"',
  },
  'join-with-alias': {
    by: 'parser',
    cause: 'CalciteException',
    message: 'Join expression encountered in illegal context',
    hint: IN_PARENTHESES,
    code: 'query-expected',
  },
  'limit-start-count': {
    by: 'parser',
    cause: 'CalciteException',
    message: "'LIMIT start, count' is not allowed under the current SQL conformance level",
    hint: 'Write LIMIT count OFFSET start.',
  },
  'minus-not-allowed': {
    by: 'parser',
    cause: 'CalciteException',
    message: 'MINUS is not allowed under the current SQL conformance level',
    hint: 'Write EXCEPT instead of MINUS.',
  },
  'odd-binary-literal': {
    by: 'validator',
    cause: 'SqlValidatorException',
    message: 'Binary literal string must contain an even number of hexits',
    code: 'bad-binary-literal',
  },
  'offset-before-limit': {
    by: 'parser',
    cause: 'CalciteException',
    message: "'OFFSET start LIMIT count' is not allowed under the current SQL conformance level",
    hint: 'Write LIMIT before OFFSET.',
  },
  'order-by-unexpected': { by: 'parser', cause: 'CalciteException', message: 'ORDER BY unexpected' },
  'query-expected': {
    by: 'parser',
    cause: 'CalciteException',
    message: 'Non-query expression encountered in illegal context',
    hint: (word: string) =>
      didYouMean(word, STATEMENT_WORDS) ?? 'A query was expected here: SELECT …, VALUES … or WITH ….',
  },
  'query-not-allowed': {
    by: 'parser',
    cause: 'CalciteException',
    message: 'Query expression encountered in illegal context',
    hint: 'A query cannot stand here.',
  },
  'query-or-join-expected': {
    by: 'parser',
    cause: 'CalciteException',
    message: 'Expected query or join',
    hint: IN_PARENTHESES,
    code: 'query-expected',
  },
  'sample-percentage': {
    by: 'validator',
    cause: 'CalciteException',
    message: 'TABLESAMPLE percentage must be between 0 and 100, inclusive',
  },
  'second-watermark': {
    by: 'parser',
    cause: 'ParseException',
    message: 'Multiple WATERMARK statements is not supported yet.',
    hint: 'A table has one watermark: leave the other one out.',
  },
  'select-stream': {
    by: 'validator',
    cause: 'SqlValidatorException',
    message: "Cannot convert table '{}' to stream",
    hint: 'Leave out STREAM.',
  },
  'star-with-alias': {
    by: 'validator',
    cause: 'SqlValidatorException',
    message: "Unknown identifier '*'",
    hint: 'All columns together have no name.',
  },
  'string-as-alias': {
    by: 'parser',
    cause: 'SqlValidatorException',
    message: 'Expecting alias, found character literal',
    hint: (text: string) => `Write the name as \`${text}\`.`,
  },
  'string-continued-on-same-line': {
    by: 'validator',
    cause: 'SqlValidatorException',
    message: 'String literal continued on same line',
    hint: 'Join two strings with ||.',
  },
  'table-word-missing': {
    by: 'validator',
    cause: 'SqlValidatorException',
    message: "Column '{}' not found in any table",
    hint: (name: string) => `Write TABLE ${name}.`,
  },
  'trim-without-operand': {
    by: 'parser',
    cause: 'CalciteException',
    message: "'FROM' without operands preceding it is illegal",
    hint: "Write TRIM(BOTH ' ' FROM s) or TRIM(s).",
  },
  'unknown-character-set': {
    by: 'parser',
    cause: 'CalciteException',
    message: "Unknown character set '{}'",
  },
  'unknown-column-type': { by: 'converter', ...UNKNOWN_TYPE, code: 'unknown-type' },
  'unknown-type': { by: 'validator', ...UNKNOWN_TYPE },
} as const satisfies Record<string, Wording>;

export type ComplaintCode = keyof typeof COMPLAINTS;

/** A complaint in words. */
export function wordingOf(
  code: ComplaintCode,
  detail: string,
): Wording & { readonly code: string; readonly hint?: string } {
  const { hint, ...wording }: Wording = COMPLAINTS[code];
  return {
    code,
    ...wording,
    message: wording.message.replace('{}', () => detail),
    ...(hint === undefined ? {} : { hint: typeof hint === 'string' ? hint : hint(detail) }),
  };
}

function didYouMean(word: string, words: readonly string[]): string | null {
  const meant = closestWord(word, words);
  return meant === null ? null : `Did you mean ${meant}?`;
}
