import type { Hint } from './ast.ts';
import { isStringKind, parseIdentifier, parseStringText } from './parse-name.ts';
import type { TokenStream } from './token-stream.ts';

/** Hints: OPTIONS('k' = 'v'), BROADCAST(a, b), in a comment with a plus behind its opening. */

/** The hints that stand here; none where no hint comment opens. */
export function acceptHints(tokens: TokenStream): Hint[] {
  if (!tokens.acceptSymbol('/*+')) return [];
  const hints = tokens.list(() => parseHint(tokens));
  tokens.expectSymbol('*/');
  return hints;
}

function parseHint(tokens: TokenStream): Hint {
  const { start } = tokens;
  const name = parseIdentifier(tokens);
  const options = tokens.isSymbol('(') ? parseHintOptions(tokens) : [];
  return { name, options, span: tokens.spanFrom(start) };
}

/** Either all of them are `key = 'value'`, or all are names, or all are strings and numbers: the first one tells. */
function parseHintOptions(tokens: TokenStream): Hint['options'] {
  tokens.expectSymbol('(');
  if (tokens.acceptSymbol(')')) return [];
  const item = tokens.symbolAt(1, '=') ? parsePair : tokens.nameAt(0) ? parseNameAlone : parseLiteralAlone;
  checkFirstOption(tokens);
  const options = tokens.list(() => item(tokens));
  tokens.expectSymbol(')');
  return options;
}

/** Flink reads the first one to what follows it before it decides which of the three it is, and names all of it. */
function checkFirstOption(tokens: TokenStream): void {
  const pair = tokens.symbolAt(1, '=');
  if (pair && !isStringKind(tokens.kindAt(2))) {
    tokens.noteAhead(2, ['<QUOTED_STRING>']);
    tokens.fail();
  }
  const behind = pair ? 3 : 1;
  if (
    tokens.kindAt(0) === 'symbol' ||
    isStringKind(tokens.kindAt(behind)) ||
    tokens.symbolAt(behind, ',') ||
    tokens.symbolAt(behind, ')')
  )
    return;
  if (!pair && tokens.kindAt(0) === 'word' && !tokens.nameAt(0)) return;
  tokens.noteAhead(behind, [',', ')']);
  tokens.fail();
}

type HintOption = Hint['options'][number];

/** `'k' = 'v'` or `k = 'v'`. */
function parsePair(tokens: TokenStream): HintOption {
  const { start } = tokens;
  const key = tokens.isName() ? parseIdentifier(tokens).name : parseStringText(tokens);
  tokens.expectSymbol('=');
  const value = parseStringText(tokens);
  return { key, value, span: tokens.spanFrom(start) };
}

function parseNameAlone(tokens: TokenStream): HintOption {
  const { name, span } = parseIdentifier(tokens);
  return { key: name, value: null, span };
}

function parseLiteralAlone(tokens: TokenStream): HintOption {
  const { start } = tokens;
  const key = tokens.isKind('number', '<UNSIGNED_INTEGER_LITERAL>')
    ? tokens.take().value
    : parseStringText(tokens);
  return { key, value: null, span: tokens.spanFrom(start) };
}
