import type { Random } from '../../src/engine/base/random.ts';
import type { Json } from '../../src/engine/engine-api.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';
import { COLUMNS, LITERALS, ZONES } from './literals.ts';
import { GROUPS, type Kind, POOLS, TEMPLATES } from './templates.ts';
import { pickFrom, type Topic } from './topic.ts';

/** An expression as it was made: words of SQL and operands between them. A leaf is words alone. */
export interface Expression {
  readonly kind: Kind;
  readonly pieces: readonly (string | Expression)[];
}
/** A column that expressions read, by its name. */
interface Column {
  readonly name: string;
  readonly type: string;
  readonly cells: readonly Json[];
}
/** Expressions over the rows of one table. */
export interface ExpressionDraft {
  readonly zone: string;
  readonly columns: readonly Column[];
  readonly expressions: readonly Expression[];
}

const EXPRESSIONS = 20;
const ROWS = 4;
/** One expression in this many is made wrong on purpose. */
const WRONG_ONE_IN = 12;
const KINDS = Object.keys(TEMPLATES) as Kind[];
const HOLE = /\{(#?[\w$]+)\}/;

const columnName = (kind: Kind): string => `c_${kind}`;
const chance = (random: Random, oneIn: number): boolean => random.next() * oneIn < 1;

function makeLeaf(random: Random, kind: Kind): Expression {
  const isColumn = COLUMNS[kind] !== undefined && chance(random, 2);
  return { kind, pieces: [isColumn ? columnName(kind) : pickFrom(random, LITERALS[kind])] };
}

export function makeExpression(random: Random, kind: Kind, depth: number): Expression {
  if (depth === 0 || chance(random, 6)) return makeLeaf(random, kind);
  const pieces = pickFrom(random, TEMPLATES[kind])
    .split(HOLE)
    .map((piece, i) => (i % 2 === 0 ? piece : fill(random, piece, kind, depth - 1)));
  return { kind, pieces };
}

function fill(random: Random, hole: string, self: Kind, depth: number): string | Expression {
  if (hole.startsWith('#')) return pickFrom(random, POOLS[hole.slice(1)] ?? []);
  const kind = hole === '$' ? self : hole in GROUPS ? pickFrom(random, GROUPS[hole]!) : (hole as Kind);
  return makeExpression(random, kind, depth);
}

/** Makes a mistake somewhere: an operand of another kind, one too many, or a name that nobody knows. */
export function spoil(random: Random, expression: Expression): Expression {
  const operands = expression.pieces.flatMap((piece, i) => (typeof piece === 'string' ? [] : [i]));
  const pieces = [...expression.pieces];
  const at = operands.length > 0 ? pickFrom(random, operands) : -1;
  const [head] = pieces;
  if (typeof head === 'string' && /^[A-Z_0-9]+\($/.test(head) && chance(random, 3)) {
    if (chance(random, 2)) pieces[0] = `${head.slice(0, -1)}X(`;
    else pieces[0] = `${head}${pickFrom(random, LITERALS[pickFrom(random, KINDS)])}, `;
    return { ...expression, pieces };
  }
  if (at < 0) return { ...expression, pieces: ['UPPER(', ...pieces, ')'] };
  const operand = pieces[at] as Expression;
  pieces[at] =
    operand.pieces.length > 1 && chance(random, 2)
      ? spoil(random, operand)
      : makeLeaf(random, pickFrom(random, KINDS));
  return { ...expression, pieces };
}

/** An expression's SQL; operands that are not simple stand in parentheses. */
export function textOf({ pieces }: Expression): string {
  return pieces
    .map((piece, i) => {
      if (typeof piece === 'string') return piece;
      const text = textOf(piece);
      const before = pieces[i - 1];
      const after = pieces[i + 1];
      const isEnclosed =
        typeof before === 'string' &&
        /[(,[]\s*$/.test(before) &&
        (typeof after !== 'string' || /^\s*[),\]]/.test(after));
      return isEnclosed || isSimple(text) ? text : `(${text})`;
    })
    .join('');
}
const isSimple = (text: string): boolean => /^(?:[\w.]+|'(?:[^']|'')*'|[A-Z_0-9]+\([^()]*\))$/.test(text);

const columnsIn = (expression: Expression): string[] =>
  expression.pieces.flatMap((piece) =>
    typeof piece === 'string' ? (piece.match(/\bc_[a-z]+\b/g) ?? []) : columnsIn(piece),
  );

function renderDraft({ zone, columns, expressions }: ExpressionDraft, id: string): Case {
  const read = new Set(expressions.flatMap(columnsIn));
  const needed = columns.filter(({ name }) => read.has(name));
  // There always is a table: rows of literals come at no certain moment.
  const used = needed.length > 0 ? needed : columns.slice(0, 1);
  const config = zone === 'UTC' ? {} : { config: { 'table.local-time-zone': zone } };
  const select = `SELECT ${expressions.map(textOf).join(',\n ')}`;
  const declared = used.map(({ name, type }) => `${name} ${type}`).join(', ');
  return {
    id,
    ...config,
    statements: [`CREATE TABLE t (${declared}) WITH ('connector'='scenario')`, `${select} FROM t`],
    timeline: used[0]!.cells.map((_, row) => ({
      table: 't',
      row: Object.fromEntries(used.map(({ name, cells }) => [name, cells[row] ?? null])),
    })),
  };
}

function makeDraft(random: Random): ExpressionDraft {
  const columns = KINDS.flatMap((kind): Column[] => {
    const types = COLUMNS[kind];
    if (!types) return [];
    const { type, values } = pickFrom(random, types);
    const isNullable = !chance(random, 4);
    const cells = Array.from({ length: ROWS }, () =>
      isNullable && chance(random, 5) ? null : (pickFrom(random, values) as Json),
    );
    return [{ name: columnName(kind), type: isNullable ? type : `${type} NOT NULL`, cells }];
  });
  const expressions = Array.from({ length: EXPRESSIONS }, () => {
    const made = makeExpression(random, pickFrom(random, KINDS), 1 + Math.floor(random.next() * 3));
    return chance(random, WRONG_ONE_IN) ? spoil(random, made) : made;
  });
  return { zone: pickFrom(random, ZONES), columns, expressions };
}

const subexpressions = (expression: Expression): Expression[] =>
  expression.pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece, ...subexpressions(piece)]));

