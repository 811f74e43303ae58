import type { Completion, Completions } from '../engine-api.ts';
import type { Session } from '../planner/statements/session.ts';
import { expectedBehind } from '../sql/read-sql.ts';
import { needsBackticks } from '../sql/reserved.ts';
import { completeOptions } from './complete-options.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { keywordsOf, STATEMENT_PHRASES, TYPE_WORDS } from './keyword-phrases.ts';
import { describedFunctions } from './query-functions.ts';
import { columnsOf, type QueryScope, scopeAt, type VisibleTable } from './query-scope.ts';
import type { ScriptChecker } from './script-checker.ts';
import { declaredColumns, elementsOpen } from './table-elements.ts';
import { closingIndex, isSymbol, isWord, nameAt, nameOf, openBefore } from './token-tools.ts';

/** What may be written at a place of a script: by the grammar what kind of thing, by the catalog and the query around it which. */
export function complete(checker: ScriptChecker, script: string, offset: number): Completions {
  const cursor = cursorAt(checker.parts(script), offset);
  const options = completeOptions(cursor);
  if (options) return options;
  const replace = cursor.word;
  if (cursor.inside === 'comment' || cursor.inside === 'string') return { replace, items: [] };
  const { session } = checker.sessionBefore(script, cursor.start);
  return { replace, items: unique(new Completer(cursor, session).items()) };
}

class Completer {
  readonly #cursor: Cursor;
  readonly #session: Session;
  readonly #scope: QueryScope;

  constructor(cursor: Cursor, session: Session) {
    this.#cursor = cursor;
    this.#session = session;
    this.#scope = scopeAt(cursor.script, cursor.tokens, cursor.index, session);
  }

  items(): Completion[] {
    const { tokens, index, script, start, word, inside } = this.#cursor;
    if (index === 0) return STATEMENT_PHRASES.map(keyword);
    const before = tokens[index - 1];
    if (isSymbol(before, '.')) return this.#qualified();
    const expected = expectedBehind(script.slice(start, word.start));
    const names = this.#names(expected);
    // Between backticks there is only a name.
    if (inside === 'backticks') return names;
    const keywords = expected ? keywordsOf(expected, tokens, index) : [];
    // Where the statement before could have ended, a new line may be meant to begin the next one.
    const isNewLine = /(^|[\n\r])[ \t]*$/.test(script.slice(start, word.start));
    const statements = isNewLine && expected?.has('<EOF>') ? STATEMENT_PHRASES : [];
    return [...names, ...[...keywords, ...statements].map(keyword)];
  }

