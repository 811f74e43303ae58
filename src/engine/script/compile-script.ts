import { type Diagnostic, SqlError } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { CatalogTable } from '../catalog/catalog.ts';
import { partitionsOf, sourceKinds } from '../connectors/connectors.ts';
import type { ColumnInfo, ExplainedStatement, TableInfo } from '../engine-api.ts';
import type { StatementText } from '../planner/plan-error.ts';
import {
  checkRunnable,
  explainTogether,
  type PlannedStatement,
  planStatement,
} from '../planner/plan-statement.ts';
import { Session } from '../planner/statements/session.ts';
import type { Statement } from '../sql/ast.ts';
import { parseScript } from '../sql/read-sql.ts';
import { printType } from '../types/print-type.ts';

/** A script made ready to run: as many of its statements as are right, and what is wrong with the others. */
export interface CompiledScript {
  readonly session: Session | null;
  /** Statements of the job, in order. */
  readonly jobs: readonly { readonly planned: PlannedStatement; readonly span: Span }[];
  /** Texts of EXPLAIN statements and of the job's, in order. */
  readonly explains: readonly ExplainedStatement[];
  readonly diagnostics: readonly Diagnostic[];
  readonly statements: readonly { readonly span: Span; readonly label: string }[];
}

/** Parses, binds and plans a whole script; goes on after a wrong statement. Never throws for bad SQL. */
export function compileScript(script: string, config: Iterable<readonly [string, string]>): CompiledScript {
  const parsed = parseScript(script);
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  const jobs: { planned: PlannedStatement; span: Span }[] = [];
  const explains: ExplainedStatement[] = [];
  const statements = parsed.parts.map(({ span, statement }) => ({ span, label: labelOf(statement) }));
  let session: Session | null = null;
  try {
    session = new Session(config);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    diagnostics.push(error.diagnostic);
  }
  if (session) {
    for (const { span, statement } of parsed.parts) {
      if (!statement) continue;
      const source = { text: script.slice(span.start, span.end), offset: span.start };
      try {
        for (const part of compileStatement(session, statement, source)) {
          if (part.kind === 'job') jobs.push({ planned: part.planned, span });
          else explains.push({ span, text: part.text, advice: part.advice, leftOut: part.leftOut });
        }
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        diagnostics.push(error.diagnostic.span ? error.diagnostic : { ...error.diagnostic, span });
      }
    }
  }
  return { session, jobs, explains, diagnostics, statements };
}

/** What a statement comes to: texts to show, and queries to run. */
type CompiledPart =
  | ({ readonly kind: 'explain' } & Omit<ExplainedStatement, 'span'>)
  | { readonly kind: 'job'; readonly planned: PlannedStatement };

/** Carries out one statement and plans the queries in it, one after the other. Throws `SqlError`. */
export function* compileStatement(
  session: Session,
  statement: Statement,
  source: StatementText,
): Generator<CompiledPart> {
  const bounds = session.execute(statement, source);
  const { config } = session;
  const details = bounds.length > 1 ? bounds[0]!.explain : null;
  if (details !== null) {
    const all = bounds.map((bound) => planStatement(bound, config));
    const text = explainTogether(all, details, config);
    yield { kind: 'explain', text, advice: null, leftOut: leftOut(details) };
    return;
  }
  for (const bound of bounds) {
    const planned = planStatement(bound, config);
    const isExplained = bound.explain !== null;
    yield {
      kind: 'explain',
      text: planned.explain,
      advice: isExplained ? null : planned.advice,
      leftOut: leftOut(bound.explain ?? []),
    };
    if (isExplained) continue;
    checkRunnable(planned, session.config);
    yield { kind: 'job', planned };
  }
}

const leftOut = (details: readonly string[]): readonly string[] =>
  details.filter((d) => d === 'ESTIMATED_COST' || d === 'JSON_EXECUTION_PLAN');

/** A statement's name in the outline. */
export function labelOf(statement: Statement | null): string {
  if (!statement) return '?';
  switch (statement.kind) {
    case 'CreateTable':
      return `CREATE TABLE ${nameOf(statement.name)}`;
    case 'CreateView':
      return `CREATE VIEW ${nameOf(statement.name)}`;
    case 'Insert':
      return `INSERT INTO ${nameOf(statement.table)}`;
    case 'QueryStatement':
      return 'SELECT';
    case 'SetOption':
      return `SET ${statement.key ?? ''}`.trim();
    default:
      return statement.kind;
  }
}

const nameOf = (name: { readonly parts: readonly { readonly name: string }[] }): string =>
  name.parts.map((p) => p.name).join('.');

/** What the page needs to know of a table to let people edit its rows. */
export function tableInfo(table: CatalogTable): TableInfo {
  const kinds = sourceKinds(table);
  return {
    name: table.path[2],
    columns: table.columns.map((c): ColumnInfo => ({ name: c.name, type: printType(c.type), kind: c.kind })),
    primaryKey: table.primaryKey,
    watermark: table.watermark && {
      column: table.columns[table.watermark.column]!.name,
      expression: table.watermark.text,
      span: table.watermark.span,
    },
    kinds: (['+I', '-U', '+U', '-D'] as const).filter((k) => kinds.has(k)),
    partitions: partitionsOf(table) ?? 1,
  };
}
