import { SqlError } from '../../base/diagnostic.ts';
import type { Field, LogicalLateral, LogicalNode } from '../../plan/logical.ts';
import type { Rex, RexCorrelation } from '../../plan/rex.ts';
import { mapRex } from '../../plan/rex-tools.ts';
import { mapInputs } from '../rules/logical-tools.ts';
import { outerReferences, subqueriesIn, unexpectedCorrelation } from './correlation.ts';
import { withoutSingleValues } from './single-value.ts';

/** A query that mentions columns of the one around it: the numbers of its mentions, and how many there were before it. */
interface Tied {
  readonly query: LogicalNode;
  readonly start: number;
  readonly own: readonly number[];
}

/**
 * The mentions of columns of queries around, over a whole statement. Flink shows the numbers of its second look at a statement, if there is one. It takes what is
 * still correlated apart all together or, beside VALUES, UNNEST or versions of a table, not at all (Calcite's RelDecorrelator), and refuses what is left.
 */
export class Correlations {
  readonly #before: number;
  #mentions = 0;
  #isBlocked = false;
  #tied: Tied[] = [];
  readonly #numbers = new Map<RexCorrelation, number>();

  readonly #looks: number;

  /**
   * @param before How many mentions the statements before it have numbered.
   * @param looks How often Flink looks at the statement.
   */
  constructor(before: number, looks: number) {
    this.#before = before;
    this.#looks = looks;
  }

  /** How many mentions have been numbered once it is bound. */
  get after(): number {
    return this.#before + this.#looks * this.#mentions;
  }

  /** So many mentions so far. */
  get count(): number {
    return this.#mentions;
  }

  mention(rex: RexCorrelation | null = null): void {
    if (rex) this.#numbers.set(rex, this.#mentions);
    this.#mentions++;
  }

