import type { Explain, Insert, QueryStatement, Statement, StatementSet } from './ast.ts';
import type { Analyze, CompilePlan, Describe, Show, ShowCreate, StopJob } from './ast-statements.ts';
import { parseQuery } from './grammar.ts';
import { operandAt, queryAt } from './operand-start.ts';
import { parseAlter } from './parse-alter.ts';
import { parseDelete, parseMerge, parseUpdate } from './parse-change.ts';
import { parseColumnNames } from './parse-column-names.ts';
import { parseCreate, parseDrop } from './parse-create.ts';
import { parseArguments } from './parse-function.ts';
import { acceptHints } from './parse-hint.ts';
import {
  acceptIfNotExists,
  isStringKind,
  parseIdentifier,
  parseName,
  parseQuotedString,
  parseStringText,
  parseWithOptions,
} from './parse-name.ts';
import { parsePartitionSpec } from './parse-partition.ts';
import type { TokenStream } from './token-stream.ts';

/** The statements: which one stands here, and all that are neither CREATE, DROP nor ALTER. */

/** One statement, up to but without its `;`. */
export function parseOneStatement(tokens: TokenStream): Statement {
  const { kind, value, start } = tokens.peek();
  if (kind !== 'word') return parseQueryStatement(tokens);
  switch (value) {
    case 'CREATE':
      return parseCreate(tokens);
    case 'DROP':
      return parseDrop(tokens);
    case 'ALTER':
      return parseAlter(tokens);
    case 'INSERT':
    case 'UPSERT':
      return parseInsert(tokens);
    case 'UPDATE':
      return parseUpdate(tokens);
    case 'MERGE':
      return parseMerge(tokens);
    case 'DELETE':
      return parseDelete(tokens);
    case 'SET':
      return parseSet(tokens);
    case 'RESET': {
      tokens.take();
      const key = isStringKind(tokens.kindAt(0)) ? parseStringText(tokens) : null;
      return { kind: 'ResetOption', key, span: tokens.spanFrom(start) };
    }
    case 'EXPLAIN':
      return parseExplain(tokens);
    case 'DESCRIBE':
    case 'DESC':
      return parseDescribe(tokens);
    case 'SHOW':
      return parseShow(tokens);
    case 'CALL': {
      tokens.take();
      const name = parseName(tokens);
      const args = parseArguments(tokens);
      return { kind: 'CallProcedure', name, args, span: tokens.spanFrom(start) };
    }
    case 'END':
      tokens.take();
      return { kind: 'EndStatementSet', span: tokens.spanFrom(start) };
    default:
      return parseTwoWordStatement(tokens, value) ?? parseQueryStatement(tokens);
  }
}

/** Statements that Flink knows by their first two words. */
function parseTwoWordStatement(tokens: TokenStream, word: string): Statement | null {
  const { start } = tokens;
  switch (word) {
    case 'USE':
      return parseUse(tokens);
    case 'LOAD': {
      if (!tokens.acceptWords('LOAD', 'MODULE')) return null;
      const name = parseIdentifier(tokens);
      const options = parseWithOptions(tokens);
      return { kind: 'LoadModule', name, options, span: tokens.spanFrom(start) };
    }
    case 'UNLOAD': {
      if (!tokens.acceptWords('UNLOAD', 'MODULE')) return null;
      const name = parseIdentifier(tokens);
      return { kind: 'UnloadModule', name, span: tokens.spanFrom(start) };
    }
    case 'ADD':
    case 'REMOVE': {
      if (!tokens.acceptWords(word, 'JAR')) return null;
      const path = parseQuotedString(tokens);
      return { kind: word === 'ADD' ? 'AddJar' : 'RemoveJar', path, span: tokens.spanFrom(start) };
    }
    case 'STOP':
      return tokens.acceptWords('STOP', 'JOB') ? parseStopJob(tokens, start) : null;
    case 'ANALYZE':
      return tokens.acceptWords('ANALYZE', 'TABLE') ? parseAnalyze(tokens, start) : null;
    case 'COMPILE':
      return tokens.areWords('COMPILE', 'PLAN') || tokens.areWords('COMPILE', 'AND')
        ? parseCompilePlan(tokens)
        : null;
    case 'TRUNCATE': {
      expectPair(tokens, 'TRUNCATE', 'TABLE');
      const table = parseName(tokens);
      return { kind: 'Truncate', table, span: tokens.spanFrom(start) };
    }
    case 'BEGIN':
      expectPair(tokens, 'BEGIN', 'STATEMENT');
      tokens.expectWord('SET');
      return { kind: 'BeginStatementSet', span: tokens.spanFrom(start) };
    case 'EXECUTE':
      return parseExecute(tokens);
    default:
      return null;
  }
}

