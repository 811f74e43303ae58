import type { Span } from '../base/span.ts';
import type { SignatureHelp } from '../engine-api.ts';
import { cursorAt } from './cursor.ts';
import { describedFunctions } from './query-functions.ts';
import type { ScriptChecker } from './script-checker.ts';
import { isSymbol, isWord, level, openBefore } from './token-tools.ts';

/** The function whose arguments are being written at a place, and which of them. */
export function signatureHelp(checker: ScriptChecker, script: string, offset: number): SignatureHelp | null {
  const { tokens, index, inside } = cursorAt(checker.parts(script), offset);
  if (inside === 'comment') return null;
  for (const open of openBefore(tokens, index).toReversed()) {
    // A query in parentheses is a world of its own.
    if (isWord(tokens[open + 1], 'SELECT', 'WITH')) return null;
    const name = tokens[open - 1];
    const described = name?.kind === 'word' ? describedFunctions().get(name.value) : undefined;
    if (!described) continue;
    const { signature, en, zh } = described.doc;
    const parameters = parametersOf(signature);
    let written = 0;
    for (const at of level(tokens, open + 1, index))
      if (isSymbol(tokens[at], ',') || isWord(tokens[at], 'AS', 'FROM', 'PLACING')) written++;
    const last = parameters.length - 1;
    const isOpenEnded = parameters.some(({ start, end }) => signature.slice(start, end) === '…');
    const active = written <= last ? written : isOpenEnded ? last : -1;
    return { label: signature, parameters, active, doc: { en, zh } };
  }
  return null;
}

/** Where the parameters stand in a signature such as `LAG(value [, offset [, default]])` or `CAST(value AS type)`. */
export function parametersOf(signature: string): Span[] {
  const open = signature.indexOf('(');
  if (open < 0) return [];
  const spans: Span[] = [];
  let depth = 0;
  let start = open + 1;
  const add = (end: number): void => {
    const text = signature.slice(start, end);
    const isUnbalanced = text.split('[').length !== text.split(']').length;
    const spaces = isUnbalanced ? /^[\s[\]]*|[\s[\]]*$/g : /^\s*|\s*$/g;
    const [before = '', after = ''] = text.match(spaces) ?? [];
    if (before.length < text.length) spans.push({ start: start + before.length, end: end - after.length });
  };
  for (let at = open; at < signature.length; at++) {
    const char = signature[at];
    if (char === '(') depth++;
    if (char === ')' && --depth === 0) {
      add(at);
      break;
    }
    const separator = depth === 1 ? /^(,| AS | FROM )/.exec(signature.slice(at))?.[0] : undefined;
    if (!separator) continue;
    add(at);
    start = at + separator.length;
    at = start - 1;
  }
  return spans;
}
