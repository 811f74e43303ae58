import { FUNCTIONS, KEYWORDS, TYPES } from './flink-words.ts';

/** What a piece of script is. */
export type TokenKind = 'comment' | 'string' | 'number' | 'keyword' | 'type' | 'function' | 'name' | 'other';

/** A piece of script, to be coloured. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
}

const KINDS = new Map<string, TokenKind>([
  ...KEYWORDS.map((word): [string, TokenKind] => [word, 'keyword']),
  ...FUNCTIONS.map((word): [string, TokenKind] => [word, 'function']),
  ...TYPES.map((word): [string, TokenKind] => [word, 'type']),
]);
const PIECE =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*'?)|(`(?:[^`]|``)*`?)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([^\w'`]+?(?=--|\/\*|[\w'`]|$))|(.)/gsu;

/** Cuts a script into pieces for colours; whatever the text, the pieces make it up again. */
export function tokens(script: string): Token[] {
  return Array.from(script.matchAll(PIECE), (match): Token => {
    const [text, comment, string, quoted, number, word] = match;
    const kind: TokenKind = comment
      ? 'comment'
      : string
        ? 'string'
        : quoted
          ? 'name'
          : number
            ? 'number'
            : word
              ? (KINDS.get(word.toUpperCase()) ?? 'name')
              : 'other';
    return { kind, text, start: match.index };
  });
}