  /** Binds what is only looked at: it is bound once more wherever it is named, and its mentions count there. */
  aside<Bound>(bind: () => Bound): Bound {
    const [mentions, tied, isBlocked] = [this.#mentions, [...this.#tied], this.#isBlocked];
    const bound = bind();
    this.#mentions = mentions;
    this.#tied = tied;
    this.#isBlocked = isBlocked;
    return bound;
  }

  /** What has been bound since there were so many mentions is bound once more. */
  rewind(count: number): void {
    this.#mentions = count;
    this.#tied = this.#tied.filter(({ own }) => own[0]! < count);
  }

  /** From here on nothing can be taken apart. */
  block(): void {
    this.#isBlocked = true;
  }

  /** A query has been bound, with `start` mentions before it. Returns the number of its first own one; null if it has none. */
  bound(query: LogicalNode, start: number): number | null {
    const own = outerReferences(query).flatMap((r) => this.#numbers.get(r) ?? []);
    if (own.length === 0) return null;
    this.#tied.push({ query, start, own });
    return Math.min(...own);
  }

  /** A query needs no taking apart. */
  settle(query: LogicalNode): void {
    this.#tied = this.#tied.filter((tied) => tied.query !== query);
  }

  /** The statement with its correlations numbered, or Flink's refusal of one that would be left over. */
  numbered(node: LogicalNode): LogicalNode {
    if (this.#isBlocked && this.#tied.length > 0) throw this.#refusal();
    if (this.#mentions === 0) return node;
    const whole = this.#tied.length > 0 ? withoutSingleValues(node) : node;
    // What was written stands on the same inputs.
    const known = new Map<LogicalNode, LogicalNode>();
    const visit = (n: LogicalNode): LogicalNode => {
      const found = known.get(n) ?? numbered(n);
      known.set(n, found);
      return found;
    };
    const numbered = (n: LogicalNode): LogicalNode => {
      const made = this.#shown(mapInputs(n, visit), visit);
      if (made.kind === 'Correlate') return { ...made, correlation: this.#variable(made.correlation) };
      return made.kind === 'Join' && made.snapshot !== undefined
        ? { ...made, snapshot: this.#variable(made.snapshot) }
        : made;
    };
    return visit(whole);
  }

  /** What the syntax tree shows of a node: all sub-queries of one name its columns by the first mention in the tree. */
  #shown(node: LogicalNode, visit: (node: LogicalNode) => LogicalNode): LogicalNode {
    const { written } = node;
    if (!written) return node;
    if (written.kind === 'Lateral') return { ...node, written: this.#lateral(written, visit) };
    if (written.kind !== 'Project' && written.kind !== 'Filter') return { ...node, written: visit(written) };
    const exprs = written.kind === 'Project' ? written.exprs : [written.condition];
    const own = exprs
      .flatMap(subqueriesIn)
      .flatMap(({ query }) => outerReferences(query as LogicalNode, true));
    const variable = this.#variable(own.length > 0 ? (this.#numbers.get(own[0]!) ?? 0) : 0);
    const { fields } = written.input;
    const named = (query: LogicalNode): LogicalNode => withMentions(visit(query), variable, fields);
    const change = (rex: Rex): Rex =>
      mapRex(rex, (r) => (r.kind === 'SubQuery' ? { ...r, query: named(r.query as LogicalNode) } : r));
    const made = withRexes({ ...written, input: visit(written.input) }, change);
    return { ...node, written: own.length > 0 ? { ...made, variable } : made };
  }

  #lateral(written: LogicalLateral, visit: (node: LogicalNode) => LogicalNode): LogicalLateral {
    const [left, right] = written.inputs;
    const variable = this.#variable(written.variable ?? 0);
    const columns = new Set(outerReferences(right).map(({ field }) => field));
    return {
      ...written,
      inputs: [visit(left), withMentions(visit(right), variable, left.fields)],
      columns: [...columns].sort((a, b) => a - b),
      variable,
    };
  }

  #variable(mention: number): number {
    return this.#before + (this.#looks > 1 ? this.#mentions : 0) + mention;
  }

  /** Gives the refusal of a correlation its number. */
  refusing(error: unknown): unknown {
    return isLeftOver(error) && this.#tied.length > 0 ? this.#refusal() : error;
  }

  /** Flink names the first it comes by: outer queries before those inside them. */
  #refusal(): Error {
    const outermost = this.#tied.filter(
      ({ own }) =>
        !this.#tied.some((o) => o.own !== own && o.start <= own[0]! && own[0]! < Math.max(...o.own)),
    );
    return unexpectedCorrelation(this.#variable(Math.min(...outermost.flatMap(({ own }) => own))));
  }
}

/** A node whose expressions are changed. */
function withRexes<N extends LogicalNode>(node: N, change: (rex: Rex) => Rex): N {
  switch (node.kind) {
    case 'Project':
      return { ...node, exprs: node.exprs.map(change) };
    case 'Filter':
      return { ...node, condition: change(node.condition) };
    case 'Uncollect':
      return { ...node, collection: change(node.collection) };
    case 'Snapshot':
      return { ...node, period: change(node.period) };
    default:
      return node;
  }
}

/** A query that names columns of the one around it by a variable, as these fields are called; queries inside it have theirs already. */
function withMentions(node: LogicalNode, variable: number, fields: readonly Field[]): LogicalNode {
  const change = (rex: Rex): Rex =>
    mapRex(rex, (r) =>
      r.kind === 'Correlation' && r.id === 0 ? { ...r, id: variable, name: fields[r.field]!.name } : r,
    );
  const visit = <N extends LogicalNode>(n: N): N => {
    const made = withRexes(mapInputs(n, visit) as N, change);
    return n.written ? { ...made, written: visit(n.written) } : made;
  };
  return visit(node);
}

export const isLeftOver = (error: unknown): boolean =>
  error instanceof SqlError && error.diagnostic.code === 'correlation-left';
