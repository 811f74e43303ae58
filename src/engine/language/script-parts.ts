import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { Statement } from '../sql/ast.ts';
import { type Token, tokenize } from '../sql/lexer.ts';
import { parsePartsFrom, type ReadPart } from '../sql/read-sql.ts';

/**
 * One statement of a script that is being edited. Its tree and its diagnostics count from the statement's own start, so that they
 * stay true when something before it changes.
 */
export interface ScriptPart {
  readonly text: string;
  /** Null where it is broken. */
  readonly statement: Statement | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A statement and where it stands at the moment. */
export interface PlacedPart {
  readonly part: ScriptPart;
  readonly start: number;
}

/** A script cut into statements. */
export interface ScriptParts {
  readonly script: string;
  readonly parts: readonly PlacedPart[];
}

/** A script without any statement. */
export const NO_PARTS: ScriptParts = { script: '', parts: [] };

/**
 * Cuts a script into statements. Those that an edit has left alone are the same objects as in `before`; the others are parsed, and
 * so are broken ones, whose messages name lines and which may owe their state to what follows.
 */
export function updateParts(before: ScriptParts, script: string): ScriptParts {
  if (before.script === script) return before;
  const known = untouchedParts(before, script);
  const parts: PlacedPart[] = [];
  for (let offset = 0; ; ) {
    let next = nextStart(script, offset);
    for (let part = known.get(next); part; part = known.get(next)) {
      parts.push({ part, start: next });
      offset = next + part.text.length;
      next = nextStart(script, offset);
    }
    const read = parsePartsFrom(script, offset, (at) => known.has(at));
    for (const parsed of read) parts.push(placed(script, parsed));
    const last = read.at(-1);
    if (!last) return { script, parts };
    offset = last.span.end;
  }
}

/** The statements of `before` that an edit has left alone, by where they begin now. */
function untouchedParts(before: ScriptParts, script: string): ReadonlyMap<number, ScriptPart> {
  const prefix = commonPrefix(before.script, script);
  const suffix = commonSuffix(before.script, script, prefix);
  const moved = script.length - before.script.length;
  const known = new Map<number, ScriptPart>();
  for (const [i, { part, start }] of before.parts.entries()) {
    if (!part.statement) continue;
    const next = before.parts[i + 1];
    if (next && next.start <= prefix) known.set(start, part);
    else if (start >= before.script.length - suffix) known.set(start + moved, part);
  }
  return known;
}

/** Where the next statement begins behind `;`, spaces and comments. */
function nextStart(script: string, offset: number): number {
  GAP.lastIndex = offset;
  return offset + (GAP.exec(script)?.[0].length ?? 0);
}
const GAP = /(?:[\s;]|--[^\n\r]*|\/\/[^\n\r]*|\/\*(?!\+)[\s\S]*?\*\/)*/y;

function placed(script: string, { span, statement, diagnostics }: ReadPart): PlacedPart {
  return {
    start: span.start,
    part: {
      text: script.slice(span.start, span.end),
      statement: statement && shifted(statement, -span.start),
      diagnostics: diagnostics.map((d) => shifted(d, -span.start)),
    },
  };
}

/** The tokens of a statement without comments, placed in the script. */
export function placedTokens({ part, start }: PlacedPart): Token[] {
  return tokenize(part.text)
    .filter(({ kind }) => kind !== 'comment' && kind !== 'end')
    .map((token) => ({ ...token, start: token.start + start, end: token.end + start }));
}

/** The same tree with all its spans moved by `by`. */
export function shifted<T>(tree: T, by: number): T {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((item: unknown) => shifted(item, by)) as T;
  const copy = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, shifted(value, by)]));
  if (isSpan(copy)) return { ...copy, start: copy.start + by, end: copy.end + by } as T;
  return copy as T;
}

function isSpan(value: object): value is Span {
  return (
    'start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number'
  );
}

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function commonSuffix(a: string, b: string, prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix;
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}
