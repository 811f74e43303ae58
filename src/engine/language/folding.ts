import type { Span } from '../base/span.ts';
import type { Folding } from '../engine-api.ts';
import { tokenize } from '../sql/lexer.ts';
import type { ScriptParts } from './script-parts.ts';
import { isSymbol } from './token-tools.ts';

/** What can be folded away: statements, parentheses and comments of more than one line. */
export function foldings({ script, parts }: ScriptParts): Folding[] {
  const folds: Folding[] = parts.map(({ part, start }) => ({
    span: { start, end: start + part.text.length },
    kind: 'region',
  }));
  const open: number[] = [];
  let comment: Span | null = null;
  for (const token of tokenize(script)) {
    if (token.kind === 'comment') {
      const isNext: boolean =
        comment !== null && /^[ \t]*\r?\n[ \t]*$/.test(script.slice(comment.end, token.start));
      comment = { start: isNext && comment ? comment.start : token.start, end: token.end };
      continue;
    }
    if (comment) folds.push({ span: comment, kind: 'comment' });
    comment = null;
    if (isSymbol(token, '(')) open.push(token.start);
    const start = isSymbol(token, ')') ? open.pop() : undefined;
    if (start !== undefined) folds.push({ span: { start, end: token.start }, kind: 'region' });
  }
  if (comment) folds.push({ span: comment, kind: 'comment' });
  return folds.filter(({ span }) => script.slice(span.start, span.end).includes('\n'));
}