/** Two words that make a statement; the first being reserved, Flink complains of it when the second is missing. */
function expectPair(tokens: TokenStream, first: string, second: string): void {
  if (!tokens.acceptWords(first, second)) failAtStatement(tokens);
}

function failAtStatement(tokens: TokenStream): never {
  tokens.note(['<OPERAND>']);
  tokens.fail();
}

function parseQueryStatement(tokens: TokenStream): QueryStatement {
  const { start } = tokens;
  const query = parseQuery(tokens);
  return { kind: 'QueryStatement', query, span: tokens.spanFrom(start) };
}

// ---------------------------------------------------------------- changing rows

/** `INSERT INTO t [PARTITION (…)] [(a, b)] query`, INSERT OVERWRITE, UPSERT INTO. */
export function parseInsert(tokens: TokenStream): Insert {
  const { start } = tokens;
  const upsert = tokens.expectOneOf(['INSERT', 'UPSERT']) === 'UPSERT';
  const overwrite = tokens.expectOneOf(['INTO', 'OVERWRITE']) === 'OVERWRITE';
  const table = parseName(tokens);
  const hints = acceptHints(tokens);
  const partition = tokens.acceptWord('PARTITION') ? parsePartitionSpec(tokens, 'values') : [];
  const columns = tokens.symbolAt(0, '(') && tokens.nameAt(1) ? parseColumnNames(tokens) : null;
  const query = parseQuery(tokens);
  return {
    kind: 'Insert',
    overwrite,
    upsert,
    table,
    hints,
    partition,
    columns,
    query,
    span: tokens.spanFrom(start),
  };
}

// ---------------------------------------------------------------- statement sets, EXECUTE, EXPLAIN, plans

/** `SET BEGIN insert; … END` behind STATEMENT. */
function parseStatementSet(tokens: TokenStream, start: number): StatementSet {
  tokens.expectWords('SET', 'BEGIN');
  const inserts: Insert[] = [];
  do {
    inserts.push(parseInsert(tokens));
    tokens.expectSymbol(';');
  } while (tokens.whichWord(['INSERT', 'UPSERT']) !== null);
  tokens.expectWord('END');
  return { kind: 'StatementSet', inserts, bare: false, span: tokens.spanFrom(start) };
}

/** `EXECUTE PLAN 'path'`, `EXECUTE STATEMENT SET …`, or any INSERT or query behind EXECUTE. */
function parseExecute(tokens: TokenStream): Statement {
  const { start } = tokens;
  if (tokens.acceptWords('EXECUTE', 'PLAN')) {
    const path = parseStringText(tokens);
    return { kind: 'ExecutePlan', path, span: tokens.spanFrom(start) };
  }
  if (tokens.acceptWords('EXECUTE', 'STATEMENT')) return parseStatementSet(tokens, start);
  if (
    !operandAt(tokens, 1, 1) &&
    !queryAt(tokens, 1) &&
    !['INSERT', 'UPSERT'].some((word) => tokens.wordAt(1, word))
  ) {
    tokens.noteAhead(1, ['PLAN', 'STATEMENT', 'INSERT', '<QUERY>']);
    failAtStatement(tokens);
  }
  tokens.take();
  const statement = parseQueryOrInsert(tokens);
  return { kind: 'Execute', statement, span: tokens.spanFrom(start) };
}

