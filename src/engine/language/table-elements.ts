import type { ColumnInfo } from '../engine-api.ts';
import type { Token } from '../sql/lexer.ts';
import { closingIndex, isName, isSymbol, isWord, level, nameOf } from './token-tools.ts';

/** The index of the `(` before the columns of a CREATE TABLE; -1 where the statement is none or has not come that far. */
export function elementsOpen(tokens: readonly Token[]): number {
  if (!isWord(tokens[0], 'CREATE') || isWord(tokens[1], 'VIEW')) return -1;
  for (const at of level(tokens, 1, tokens.length)) {
    if (isWord(tokens[at], 'WITH', 'AS', 'LIKE', 'VIEW')) return -1;
    if (isSymbol(tokens[at], '(')) return at;
  }
  return -1;
}

/** A column as a CREATE TABLE declares it, and the token that names it. */
export interface DeclaredColumn extends ColumnInfo {
  readonly token: Token;
}

/** The columns that a CREATE TABLE declares, with their types as written; it may be unfinished. */
export function declaredColumns(tokens: readonly Token[]): DeclaredColumn[] {
  const open = elementsOpen(tokens);
  if (open < 0) return [];
  const columns: DeclaredColumn[] = [];
  const close = closingIndex(tokens, open);
  let start = open + 1;
  const add = (end: number): void => {
    const token = tokens[start];
    const isColumn = isName(token) && end > start + 1 && !isWord(token, 'CONSTRAINT');
    if (isColumn) columns.push({ token, name: nameOf(token), ...typeBehind(tokens.slice(start + 1, end)) });
    start = end + 1;
  };
  for (const at of level(tokens, open + 1, close)) if (isSymbol(tokens[at], ',')) add(at);
  add(close);
  return columns;
}

function typeBehind(tokens: readonly Token[]): Pick<ColumnInfo, 'type' | 'kind'> {
  if (isWord(tokens[0], 'AS')) return { type: '', kind: 'computed' };
  const stop = tokens.findIndex((token) => isWord(token, 'METADATA', 'COMMENT', 'PRIMARY'));
  const written = stop < 0 ? tokens : tokens.slice(0, stop);
  const type = written
    .map(({ text }) => text)
    .join(' ')
    .replace(/ ?([(<>)]) ?/g, '$1')
    .replace(/ ,/g, ',');
  return { type, kind: stop >= 0 && isWord(tokens[stop], 'METADATA') ? 'metadata' : 'physical' };
}