  #names(expected: ReadonlySet<string> | null): Completion[] {
    const { tokens, index } = this.#cursor;
    const before = tokens[index - 1];
    if (this.#isTablePlace(expected)) return this.#tables();
    const open = openBefore(tokens, index).at(-1) ?? -1;
    const target = this.#insertTarget(open);
    if (target) return target;
    if (isWord(tokens[open - 1], 'DESCRIPTOR')) return this.#timeColumns(open);
    if (expected?.has('"SPECIFIC"')) return WINDOWS.map(windowItem);
    // A computed column can be made of stored ones only.
    const stored = declaredColumns(tokens).filter(({ kind }) => kind !== 'computed');
    const declared = stored.map((column) => columnItem(column.name, column.type));
    if (isWord(before, 'FOR') && isWord(tokens[index - 2], 'WATERMARK')) return declared;
    if (isSymbol(before, '(', ',') && isWord(tokens[open - 1], 'KEY')) return declared;
    if (expected?.has('"BIGINT"')) return TYPE_WORDS.map((label) => ({ label, kind: 'type', detail: '' }));
    if (isWord(tokens[open - 1], 'USING')) return this.#columns();
    if (expected !== null && !expected.has('"CASE"')) return [];
    if (expected === null && (isWord(before, 'AS') || elementsOpen(tokens) === index - 1)) return [];
    return [
      ...(elementsOpen(tokens) >= 0 ? declared : this.#columns()),
      ...(this.#scope.tables.length === 0 && elementsOpen(tokens) < 0 ? this.#possibleColumns() : []),
      ...this.#qualifiers(),
      ...this.#functions(),
    ];
  }

  #isTablePlace(expected: ReadonlySet<string> | null): boolean {
    const { tokens, index } = this.#cursor;
    const before = tokens[index - 1];
    if (expected?.has('"LATERAL"') || isWord(before, 'FROM', 'JOIN', 'INTO', 'OVERWRITE')) return true;
    if (index === 1 && isWord(before, 'DESCRIBE', 'DESC')) return true;
    const isNew = isWord(tokens[index - 2], 'CREATE', 'TEMPORARY', 'REPLACE');
    if (isWord(before, 'TABLE', 'VIEW') && !isNew) return true;
    return (
      isWord(before, 'LIKE') &&
      isWord(tokens[0], 'CREATE') &&
      openBefore(tokens, index).length === 0 &&
      !isWord(tokens[1], 'VIEW') &&
      this.#scope.tables.length === 0
    );
  }

  #tables(): Completion[] {
    const ctes = this.#scope.ctes.map(
      ({ name, columns }): Completion => named(name, 'cte', columns.map((c) => c.name).join(', ')),
    );
    const objects = this.#session.catalog.objects().map(
      (object): Completion =>
        named(
          object.path[2],
          object.kind,
          columnsOf(object)
            .map((c) => c.name)
            .join(', '),
        ),
    );
    return [...ctes, ...objects];
  }

  /** `INSERT INTO t (`: the columns of t. */
  #insertTarget(open: number): Completion[] | null {
    const { tokens } = this.#cursor;
    const into = tokens.findIndex((token) => isWord(token, 'INTO', 'OVERWRITE'));
    const name = into < 0 ? null : nameAt(tokens, into + 1);
    if (!name || name.end !== open) return null;
    const { catalog } = this.#session;
    const object = catalog.get(catalog.qualify(name.parts.map(nameOf)));
    return object ? columnsOf(object).map((column) => columnItem(column.name, column.type)) : [];
  }

  /** `TUMBLE(TABLE t, DESCRIPTOR(`: the columns of t, time attributes first. */
  #timeColumns(open: number): Completion[] {
    const { tokens, script } = this.#cursor;
    const around = openBefore(tokens, open).at(-1) ?? -1;
    const close = closingIndex(tokens, around);
    const at = tokens.findIndex((token, i) => i > around && i < close && isWord(token, 'TABLE'));
    const name = at < 0 ? null : nameAt(tokens, at + 1);
    if (!name) return [];
    const text = name.parts.map((part) => script.slice(part.start, part.end)).join('.');
    const { catalog } = this.#session;
    const cte = this.#scope.ctes.find((each) => each.name === text);
    const object = catalog.get(catalog.qualify(name.parts.slice(-3).map(nameOf)));
    const columns = cte?.columns ?? (object ? columnsOf(object) : []);
    const rank = (type: string): number =>
      type.includes('TIME*') ? 0 : type.startsWith('TIMESTAMP') ? 1 : 2;
    const times = columns
      .filter(({ type }) => rank(type) < 2)
      .toSorted((a, b) => rank(a.type) - rank(b.type));
    return (times.length > 0 ? times : columns).map((column) => columnItem(column.name, column.type));
  }

  /** Behind `t.`: the columns of t. */
  #qualified(): Completion[] {
    const { tokens, index } = this.#cursor;
    const qualifier = tokens[index - 2];
    if (!qualifier) return [];
    const name = nameOf(qualifier);
    const table = this.#scope.tables.find((each) => each.name === name);
    return (table?.columns ?? []).map((column) => columnItem(column.name, column.type, name));
  }

  /** The columns in sight; one that several tables have is written behind its table's name. */
  #columns(): Completion[] {
    const { tables } = this.#scope;
    const count = new Map<string, number>();
    for (const { columns } of tables)
      for (const { name } of columns) count.set(name, (count.get(name) ?? 0) + 1);
    return tables.flatMap((table) =>
      table.columns.map((column) => {
        const isShared = (count.get(column.name) ?? 0) > 1 && table.name !== '';
        const item = columnItem(column.name, column.type, table.name);
        return isShared
          ? {
              ...item,
              label: `${table.name}.${column.name}`,
              insert: `${quoted(table.name)}.${quoted(column.name)}`,
            }
          : item;
      }),
    );
  }

  /** Where nothing is in FROM yet: the columns of all that could be there. */
  #possibleColumns(): Completion[] {
    const objects = this.#session.catalog
      .objects()
      .map((object) => ({ name: object.path[2], columns: columnsOf(object) }));
    return [...this.#scope.ctes, ...objects].flatMap(({ name, columns }) =>
      columns.map((column) => columnItem(column.name, column.type, name)),
    );
  }

  #qualifiers(): Completion[] {
    return this.#scope.tables
      .filter(({ name }) => name !== '')
      .map((table: VisibleTable) =>
        named(table.name, table.kind, table.kind === 'alias' ? table.source : ''),
      );
  }

  #functions(): Completion[] {
    const { script, word } = this.#cursor;
    const isCalled = /^\s*\(/.test(script.slice(word.end, word.end + 20));
    return [...describedFunctions().values()].map(({ name, doc }): Completion => {
      const { signature, en, zh } = doc;
      const insert =
        isCalled || !signature.includes('(') ? name : signature.endsWith('()') ? `${name}()` : `${name}($0)`;
      return { label: name, kind: 'function', detail: signature, insert, doc: { en, zh } };
    });
  }
}

/** Functions that stand in TABLE(…). */
const WINDOWS = ['TUMBLE', 'HOP', 'CUMULATE', 'SESSION'];

function windowItem(label: string): Completion {
  const doc = describedFunctions().get(label)?.doc;
  const words = doc ? { doc: { en: doc.en, zh: doc.zh } } : {};
  return { label, kind: 'function', detail: doc?.signature ?? '', insert: `${label}(TABLE $0)`, ...words };
}

function keyword(label: string): Completion {
  return { label, kind: 'keyword', detail: '' };
}

function named(name: string, kind: Completion['kind'], detail: string): Completion {
  return needsBackticks(name)
    ? { label: name, kind, detail, insert: quoted(name) }
    : { label: name, kind, detail };
}

function columnItem(name: string, type: string, table = ''): Completion {
  return named(name, 'column', table === '' ? type : `${type}  ${table}`);
}

function quoted(name: string): string {
  return needsBackticks(name) ? `\`${name.replaceAll('`', '``')}\`` : name;
}

/** Each label once, the first of its kind. */
function unique(items: readonly Completion[]): Completion[] {
  const seen = new Map(items.toReversed().map((item) => [`${item.kind} ${item.label}`, item]));
  return items.filter((item) => seen.get(`${item.kind} ${item.label}`) === item);
}