function parseQueryOrInsert(tokens: TokenStream): Statement {
  return tokens.whichWord(['INSERT', 'UPSERT']) === null ? parseQueryStatement(tokens) : parseInsert(tokens);
}

const EXPLAIN_DETAILS = ['CHANGELOG_MODE', 'ESTIMATED_COST', 'JSON_EXECUTION_PLAN', 'PLAN_ADVICE'] as const;

/** `EXPLAIN [PLAN FOR | details] statement`. */
function parseExplain(tokens: TokenStream): Explain {
  const { start } = tokens.take();
  let details: string[] = [];
  if (!tokens.acceptWords('PLAN', 'FOR') && tokens.whichWord(EXPLAIN_DETAILS) !== null)
    details = tokens.list(() => tokens.expectOneOf(EXPLAIN_DETAILS));
  const statement = parseExplained(tokens);
  return { kind: 'Explain', details, statement, span: tokens.spanFrom(start) };
}

function parseExplained(tokens: TokenStream): Statement {
  const { start } = tokens;
  if (tokens.acceptWord('STATEMENT')) return parseStatementSet(tokens, start);
  if (tokens.isWord('EXECUTE')) return parseExecute(tokens);
  if (tokens.isWord('CREATE')) return parseCreate(tokens);
  return parseQueryOrInsert(tokens);
}

/** `COMPILE PLAN 'path' FOR …`, `COMPILE AND EXECUTE PLAN 'path' FOR …`. */
function parseCompilePlan(tokens: TokenStream): CompilePlan {
  const { start } = tokens.take();
  const execute = tokens.acceptWord('AND');
  if (execute) tokens.expectWord('EXECUTE');
  tokens.expectWord('PLAN');
  const path = parseStringText(tokens);
  const ifNotExists = !execute && acceptIfNotExists(tokens);
  tokens.expectWord('FOR');
  const setStart = tokens.start;
  const statement = tokens.acceptWord('STATEMENT')
    ? parseStatementSet(tokens, setStart)
    : parseInsert(tokens);
  return { kind: 'CompilePlan', path, ifNotExists, statement, execute, span: tokens.spanFrom(start) };
}

// ---------------------------------------------------------------- SHOW, DESCRIBE, USE

type Listed = Show['what'];
/** What each list can be narrowed by. */
interface ShowForm {
  readonly scope: 'none' | 'optional' | 'required';
  readonly like: readonly ('LIKE' | 'ILIKE')[];
}
const PLAIN: ShowForm = { scope: 'none', like: [] };
const SCOPED: ShowForm = { scope: 'optional', like: ['LIKE'] };
const SCOPED_ILIKE: ShowForm = { scope: 'optional', like: ['LIKE', 'ILIKE'] };
const SHOW_FORMS: readonly (readonly [Listed, ShowForm])[] = [
  ['TABLES', SCOPED],
  ['VIEWS', SCOPED],
  ['MATERIALIZED TABLES', SCOPED],
  ['COLUMNS', { scope: 'required', like: ['LIKE'] }],
  ['CATALOGS', { scope: 'none', like: ['LIKE', 'ILIKE'] }],
  ['CURRENT CATALOG', PLAIN],
  ['CURRENT DATABASE', PLAIN],
  ['DATABASES', SCOPED_ILIKE],
  ['USER FUNCTIONS', SCOPED_ILIKE],
  ['FUNCTIONS', SCOPED_ILIKE],
  ['PROCEDURES', SCOPED_ILIKE],
  ['FULL MODULES', PLAIN],
  ['MODULES', PLAIN],
  ['MODELS', SCOPED],
  ['JARS', PLAIN],
  ['JOBS', PLAIN],
];