/** The expression with one operand made simpler: replaced by an operand of its own of the same kind, or by a leaf. */
function* simplified(expression: Expression): Generator<Expression> {
  for (const [i, piece] of expression.pieces.entries()) {
    if (typeof piece === 'string') continue;
    const withPiece = (next: Expression): Expression => ({
      ...expression,
      pieces: expression.pieces.map((old, j) => (j === i ? next : old)),
    });
    if (piece.pieces.length > 1) {
      const leaves = [
        ...(COLUMNS[piece.kind] ? [columnName(piece.kind)] : []),
        ...LITERALS[piece.kind].slice(0, 2),
      ];
      for (const leaf of leaves) yield withPiece({ kind: piece.kind, pieces: [leaf] });
      for (const inner of subexpressions(piece)) if (inner.kind === piece.kind) yield withPiece(inner);
    }
    for (const next of simplified(piece)) yield withPiece(next);
  }
}

/** The duel about expressions: typed ones over all functions and types, and wrong ones. */
export const expressionTopic: Topic<ExpressionDraft> = {
  name: 'expressions',
  make: makeDraft,
  render: renderDraft,
  parts: (draft) => draft.expressions.length,
  pick: (draft, parts) => ({ ...draft, expressions: parts.map((i) => draft.expressions[i]!) }),
  *smaller(draft) {
    const [expression] = draft.expressions;
    if (!expression) return;
    for (const part of subexpressions(expression).reverse()) yield { ...draft, expressions: [part] };
    if (draft.zone !== 'UTC') yield { ...draft, zone: 'UTC' };
    const rows = draft.columns[0]?.cells.length ?? 0;
    if (rows > 1 && columnsIn(expression).length > 0)
      for (let row = 0; row < rows; row++)
        yield { ...draft, columns: draft.columns.map((c) => ({ ...c, cells: c.cells.slice(row, row + 1) })) };
    for (const next of simplified(expression)) yield { ...draft, expressions: [next] };
  },
};
