import { type Token, tokenize } from '../sql/lexer.ts';
import { BlockPrinter, type Piece } from './format-block.ts';
import { isSymbol } from './token-tools.ts';

/**
 * The script in good layout. Only spaces and line ends change: every token and comment is there as before, in the same order. A statement
 * for which that cannot be kept stays as it is.
 */
export function formatScript(script: string): string {
  const pieces = piecesOf(script);
  // Behind a quote that nothing closes, nothing is certain.
  if (pieces.some(({ token }) => token.kind === 'error' || isSymbol(token, "'"))) return script;
  const blocks = statementsOf(pieces).map((block) => printed(script, block));
  const text = blocks
    .map((block, i) => (i === 0 ? '' : gapBefore(block, blocks[i - 1])) + block.text)
    .join('');
  const formatted = text !== '' && script.endsWith('\n') ? `${text}\n` : text;
  return isSame(script, formatted) ? formatted : script;
}

interface Printed {
  readonly text: string;
  readonly hadBlankLine: boolean;
  readonly isStatement: boolean;
}

function printed(script: string, block: readonly Piece[]): Printed {
  const first = block[0];
  const last = block.at(-1);
  const text = new BlockPrinter(block).print();
  const original = first && last ? script.slice(first.token.start, last.token.end) : '';
  const hadBlankLine = (first?.lines ?? 0) > 1;
  const isStatement = block.some(({ token }) => isSymbol(token, ';'));
  return { text: isSame(original, text) ? text : original, hadBlankLine, isStatement };
}

function gapBefore(block: Printed, before: Printed | undefined): string {
  const isRoomy = block.hadBlankLine || (before?.isStatement === true && (isLong(block) || isLong(before)));
  return isRoomy ? '\n\n' : '\n';
}

function isLong({ text }: Printed): boolean {
  return text.includes('\n');
}

function piecesOf(script: string): Piece[] {
  let end = 0;
  return tokenize(script)
    .slice(0, -1)
    .map((token) => {
      const before = script.slice(end, token.start);
      end = token.end;
      return { token, lines: before.split('\n').length - 1, isApart: before !== '' };
    });
}

/** Each statement with its `;` and the comments behind it on the same line; comments on lines of their own are blocks of their own. */
function statementsOf(pieces: readonly Piece[]): Piece[][] {
  const blocks: Piece[][] = [];
  let block: Piece[] = [];
  const close = (): void => {
    if (block.length > 0) blocks.push(block);
    block = [];
  };
  for (const piece of pieces) {
    if (piece.token.kind === 'comment' && block.length === 0) {
      const before = piece.lines === 0 ? blocks.at(-1) : undefined;
      if (before) before.push(piece);
      else blocks.push([piece]);
      continue;
    }
    block.push(piece);
    if (isSymbol(piece.token, ';')) close();
  }
  close();
  return blocks;
}

/** Whether two texts are the same tokens and comments. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [tokenize(a), tokenize(b)];
  return left.length === right.length && left.every((token, i) => isSameToken(token, right[i]));
}

function isSameToken(a: Token, b: Token | undefined): boolean {
  return a.kind === b?.kind && a.text.trimEnd() === b.text.trimEnd();
}