function parseShow(tokens: TokenStream): Show | ShowCreate {
  const { start } = tokens;
  if (tokens.acceptWords('SHOW', 'CREATE')) return parseShowCreate(tokens, start);
  if (tokens.acceptWords('SHOW', 'PARTITIONS')) {
    const table = parseName(tokens);
    const partition = tokens.acceptWord('PARTITION') ? parsePartitionSpec(tokens, 'values') : [];
    return {
      kind: 'Show',
      what: 'PARTITIONS',
      scope: null,
      like: null,
      table,
      partition,
      span: tokens.spanFrom(start),
    };
  }
  for (const [what, form] of SHOW_FORMS) {
    const words = what.split(' ');
    if (!tokens.areWords('SHOW', words[0] as string)) continue;
    const second = words[1];
    // `SHOW CURRENT` begins two lists; the first whose words are all there is meant.
    if (
      second !== undefined &&
      what.startsWith('CURRENT') &&
      !tokens.wordAt(2, second) &&
      what !== 'CURRENT DATABASE'
    )
      continue;
    tokens.take();
    tokens.take();
    if (second !== undefined) tokens.expectOneOf(words[0] === 'CURRENT' ? ['CATALOG', 'DATABASE'] : [second]);
    return parseShowRest(tokens, start, what, form);
  }
  return failAtStatement(tokens);
}

function parseShowRest(tokens: TokenStream, start: number, what: Listed, form: ShowForm): Show {
  const preposition =
    form.scope === 'none'
      ? null
      : form.scope === 'required'
        ? tokens.expectOneOf(['FROM', 'IN'])
        : tokens.acceptOneOf(['FROM', 'IN']);
  const scope = preposition === null ? null : { preposition, name: parseName(tokens) };
  const like = form.like.length === 0 ? null : acceptLike(tokens, form.like);
  return { kind: 'Show', what, scope, like, table: null, partition: [], span: tokens.spanFrom(start) };
}

function acceptLike(tokens: TokenStream, operators: readonly ('LIKE' | 'ILIKE')[]): Show['like'] {
  const { start } = tokens;
  const not = tokens.acceptWord('NOT');
  const operator = not ? tokens.expectOneOf(operators) : tokens.acceptOneOf(operators);
  if (operator === null) return null;
  const pattern = parseQuotedString(tokens);
  return { not, operator, pattern, span: tokens.spanFrom(start) };
}

function parseShowCreate(tokens: TokenStream, start: number): ShowCreate {
  const word = tokens.expectOneOf(['CATALOG', 'TABLE', 'VIEW', 'MODEL', 'MATERIALIZED']);
  if (word === 'MATERIALIZED') tokens.expectWord('TABLE');
  const name = parseName(tokens);
  return {
    kind: 'ShowCreate',
    object: word === 'MATERIALIZED' ? 'MATERIALIZED TABLE' : word,
    name,
    span: tokens.spanFrom(start),
  };
}

/** `DESCRIBE [TABLE|CATALOG|DATABASE|FUNCTION|MODEL] [EXTENDED] name`, `DESCRIBE JOB 'id'`. */
function parseDescribe(tokens: TokenStream): Statement {
  const long = tokens.wordAt(0, 'DESCRIBE');
  if (!long && !describedFollows(tokens)) return parseQueryStatement(tokens);
  const { start } = tokens.take();
  if (tokens.acceptWord('JOB') && tokens.isKind('string', '<QUOTED_STRING>')) {
    return describe(tokens, start, { object: 'JOB', extended: false, name: null, job: tokens.take().value });
  }
  const object = (['CATALOG', 'DATABASE', 'FUNCTION', 'MODEL'] as const).find(
    (word) =>
      tokens.isWord(word) &&
      !tokens.symbolAt(1, '.') &&
      tokens.kindAt(1) !== 'end' &&
      !tokens.symbolAt(1, ';'),
  );
  if (object !== undefined) tokens.take();
  else if (long) tokens.acceptWord('TABLE');
  const extended = tokens.acceptWord('EXTENDED');
  if (!extended && object === undefined && !tokens.isName()) return parseQueryStatement(tokens);
  return describe(tokens, start, { object: object ?? 'TABLE', extended, name: parseName(tokens), job: null });
}

