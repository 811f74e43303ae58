import type { Fix } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { closestWord } from './closest-word.ts';
import type { Token, TokenSource } from './lexer.ts';
import { RESERVED_WORDS } from './reserved.ts';

/**
 * What a person makes of a syntax error. Flink points at the token where its parser stopped; this points at what is most likely
 * wrong, which can be a word before or behind, and says how to put it right.
 */

/** What is known about a failure: the token, what was tried there, and the tokens around it. */
interface Failed {
  readonly token: Token;
  /** The index of the token; -1 where only the token itself is known. */
  readonly index: number;
  readonly tried: readonly (readonly string[])[];
  readonly site: { readonly tokens: TokenSource; readonly first: number };
}

/** The same, where Flink looked at several tokens: the last of them is the one that does not fit. */
interface Situation {
  readonly token: Token;
  readonly index: number;
  /** What would have fitted: `"FROM"`, `<IDENTIFIER>`. */
  readonly expected: ReadonlySet<string>;
  readonly site: Failed['site'];
}

interface Explanation {
  readonly span: Span;
  readonly hint: string;
  /** The change that follows from the hint, where there is only one. */
  readonly fix?: Fix;
}

type Explainer = (situation: Situation) => Explanation | null;

/** The clauses of SELECT in the order they are written. */
const CLAUSE_ORDER = ['FROM', 'WHERE', 'GROUP', 'HAVING', 'WINDOW', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH'];
/** A name before an error that resembles one of these is most likely meant to be it. */
const CLAUSE_WORDS = [...CLAUSE_ORDER, 'UNION', 'EXCEPT', 'INTERSECT', 'JOIN', 'WITH', 'VALUES'];
/** Reserved words that are no names in disguise: they stand where they stand because something before them is missing. */
const STRUCTURE_WORDS: ReadonlySet<string> = new Set([
  ...CLAUSE_WORDS,
  'SELECT',
  'ON',
  'AS',
  'AND',
  'OR',
  'NOT',
  'THEN',
  'ELSE',
  'END',
  'WHEN',
  'BY',
  'INTO',
  'SET',
  'USING',
  'IN',
  'IS',
  'LIKE',
  'BETWEEN',
  'CREATE',
  'INSERT',
  'TABLE',
]);

/** Words that begin a statement and nothing else behind a statement that could have ended. */
const STATEMENT_WORDS: ReadonlySet<string> = new Set([
  'SELECT',
  'INSERT',
  'CREATE',
  'DROP',
  'ALTER',
  'EXPLAIN',
  'DESCRIBE',
  'SHOW',
  'SET',
  'RESET',
  'USE',
  'EXECUTE',
]);

/** From the most telling mistake to the least; the first that fits explains the error. */
const EXPLAINERS: readonly Explainer[] = [
  explainMissingSemicolon,
  explainQuotes,
  explainUnknownCharacter,
  explainTrailingComma,
  explainMisspelling,
  explainMisspeltBefore,
  explainUnquotedOption,
  explainType,
  explainReservedWord,
  explainDescriptor,
  explainMissingComma,
  explainParentheses,
  explainMissingEnd,
  explainClauseOrder,
  explainEarlyEnd,
];

/** The place and the advice for a failure. */
export function explain(failed: Failed): Explanation {
  const situation = situationOf(failed);
  for (const explainer of EXPLAINERS) {
    const explanation = explainer(situation);
    if (explanation) return explanation;
  }
  const expected = expectedText(situation);
  return at(
    situation.token,
    expected === null ? `${situation.token.text} cannot stand here.` : `Expected ${expected} here.`,
  );
}

function situationOf({ token, index, tried, site }: Failed): Situation {
  const longest = tried.reduce((length, sequence) => Math.max(length, sequence.length), 1);
  const expected = new Set(
    tried.filter((sequence) => sequence.length === longest).map((sequence) => sequence.at(-1) ?? ''),
  );
  return longest === 1
    ? { token, index, expected, site }
    : { token: site.tokens.at(index + longest - 1), index: index + longest - 1, expected, site };
}

function at({ start, end }: Span, hint: string, fix?: Fix): Explanation {
  return fix ? { span: { start, end }, hint, fix } : { span: { start, end }, hint };
}

function change(kind: Fix['kind'], { start, end }: Span, text: string, named = text): Fix {
  return { kind, text: named, edits: [{ span: { start, end }, text }] };
}

/** Puts something right behind a token. */
function insertBehind({ end }: Span, text: string): Fix {
  return change('insert', { start: end, end }, text);
}

function tokenBefore({ index, site }: Situation, back = 1): Token | null {
  return index - back < site.first ? null : site.tokens.at(index - back);
}

function isEnd({ kind, value }: Token): boolean {
  return kind === 'end' || (kind === 'symbol' && value === ';');
}

// ---------------------------------------------------------------- characters and quotes

/** A quote that nothing closes is a token of its own. */
function explainQuotes({ token }: Situation): Explanation | null {
  if (token.kind !== 'symbol') return null;
  if (token.value === "'") return at(token, "A string needs a closing '.");
  return token.value === '"'
    ? at(token, "Double quotes are not used here: write 'text' for a string and `name` for a column.")
    : null;
}

function explainUnknownCharacter({ token }: Situation): Explanation | null {
  if (token.kind !== 'error') return null;
  if (token.text.startsWith('/*'))
    return at({ start: token.start, end: token.start + 2 }, 'A comment needs a closing */.');
  if (token.text.startsWith('``')) return at(token, 'There is no name between the backticks.');
  if (token.text.startsWith('`')) return at(token, 'A name in backticks needs a closing ` on the same line.');
  return at(token, `The character ${token.text} has no meaning in SQL.`);
}

// ---------------------------------------------------------------- words

function explainTrailingComma(situation: Situation): Explanation | null {
  const { token } = situation;
  const before = tokenBefore(situation);
  if (before?.kind !== 'symbol' || before.value !== ',') return null;
  const fix = change('remove', before, '', ',');
  if (isEnd(token)) return at(before, 'There is a comma too many before the end.', fix);
  if (token.value !== ')' && !beginsClause(situation)) return null;
  return at(token, `There is a comma too many before ${token.text}.`, fix);
}

/** Whether the token begins a clause rather than being a name that happens to be a reserved word: `ORDER BY` against `order INT`. */
function beginsClause({ token, index, site }: Situation): boolean {
  if (token.kind !== 'word' || !CLAUSE_WORDS.includes(token.value)) return false;
  return (token.value !== 'ORDER' && token.value !== 'GROUP') || site.tokens.at(index + 1).value === 'BY';
}

/** The word itself resembles one that was expected. */
function explainMisspelling({ token, expected }: Situation): Explanation | null {
  if (token.kind !== 'word' || RESERVED_WORDS.has(token.value)) return null;
  const words = [...expected].filter((image) => /^"[A-Z_]+"$/.test(image)).map((image) => image.slice(1, -1));
  const meant = closestWord(token.value, words);
  return meant === null ? null : at(token, `Did you mean ${meant}?`, change('replace', token, meant));
}

/** `SELECT a FORM t`: the misspelt word was read as an alias, and the error is behind it. */
function explainMisspeltBefore(situation: Situation): Explanation | null {
  const before = tokenBefore(situation);
  if (before?.kind !== 'word' || RESERVED_WORDS.has(before.value)) return null;
  const meant = closestWord(before.value, CLAUSE_WORDS);
  return meant === null ? null : at(before, `Did you mean ${meant}?`, change('replace', before, meant));
}

function explainUnquotedOption({ token, expected }: Situation): Explanation | null {
  const onlyStrings =
    expected.size > 0 &&
    [...expected].every((image) => image.includes('STRING_LITERAL') || image === '<QUOTED_STRING>');
  if (!onlyStrings || (token.kind !== 'word' && token.kind !== 'number')) return null;
  const quoted = `'${token.text}'`;
  return at(token, `A string is needed here: write ${quoted}.`, change('quote', token, quoted));
}

function explainType({ token, expected }: Situation): Explanation | null {
  return token.kind === 'word' && expected.has('"BIGINT"')
    ? at(token, `${token.text} is no type a column can have.`)
    : null;
}

function explainReservedWord(situation: Situation): Explanation | null {
  const { token, index, expected, site } = situation;
  if (
    token.kind !== 'word' ||
    !RESERVED_WORDS.has(token.value) ||
    !expected.has('<IDENTIFIER>') ||
    index === site.first
  )
    return null;
  if (STRUCTURE_WORDS.has(token.value) && (beginsClause(situation) || !CLAUSE_WORDS.includes(token.value)))
    return null;
  const quoted = `\`${token.text}\``;
  const hint = `${token.text} is a reserved word: as a name, write ${quoted} in backticks.`;
  return at(token, hint, change('quote', token, quoted));
}

function explainDescriptor(situation: Situation): Explanation | null {
  const before = tokenBefore(situation);
  return before?.value === 'DESCRIPTOR' && situation.expected.has('"("')
    ? at(situation.token, `DESCRIPTOR needs parentheses: DESCRIPTOR(${situation.token.text}).`)
    : null;
}

/** A name where a comma would fit: `a INT b STRING`, `SELECT a b c`. */
function explainMissingComma(situation: Situation): Explanation | null {
  const { token, expected } = situation;
  if (!isPlainName(token) || !expected.has('","')) return null;
  const alias = tokenBefore(situation);
  const aliased = tokenBefore(situation, 2);
  const threeNames =
    alias !== null &&
    isPlainName(alias) &&
    aliased !== null &&
    (isPlainName(aliased) || aliased.value === ')');
  return threeNames && expected.has('"FROM"')
    ? at(alias, `A comma is missing before ${alias.text} or ${token.text}.`)
    : at(token, `A comma is missing before ${token.text}.`, alias ? insertBehind(alias, ',') : undefined);
}

function isPlainName({ kind, value }: Token): boolean {
  return kind === 'quoted-name' || (kind === 'word' && !RESERVED_WORDS.has(value));
}

// ---------------------------------------------------------------- what is not closed or out of order

function explainParentheses(situation: Situation): Explanation | null {
  const { token, index, site, expected } = situation;
  if (index < 0) return null;
  if (token.kind === 'symbol' && token.value === ')')
    return openBefore(situation) === null ? at(token, 'There is no ( that this ) closes.') : null;
  const open = expected.has('")"') ? openBefore(situation) : null;
  if (open === null) return null;
  if (isEnd(token)) return at(site.tokens.at(open), 'This ( is never closed.');
  return token.kind === 'word' && STRUCTURE_WORDS.has(token.value)
    ? at(token, `A ) is missing before ${token.text}.`, insertBehind(site.tokens.at(index - 1), ')'))
    : null;
}

/** The index of the innermost `(` that is open where the error is. */
function openBefore({ index, site }: Situation): number | null {
  let closed = 0;
  for (let each = index - 1; each >= site.first; each--) {
    const { kind, value } = site.tokens.at(each);
    if (kind !== 'symbol') continue;
    if (value === ')') closed++;
    else if (value === '(' && closed-- === 0) return each;
  }
  return null;
}

/** A statement that begins on a line of its own where the one before could have ended. */
function explainMissingSemicolon(situation: Situation): Explanation | null {
  const { token, expected, site } = situation;
  const before = tokenBefore(situation);
  if (!before || token.kind !== 'word' || !STATEMENT_WORDS.has(token.value) || !expected.has('<EOF>'))
    return null;
  if (!/[\n\r]/.test(site.tokens.text.slice(before.end, token.start))) return null;
  return at(token, `A ; is missing before ${token.text}.`, insertBehind(before, ';'));
}

function explainMissingEnd({ token, expected }: Situation): Explanation | null {
  if (!expected.has('"END"') || !expected.has('"AND"')) return null;
  return at(token, `CASE needs an END before ${isEnd(token) ? 'the end' : token.text}.`);
}

/** `GROUP BY a WHERE b`: a clause that was written stands before the one that should come first. */
function explainClauseOrder({ token, index, site }: Situation): Explanation | null {
  const place = token.kind === 'word' ? CLAUSE_ORDER.indexOf(token.value) : -1;
  if (place < 0) return null;
  const later = CLAUSE_ORDER.slice(place + 1);
  for (let each = index - 1; each >= site.first; each--) {
    const { kind, value } = site.tokens.at(each);
    if (kind === 'symbol' && value === ')') return null;
    if (kind === 'word' && later.includes(value))
      return at(
        token,
        `${token.text} belongs before ${value === 'GROUP' || value === 'ORDER' ? `${value} BY` : value}.`,
      );
  }
  return null;
}

function explainEarlyEnd(situation: Situation): Explanation | null {
  const { token } = situation;
  if (!isEnd(token)) return null;
  const expected = expectedText(situation);
  return at(
    tokenBefore(situation) ?? token,
    `The statement ends too early${expected === null ? '' : `: expected ${expected} next`}.`,
  );
}

// ---------------------------------------------------------------- what was expected

/** What would have fitted, in words; null where so many things would that a list says nothing. */
function expectedText({ expected }: Situation): string | null {
  const images = [...expected].filter((image) => image !== '<EOF>' && image !== '');
  if (images.length === 0) return null;
  if (expected.has('"CASE"')) return 'an expression';
  const texts = [...new Set(images.map(readable))];
  if (texts.length > 10) return null;
  return texts.length === 1 ? (texts[0] ?? null) : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

function readable(image: string): string {
  if (image === '","') return 'a comma';
  if (image.includes('IDENTIFIER')) return 'a name';
  if (image.includes('STRING')) return 'a string';
  if (image.includes('LITERAL')) return 'a number';
  return image.slice(1, -1);
}
