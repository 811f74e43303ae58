import type { Span } from '../base/span.ts';
import type { Hover } from '../engine-api.ts';
import { isNiladic } from '../sql/reserved.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { connectorWords } from './complete-options.ts';
import {
  columnsNamed,
  type Named,
  nameUnder,
  objectMade,
  type TokenUnder,
  tokenUnder,
} from './name-under.ts';
import { CONFIG_OPTIONS } from './option-words.ts';
import { describedFunctions } from './query-functions.ts';
import { columnsOf } from './query-scope.ts';
import type { ScriptChecker } from './script-checker.ts';
import { isSymbol, isWord, openBefore } from './token-tools.ts';

const PLAIN: Omit<Hover, 'span' | 'kind' | 'title'> = {
  type: null,
  origin: null,
  doc: null,
  examples: [],
  columns: [],
};

/** What is known of the name, function, option or expression at a place. */
export function hover(checker: ScriptChecker, script: string, offset: number): Hover | null {
  const under = tokenUnder(checker, script, offset);
  if (!under) return null;
  const span = { start: under.token.start, end: under.token.end };
  const option = optionHover(under, span);
  if (option) return option;
  const types = typesIn(under);
  const fn = functionHover(under, span, types);
  if (fn) return fn;
  const named = nameUnder(script, under);
  if (named) return namedHover(named, span, under);
  const expression = types
    .filter((each) => each.span.start <= offset && offset <= each.span.end)
    .toSorted((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
  if (!expression) return null;
  const title = script.slice(expression.span.start, expression.span.end).replace(/\s+/g, ' ');
  return { ...PLAIN, span: expression.span, kind: 'expression', title, type: expression.type };
}

interface TypedSpan {
  readonly span: Span;
  readonly type: string;
}

/** The types of all expressions of a statement, as far as it can be bound; of an expression that is bound twice, the last. */
function typesIn({ placed: { part, start }, session }: TokenUnder): TypedSpan[] {
  if (!part.statement) return [];
  const types = new Map<string, TypedSpan>();
  const onBound = (span: Span, type: LogicalType): void => {
    const placed = { start: span.start + start, end: span.end + start };
    types.set(`${placed.start} ${placed.end}`, { span: placed, type: printType(type) });
  };
  try {
    session.execute(part.statement, { text: part.text, offset: 0, onBound });
  } catch {
    // What was bound before the mistake is known all the same.
  }
  return [...types.values()];
}

function functionHover(
  { tokens, index, token }: TokenUnder,
  span: Span,
  types: readonly TypedSpan[],
): Hover | null {
  if (token.kind !== 'word' || isSymbol(tokens[index - 1], '.')) return null;
  if (!isSymbol(tokens[index + 1], '(') && !isNiladic(token.value)) return null;
  const described = describedFunctions().get(token.value);
  if (!described) return null;
  const { signature, en, zh, examples } = described.doc;
  const call =
    types.find((each) => each.span.start === span.start && each.span.end > span.end) ??
    types.find((each) => each.span.start === span.start);
  return {
    ...PLAIN,
    span,
    kind: 'function',
    title: signature,
    type: call?.type ?? null,
    doc: { en, zh },
    examples,
  };
}

function optionHover({ tokens, index, token }: TokenUnder, span: Span): Hover | null {
  if (token.kind !== 'string' || !isSymbol(tokens[index + 1], '=')) return null;
  const open = openBefore(tokens, index).at(-1) ?? -1;
  const words = isWord(tokens[0], 'SET')
    ? CONFIG_OPTIONS.get(token.value)
    : isWord(tokens[open - 1], 'WITH', 'OPTIONS')
      ? connectorWords(token.value)
      : undefined;
  if (!words) return null;
  const { en, zh, values } = words;
  return {
    ...PLAIN,
    span,
    kind: 'option',
    title: token.value,
    type: values.join(' | ') || null,
    doc: { en, zh },
  };
}

function namedHover(named: Named, span: Span, { placed, session }: TokenUnder): Hover {
  const columns = columnsNamed(named);
  switch (named.kind) {
    case 'column': {
      const { name, type } = named.column;
      return { ...PLAIN, span, kind: 'column', title: `${name} ${type}`, origin: named.table.source };
    }
    case 'declared': {
      // The table knows more than its text: NOT NULL of a key, the type of a computed column.
      const object = objectMade(placed.part, session);
      const made = object && columnsOf(object).find(({ name }) => name === named.column.name);
      const { name, type } = made ?? named.column;
      return { ...PLAIN, span, kind: 'column', title: `${name} ${type}`.trim() };
    }
    case 'table': {
      const { table } = named;
      const origin = table.kind === 'alias' ? table.source : null;
      return { ...PLAIN, span, kind: table.kind, title: table.name, origin, columns };
    }
    case 'cte':
      return { ...PLAIN, span, kind: 'cte', title: named.cte.name, columns };
    case 'object':
      return { ...PLAIN, span, kind: named.object.kind, title: named.object.path[2], columns };
  }
}
