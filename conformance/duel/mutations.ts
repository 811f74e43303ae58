import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src/engine/base/random.ts';
import type { Span } from '../../src/engine/base/span.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';
import type * as ast from '../../src/engine/sql/ast.ts';
import { parseStatement } from '../../src/engine/sql/read-sql.ts';
import { readLines } from '../suite/cases.ts';
import { answer } from '../suite/score.ts';
import { type Expression, expressionTopic, makeExpression, textOf } from './expressions.ts';
import { COLUMNS, LITERALS } from './literals.ts';
import { type Kind, POOLS, TEMPLATES } from './templates.ts';
import { pickFrom, type Topic } from './topic.ts';

/**
 * The duel about what once differed: expressions that a duel kept, changed in a few places. Where one fault was there often is another.
 */

const KINDS = Object.keys(TEMPLATES) as Kind[];

/** The kind of a type as a schema prints it. */
function kindOf(type: string): Kind | null {
  const name = type.replace(/ NOT NULL$/, '');
  const ways: readonly (readonly [RegExp, Kind])[] = [
    [/^BOOLEAN$/, 'bool'],
    [/^TINYINT$/, 'tiny'],
    [/^SMALLINT$/, 'small'],
    [/^INT$/, 'int'],
    [/^BIGINT$/, 'big'],
    [/^FLOAT$/, 'float'],
    [/^DOUBLE$/, 'double'],
    [/^DECIMAL\(/, 'dec'],
    [/^(?:STRING|(?:VAR)?CHAR\(\d+\))$/, 'text'],
    [/^(?:BYTES|(?:VAR)?BINARY\(\d+\))$/, 'bytes'],
    [/^DATE$/, 'date'],
    [/^TIME\(/, 'time'],
    [/^TIMESTAMP\(/, 'ts'],
    [/^TIMESTAMP_LTZ\(/, 'ltz'],
    [/^INTERVAL .*(?:YEAR|MONTH)/, 'months'],
    [/^INTERVAL /, 'days'],
    [/^ARRAY<(?:TINY|SMALL|BIG)?INT\b/, 'ints'],
    [/^ARRAY<(?:STRING|(?:VAR)?CHAR)/, 'texts'],
    [/^MAP</, 'map'],
    [/^ROW</, 'row'],
  ];
  return ways.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

interface Kept {
  readonly text: string;
  readonly declared: string;
}

/** What duels kept, as it stands in its statement. */
function readKept(): Kept[] {
  const folder = join(process.cwd(), 'conformance/duel/found');
  return readdirSync(folder)
    .filter((file) => file.startsWith('expressions-') || file.startsWith('mutations-'))
    .flatMap((file) => readLines<Case>(join(folder, file)))
    .map(({ statements }) => ({
      declared: statements[0]!,
      text: statements[1]!.replace(/^SELECT /, '').replace(/ FROM t$/, ''),
    }));
}

const isNode = (value: unknown): value is ast.Expression =>
  typeof value === 'object' && value !== null && 'kind' in value && 'span' in value;

/** The operands right within a node; those of lists in parentheses are the list's own. */
function operandsOf(value: unknown): ast.Expression[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (/span$/i.test(key)) return [];
    if (!isNode(child)) return operandsOf(child);
    return child.kind === 'RowValue' && !child.explicit ? operandsOf(child) : [child];
  });
}

/** A span with the parentheses that open or close within it. */
function enclosed(sql: string, { start, end }: Span): Span {
  const depth = (from: number, to: number): { least: number; last: number } => {
    let [least, last] = [0, 0];
    for (const [mark] of sql.slice(from, to).matchAll(/'(?:[^']|'')*'|[()]/g)) {
      if (mark === '(') last++;
      else if (mark === ')') least = Math.min(least, --last);
    }
    return { least, last };
  };
  let [from, to] = [start, end];
  while (depth(from, to).least < 0 && from > 0) from = sql.lastIndexOf('(', from - 1);
  while (depth(from, to).last > 0 && to < sql.length) to = sql.indexOf(')', to) + 1;
  return { start: from, end: to };
}

/** The tree of a kept expression, each operand with the kind of its type. */
function treeOf({ text, declared }: Kept): Expression | null {
  const sql = `SELECT ${text} FROM t`;
  const parsed = parseStatement(sql);
  if ('diagnostic' in parsed) return null;
  const query = (parsed.statement as { query?: unknown }).query;
  const item = operandsOf((query as { items?: unknown })?.items ?? query)[0];
  if (!item) return null;
  const kindIn = (start: number, end: number): Kind | null => {
    const given: Case = { id: 'kind', statements: [declared, `SELECT ${sql.slice(start, end)} FROM t`] };
    const { schema } = answer({ case: given, truth: { id: 'kind', steps: [], watermarks: [] } });
    return kindOf((schema as { type: string }[] | undefined)?.[0]?.type ?? '');
  };
  const build = (node: ast.Expression, { start, end }: Span): (string | Expression)[] => {
    const operands = operandsOf(node)
      .filter((o) => o.span.end > o.span.start)
      .map((o) => ({ ...o, span: enclosed(sql, o.span) }))
      .sort((a, b) => a.span.start - b.span.start);
    const pieces: (string | Expression)[] = [];
    let at = start;
    for (const operand of operands) {
      if (operand.span.start < at) continue;
      pieces.push(sql.slice(at, operand.span.start));
      at = operand.span.end;
      const kind = kindIn(operand.span.start, operand.span.end);
      const inner = build(operand, operand.span);
      if (kind) pieces.push({ kind, pieces: inner });
      else pieces.push(...inner);
    }
    pieces.push(sql.slice(at, end));
    return pieces.filter((piece) => piece !== '');
  };
  const whole = { start: 'SELECT '.length, end: sql.length - ' FROM t'.length };
  return { kind: kindIn(whole.start, whole.end) ?? 'text', pieces: build(item, whole) };
}

const subexpressions = (expression: Expression): Expression[] =>
  expression.pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece, ...subexpressions(piece)]));

