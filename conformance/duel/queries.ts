import type { Random } from '../../src/engine/base/random.ts';
import { pickFrom } from './topic.ts';

/**
 * What queries are made of. A template is SQL with holes: `{#name}` takes words of a pool, `{kind}` a query of that kind. Every query gives the same columns,
 * so that any of them can stand where another of its kind stands; a kind without templates is a table.
 */
export interface Grammar {
  readonly templates: { readonly [kind: string]: readonly string[] };
  /** The first of a pool is its simplest, and has no holes. */
  readonly pools: { readonly [name: string]: readonly string[] };
  /** Kinds that can stand for a kind. */
  readonly instead: { readonly [kind: string]: readonly string[] };
}
interface Words {
  readonly pool: string;
  readonly text: string;
}
/** A query as it was made; one without pieces is the table of that number. */
export interface Query {
  readonly kind: string;
  readonly table?: number;
  readonly pieces: readonly (string | Words | Query)[];
}

const HOLE = /\{(#?\w+)\}/;
/** Whether a piece of a query is one itself. */
export const isQuery = (piece: string | Words | Query): piece is Query =>
  typeof piece !== 'string' && 'pieces' in piece;

/** Makes a query at most `depth` operators deep; `table` makes the table that a leaf reads. */
export function makeQuery(
  random: Random,
  grammar: Grammar,
  kind: string,
  depth: number,
  table: (kind: string) => number,
): Query {
  const templates = grammar.templates[kind] ?? [];
  if (templates.length === 0) return { kind, table: table(kind), pieces: [] };
  const others = grammar.instead[kind] ?? [];
  const other = depth === 0 || random.next() < 0.25 ? others[0] : undefined;
  if (other) return makeQuery(random, grammar, other, depth, table);
  const pieces = pickFrom(random, templates)
    .split(HOLE)
    .map((piece, i) => {
      if (i % 2 === 0) return piece;
      if (piece.startsWith('#')) return makeWords(random, grammar, piece.slice(1));
      return makeQuery(random, grammar, piece, Math.max(0, depth - 1), table);
    });
  return { kind, pieces };
}

function makeWords(random: Random, grammar: Grammar, pool: string): Words {
  const text = pickFrom(random, grammar.pools[pool] ?? [])
    .split(HOLE)
    .map((piece, i) => (i % 2 === 0 ? piece : makeWords(random, grammar, piece.slice(1)).text))
    .join('');
  return { pool, text };
}

/** The SQL of a query, and of the views it needs: a window function and FOR SYSTEM_TIME take a table by its name. */
export function writeQuery(query: Query): { readonly sql: string; readonly views: readonly string[] } {
  const views: string[] = [];
  const write = ({ pieces }: Query): string =>
    pieces
      .map((piece, i) => {
        if (typeof piece === 'string') return piece;
        if (!isQuery(piece)) return piece.text;
        if (piece.table !== undefined) return `t${piece.table}`;
        const sql = write(piece);
        const isNamed =
          String(pieces[i - 1]).endsWith('TABLE ') || String(pieces[i + 1]).startsWith(' FOR SYSTEM_TIME');
        if (!isNamed) return `(${sql})`;
        views.push(`CREATE TEMPORARY VIEW v${views.length} AS ${sql}`);
        return `v${views.length - 1}`;
      })
      .join('');
  return { sql: write(query), views };
}

/** The tables that a query reads. */
export const tablesOf = ({ table, pieces }: Query): number[] =>
  table === undefined ? pieces.filter(isQuery).flatMap(tablesOf) : [table];

const below = ({ pieces }: Query): Query[] => pieces.filter(isQuery).flatMap((q) => [q, ...below(q)]);

/** Simpler queries: one of those inside instead of the whole, simplest first, or one choice of words made the simplest. */
export function* smallerQueries(query: Query, grammar: Grammar, isInside = false): Generator<Query> {
  const kinds = [query.kind];
  for (const kind of kinds) kinds.push(...(grammar.instead[kind] ?? []));
  for (const inner of below(query).reverse())
    if (kinds.includes(inner.kind) && (isInside || inner.table === undefined)) yield inner;
  for (const [i, piece] of query.pieces.entries()) {
    const withPiece = (next: Words | Query): Query => ({
      ...query,
      pieces: query.pieces.map((old, j) => (j === i ? next : old)),
    });
    if (typeof piece === 'string') continue;
    if (isQuery(piece)) for (const next of smallerQueries(piece, grammar, true)) yield withPiece(next);
    else {
      const simplest = grammar.pools[piece.pool]?.[0] ?? '';
      if (piece.text !== simplest) yield withPiece({ ...piece, text: simplest });
    }
  }
}
