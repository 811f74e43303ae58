import type { Expression } from './ast.ts';
import type { PartitionSpec } from './ast-statements.ts';
import { parseOperand } from './grammar.ts';
import { parseNumericLiteral } from './parse-literal.ts';
import { isStringKind, parseIdentifier } from './parse-name.ts';
import type { TokenStream } from './token-stream.ts';

/** `(dt = '2024-01-01', hh = 10)` behind PARTITION. ANALYZE alone takes names without values. */
export function parsePartitionSpec(tokens: TokenStream, names: 'values' | 'names-alone-too'): PartitionSpec {
  return tokens.parenthesised(() => {
    const name = parseIdentifier(tokens);
    if (names === 'names-alone-too' && !tokens.isSymbol('=')) return { name, value: null };
    tokens.expectSymbol('=');
    return { name, value: parseLiteral(tokens) };
  });
}

const LITERAL_WORDS: readonly string[] = [
  'TRUE',
  'FALSE',
  'UNKNOWN',
  'NULL',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'INTERVAL',
];

/** A literal with its sign. */
function parseLiteral(tokens: TokenStream): Expression {
  if (tokens.isSymbol('-') || tokens.isSymbol('+')) return parseNumericLiteral(tokens);
  tokens.noteAll(['<UNSIGNED_INTEGER_LITERAL>', '<DECIMAL_NUMERIC_LITERAL>', '<QUOTED_STRING>']);
  const { kind } = tokens.peek();
  const literal =
    kind === 'number' || isStringKind(kind) || tokens.whichWord(LITERAL_WORDS) !== null
      ? parseOperand(tokens)
      : tokens.fail();
  return literal.kind === 'Literal' || literal.kind === 'IntervalLiteral' ? literal : tokens.fail();
}