let kept: readonly Kept[] | null = null;
const trees = new Map<Kept, Expression | null>();

/** One of the kept expressions. */
function pickTree(random: Random): Expression {
  kept ??= readKept();
  for (;;) {
    const one = pickFrom(random, kept);
    if (!trees.has(one)) trees.set(one, treeOf(one));
    const tree = trees.get(one);
    if (tree) return tree;
  }
}

/** A part of a kept expression, of one kind; null where a few have none. */
function pickPart(random: Random, kind: Kind): Expression | null {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const tree = pickTree(random);
    const parts = [tree, ...subexpressions(tree)].filter((e) => e.kind === kind && e.pieces.length > 1);
    if (parts.length > 0) return pickFrom(random, parts);
  }
  return null;
}
const MOST_TRIES = 8;

const HOLE = /\{(#?[\w$]+)\}/;
/** A template of a kind that has a hole for an expression, filled with it there. */
function wrap(random: Random, inner: Expression, kind: Kind): Expression | null {
  const hole = inner.kind === kind ? '{$}' : `{${inner.kind}}`;
  const ways = TEMPLATES[kind].filter((t) => t.includes(hole) || t.includes(`{${inner.kind}}`));
  if (ways.length === 0) return null;
  const template = pickFrom(random, ways).split(HOLE);
  const holes = template.flatMap((piece, i) =>
    i % 2 === 1 && ((piece === '$' && inner.kind === kind) || piece === inner.kind) ? [i] : [],
  );
  const at = pickFrom(random, holes);
  const pieces = template.map((piece, i) => {
    if (i % 2 === 0) return piece;
    if (i === at) return inner;
    if (piece.startsWith('#')) return pickFrom(random, POOLS[piece.slice(1)]!);
    const wanted = piece === '$' ? kind : KINDS.includes(piece as Kind) ? (piece as Kind) : null;
    return wanted ? makeExpression(random, wanted, 1) : makeExpression(random, inner.kind, 1);
  });
  return { kind, pieces };
}

/** Words that may stand for each other. */
const SWAPS: readonly (readonly string[])[] = [
  ['AND', 'OR'],
  ['<', '<=', '>', '>=', '=', '<>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['LEADING', 'TRAILING', 'BOTH'],
  ['COALESCE(', 'IFNULL(', 'NULLIF(', 'GREATEST(', 'LEAST('],
  ['CAST(', 'TRY_CAST('],
  ['FLOOR(', 'CEIL('],
  ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'DECIMAL(10, 2)', 'FLOAT', 'DOUBLE'],
  ['STRING', 'VARCHAR(2)', 'CHAR(3)', 'VARCHAR(40)'],
  ['TIMESTAMP(0)', 'TIMESTAMP(3)', 'TIMESTAMP(6)', 'TIMESTAMP(9)', 'TIMESTAMP_LTZ(3)', 'DATE'],
  ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'EPOCH'],
  ['IS NULL', 'IS NOT NULL', 'IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS NOT UNKNOWN'],
  ['IS DISTINCT FROM', 'IS NOT DISTINCT FROM'],
  ['BETWEEN', 'NOT BETWEEN', 'BETWEEN SYMMETRIC'],
  [' IN ', ' NOT IN '],
  ['LIKE', 'NOT LIKE'],
  ['0', '1', '2', '-1', '3', '100'],
];
/** Functions that take the same: heads of templates that are equal but for them. */
const HEADS: readonly (readonly string[])[] = (() => {
  const groups = new Map<string, Set<string>>();
  for (const [kind, templates] of Object.entries(TEMPLATES))
    for (const template of templates) {
      const head = /^[A-Z_0-9]+\(/.exec(template)?.[0];
      if (!head) continue;
      const rest =
        kind +
        template
          .slice(head.length)
          .replaceAll(/\{#n\}|\{#index\}/g, '#')
          .replaceAll('{$}', `{${kind}}`);
      groups.set(rest, (groups.get(rest) ?? new Set()).add(head));
    }
  return [...groups.values()].filter((g) => g.size > 1).map((g) => [...g]);
})();

/** A word of an expression's own replaced by one that may stand there. */
function swap(random: Random, expression: Expression): Expression {
  const places: { piece: number; from: number; old: string; ways: readonly string[] }[] = [];
  for (const [i, piece] of expression.pieces.entries()) {
    if (typeof piece !== 'string') continue;
    for (const ways of [...SWAPS, ...HEADS])
      for (const old of ways) {
        const quoted = old.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        const pattern = new RegExp(`(?<![\\w.<>=:'-])${quoted}(?![\\w.<>='])`, 'g');
        for (const { index } of piece.matchAll(pattern)) places.push({ piece: i, from: index, old, ways });
      }
  }
  if (places.length === 0) return expression;
  const place = pickFrom(random, places);
  const pieces = [...expression.pieces];
  const text = pieces[place.piece] as string;
  pieces[place.piece] =
    text.slice(0, place.from) + pickFrom(random, place.ways) + text.slice(place.from + place.old.length);
  return { ...expression, pieces };
}

function replacement(random: Random, old: Expression): Expression {
  const { kind } = old;
  const chance = random.next();
  if (chance < 0.15)
    return { kind, pieces: [COLUMNS[kind] ? `c_${kind}` : pickFrom(random, LITERALS[kind])] };
  if (chance < 0.35) return { kind, pieces: [pickFrom(random, LITERALS[kind])] };
  if (chance < 0.5) return makeExpression(random, kind, 1 + Math.floor(random.next() * 2));
  if (chance < 0.65) return pickPart(random, kind) ?? old;
  if (chance < 0.85) return wrap(random, old, kind) ?? old;
  return swap(random, old);
}

/** One place of an expression changed. */
function mutate(random: Random, expression: Expression): Expression {
  const count = 1 + subexpressions(expression).length;
  let at = Math.floor(random.next() * count);
  const visit = (one: Expression): Expression => {
    if (at-- === 0) {
      if (one !== expression) return replacement(random, one);
      if (random.next() < 0.5) return swap(random, one);
      return wrap(random, one, pickFrom(random, KINDS)) ?? wrap(random, one, one.kind) ?? one;
    }
    return { ...one, pieces: one.pieces.map((p) => (typeof p === 'string' ? p : visit(p))) };
  };
  return visit(expression);
}

const MOST_TEXT = 600;

/** Columns of an ordinary draft, expressions that come of kept ones. */
export const mutationTopic: Topic<ReturnType<typeof expressionTopic.make>> = {
  ...expressionTopic,
  name: 'mutations',
  make(random) {
    const draft = expressionTopic.make(random);
    const expressions = draft.expressions.map((): Expression => {
      for (;;) {
        const tree = pickTree(random);
        let made = tree;
        const times = 1 + Math.floor(random.next() * 3);
        for (let i = 0; i < times; i++) made = mutate(random, made);
        const text = textOf(made);
        if (text !== textOf(tree) && text.length <= MOST_TEXT) return made;
      }
    });
    return { ...draft, expressions };
  },
};
