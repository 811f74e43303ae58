import { type Diagnostic, SqlError } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { CatalogObject, CatalogTable } from '../catalog/catalog.ts';
import type { Checked } from '../engine-api.ts';
import { compileStatement, labelOf, tableInfo } from '../script/compile-script.ts';
import type { Statement } from '../sql/ast.ts';
import { withFixes } from './fixes.ts';
import { NO_PARTS, type ScriptPart, type ScriptParts, shifted, updateParts } from './script-parts.ts';
import { type CatalogChange, type CatalogReads, WatchedSession } from './watched-session.ts';

/** What one statement was found to do, as long as what it looked at stays the same. */
interface Verdict {
  /** Options and the names of catalogs and databases at that time. */
  readonly surroundings: string;
  readonly reads: CatalogReads;
  readonly changes: readonly CatalogChange[];
  readonly problem: Diagnostic | null;
}

/** Statements that change more of a session than its tables and views; they are carried out each time. */
const UNTRACKED: ReadonlySet<Statement['kind']> = new Set([
  'SetOption',
  'ResetOption',
  'UseCatalog',
  'UseDatabase',
  'CreateCatalog',
  'CreateDatabase',
  'CreateFunction',
  'CreateModel',
  'AlterFunction',
  'AlterModel',
  'Drop',
  'Execute',
]);

/**
 * A script that is being edited. Checking it again costs what has changed: a statement is parsed again when its text is another one, and
 * planned again when a table, view or option that it looked at is another one.
 */
export class ScriptChecker {
  #parts: ScriptParts = NO_PARTS;
  readonly #verdicts = new WeakMap<ScriptPart, Verdict>();

  /** The script's statements as of now. */
  parts(script: string): ScriptParts {
    this.#parts = updateParts(this.#parts, script);
    return this.#parts;
  }

  /** The session as the statements that end before an offset have left it, and where its objects' statements begin. */
  sessionBefore(
    script: string,
    offset: number,
  ): { readonly session: WatchedSession; readonly homes: ReadonlyMap<CatalogObject, number> } {
    const session = new WatchedSession();
    const homes = new Map<CatalogObject, number>();
    for (const { part, start } of this.parts(script).parts) {
      if (start + part.text.length >= offset) break;
      noteHomes(homes, this.#verdictOf(part, session), start);
    }
    return { session, homes };
  }

  /** What is wrong with the script, and what is in it. */
  check(script: string): Checked {
    const { parts } = this.parts(script);
    const session = new WatchedSession();
    const homes = new Map<CatalogObject, number>();
    const diagnostics: Diagnostic[] = [];
    for (const { part, start } of parts) {
      for (const diagnostic of part.diagnostics) diagnostics.push(shifted(diagnostic, start));
      const verdict = this.#verdictOf(part, session);
      noteHomes(homes, verdict, start);
      if (!verdict?.problem) continue;
      const { problem } = verdict;
      const span = placedSpan(problem.span, verdict, homes, { part, start });
      diagnostics.push(
        withFixes({ ...problem, span }, { script, parts, placed: { part, start }, session, homes }),
      );
    }
    return {
      diagnostics,
      statements: parts.map(({ part, start }) => ({
        span: { start, end: start + part.text.length },
        label: labelOf(part.statement),
      })),
      tables: session.catalog
        .allObjects()
        .filter((object): object is CatalogTable => object.kind === 'table')
        .map((table) => {
          const info = tableInfo(table);
          return { ...info, watermark: shifted(info.watermark, homes.get(table) ?? 0) };
        }),
    };
  }

  /** Carries a statement out, or repeats what it did when all it looked at is the same. */
  #verdictOf(part: ScriptPart, session: WatchedSession): Verdict | null {
    const { statement } = part;
    if (!statement) return null;
    const isTracked = !UNTRACKED.has(statement.kind);
    const known = this.#verdicts.get(part);
    if (isTracked && known && isStill(known, session)) {
      for (const [path, object] of known.changes) session.catalog.change(path, object);
      return known;
    }
    const surroundings = session.surroundings();
    const {
      reads,
      changes,
      result: problem,
    } = session.catalog.watch(() => carryOut(part, statement, session));
    const verdict = { surroundings, reads, changes, problem };
    if (isTracked) this.#verdicts.set(part, verdict);
    else session.forgetSurroundings();
    return verdict;
  }
}

function isStill({ surroundings, reads }: Verdict, session: WatchedSession): boolean {
  if (surroundings !== session.surroundings()) return false;
  for (const [path, before] of reads.values()) {
    const now = session.catalog.found(path);
    if (now[0] !== before[0] || now[1] !== before[1]) return false;
  }
  return true;
}

function carryOut({ text }: ScriptPart, statement: Statement, session: WatchedSession): Diagnostic | null {
  try {
    Array.from(compileStatement(session, statement, { text, offset: 0 }));
    return null;
  } catch (error) {
    if (error instanceof SqlError) return error.diagnostic;
    const message = error instanceof Error ? error.message : String(error);
    const chain = [`A mistake in Tidemark itself: ${message}`];
    return { severity: 'error', phase: 'internal', code: 'internal', chain, span: null };
  }
}

function noteHomes(homes: Map<CatalogObject, number>, verdict: Verdict | null, start: number): void {
  for (const [, object] of verdict?.changes ?? []) if (object) homes.set(object, start);
}

/** Where a problem is in the script: in its statement, or at a table that another statement made. */
function placedSpan(
  span: Span | null,
  verdict: Verdict,
  homes: ReadonlyMap<CatalogObject, number>,
  { part, start }: { readonly part: ScriptPart; readonly start: number },
): Span {
  if (!span) return { start, end: start + part.text.length };
  for (const [, objects] of verdict.reads.values())
    for (const object of objects) if (object?.span === span) return shifted(span, homes.get(object) ?? start);
  return shifted(span, start);
}