/** Whether DESC is short for DESCRIBE here, rather than a name. */
function describedFollows(tokens: TokenStream): boolean {
  return tokens.nameAt(1) || ['EXTENDED', 'FUNCTION'].some((word) => tokens.wordAt(1, word));
}

function describe(
  tokens: TokenStream,
  start: number,
  what: Pick<Describe, 'object' | 'extended' | 'name' | 'job'>,
): Describe {
  return { kind: 'Describe', ...what, span: tokens.spanFrom(start) };
}

function parseUse(tokens: TokenStream): Statement {
  const { start } = tokens;
  if (tokens.acceptWords('USE', 'CATALOG')) {
    const name = parseIdentifier(tokens);
    return { kind: 'UseCatalog', name, span: tokens.spanFrom(start) };
  }
  if (tokens.acceptWords('USE', 'MODULES')) {
    const modules = tokens.list(() => parseIdentifier(tokens));
    return { kind: 'UseModules', modules, span: tokens.spanFrom(start) };
  }
  if (!tokens.nameAt(1)) {
    tokens.noteAhead(1, ['<IDENTIFIER>']);
    failAtStatement(tokens);
  }
  tokens.take();
  const name = parseName(tokens);
  return { kind: 'UseDatabase', name, span: tokens.spanFrom(start) };
}

// ---------------------------------------------------------------- the rest

/** `SET`, `SET 'key' = 'value'`. */
function parseSet(tokens: TokenStream): Statement {
  const { start } = tokens.take();
  if (tokens.kindAt(0) === 'end' || tokens.symbolAt(0, ';'))
    return { kind: 'SetOption', key: null, value: null, span: tokens.spanFrom(start) };
  const key = parseStringText(tokens);
  tokens.expectSymbol('=');
  const value = parseStringText(tokens);
  return { kind: 'SetOption', key, value, span: tokens.spanFrom(start) };
}

/** `'id' [WITH SAVEPOINT] [WITH DRAIN]`. */
function parseStopJob(tokens: TokenStream, start: number): StopJob {
  const job = parseQuotedString(tokens);
  const withSavepoint = tokens.acceptWords('WITH', 'SAVEPOINT');
  const drainStart = tokens.start;
  const withDrain = tokens.acceptWords('WITH', 'DRAIN');
  if (withDrain && !withSavepoint) {
    tokens.complain('drain-without-savepoint', tokens.spanFrom(drainStart));
  }
  return { kind: 'StopJob', job, withSavepoint, withDrain, span: tokens.spanFrom(start) };
}

/** `t [PARTITION (…)] COMPUTE STATISTICS [FOR COLUMNS a, b | FOR ALL COLUMNS]`. */
function parseAnalyze(tokens: TokenStream, start: number): Analyze {
  const table = parseName(tokens);
  const partition = tokens.acceptWord('PARTITION') ? parsePartitionSpec(tokens, 'names-alone-too') : [];
  tokens.expectWords('COMPUTE', 'STATISTICS');
  const columns = tokens.acceptWord('FOR') ? parseAnalyzedColumns(tokens) : null;
  return { kind: 'Analyze', table, partition, columns, span: tokens.spanFrom(start) };
}

function parseAnalyzedColumns(tokens: TokenStream): Analyze['columns'] {
  if (tokens.acceptWord('ALL')) {
    tokens.expectWord('COLUMNS');
    return 'ALL';
  }
  tokens.expectWord('COLUMNS');
  return tokens.list(() => parseIdentifier(tokens));
}
