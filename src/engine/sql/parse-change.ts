import type { Delete, Merge, Update } from './ast-statements.ts';
import { parseExpression } from './grammar.ts';
import { parseTable } from './parse-from.ts';
import { acceptHints } from './parse-hint.ts';
import { acceptAlias, parseIdentifier, parseIdentifierList, parseName } from './parse-name.ts';
import type { TokenStream } from './token-stream.ts';

/** The statements that change rows of a table: UPDATE, DELETE and MERGE. */

/** `UPDATE t SET c = e, … WHERE …`. */
export function parseUpdate(tokens: TokenStream): Update {
  const { start } = tokens.take();
  const table = parseName(tokens);
  const alias = acceptAlias(tokens);
  tokens.expectWord('SET');
  const assignments = tokens.list(() => parseAssignment(tokens));
  const where = tokens.acceptWord('WHERE') ? parseExpression(tokens) : null;
  return { kind: 'Update', table, alias, assignments, where, span: tokens.spanFrom(start) };
}

/** `column = expression`. */
function parseAssignment(tokens: TokenStream): Update['assignments'][number] {
  const { start } = tokens;
  const column = parseIdentifier(tokens);
  tokens.expectSymbol('=');
  const value = parseExpression(tokens);
  return { column: { parts: [column], span: column.span }, value, span: tokens.spanFrom(start) };
}

/** `DELETE FROM t WHERE …`. */
export function parseDelete(tokens: TokenStream): Delete {
  const { start } = tokens.take();
  tokens.expectWord('FROM');
  const table = parseName(tokens);
  const alias = acceptAlias(tokens);
  const where = tokens.acceptWord('WHERE') ? parseExpression(tokens) : null;
  return { kind: 'Delete', table, alias, where, span: tokens.spanFrom(start) };
}

/** `MERGE INTO t USING s ON … WHEN MATCHED THEN UPDATE SET … WHEN NOT MATCHED THEN INSERT … VALUES (…)`; at least one of both. */
export function parseMerge(tokens: TokenStream): Merge {
  const { start } = tokens.take();
  tokens.expectWord('INTO');
  const table = parseName(tokens);
  acceptHints(tokens);
  const alias = acceptAlias(tokens);
  tokens.expectWord('USING');
  const using = parseTable(tokens);
  tokens.expectWord('ON');
  const on = parseExpression(tokens);
  const update = tokens.wordAt(1, 'MATCHED') ? parseMatched(tokens) : null;
  const insert = update === null || tokens.isWord('WHEN') ? parseNotMatched(tokens) : null;
  return { kind: 'Merge', table, alias, using, on, update, insert, span: tokens.spanFrom(start) };
}

function parseMatched(tokens: TokenStream): Merge['update'] {
  tokens.expectWords('WHEN', 'MATCHED', 'THEN', 'UPDATE', 'SET');
  return tokens.list(() => parseAssignment(tokens));
}

function parseNotMatched(tokens: TokenStream): NonNullable<Merge['insert']> {
  tokens.expectWords('WHEN', 'NOT', 'MATCHED', 'THEN', 'INSERT');
  const columns = tokens.isSymbol('(') ? parseIdentifierList(tokens) : null;
  tokens.expectWord('VALUES');
  return { columns, values: tokens.parenthesised(() => parseExpression(tokens)) };
}
