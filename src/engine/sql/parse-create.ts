import type { CreateTable, CreateView, Identifier, Statement, TableElement } from './ast.ts';
import type {
  CreateCatalog,
  CreateDatabase,
  CreateFunction,
  CreateMaterializedTable,
  CreateModel,
  Drop,
  FunctionLanguage,
  Resource,
} from './ast-statements.ts';
import { parseExpression, parseQuery } from './grammar.ts';
import {
  acceptIfExists,
  acceptIfNotExists,
  parseComment,
  parseIdentifier,
  parseIdentifierList,
  parseName,
  parseQuotedString,
  parseStringText,
  parseWithOptions,
} from './parse-name.ts';
import { parseConstraints, parseDistribution, parseTableElements } from './parse-table-element.ts';
import type { TokenStream } from './token-stream.ts';

/** CREATE and DROP. */

/** What stands between CREATE and the kind of thing. */
interface CreatePrefix {
  readonly start: number;
  readonly orReplace: boolean;
  readonly temporary: boolean;
}

const OBJECTS = [
  'CATALOG',
  'DATABASE',
  'FUNCTION',
  'SYSTEM',
  'TABLE',
  'VIEW',
  'MODEL',
  'MATERIALIZED',
] as const;

/** Any CREATE statement. OR REPLACE and TEMPORARY before a thing that knows neither are read and forgotten, as in Flink. */
export function parseCreate(tokens: TokenStream): Statement {
  const { start } = tokens;
  tokens.expectWord('CREATE');
  const orReplace = tokens.acceptWord('OR');
  if (orReplace) tokens.expectWord('REPLACE');
  const temporary = tokens.acceptWord('TEMPORARY');
  const prefix = { start, orReplace, temporary };
  switch (tokens.expectOneOf(OBJECTS)) {
    case 'TABLE':
      return parseCreateTable(tokens, prefix);
    case 'VIEW':
      return parseCreateView(tokens, prefix);
    case 'CATALOG':
      return parseCreateCatalog(tokens, prefix);
    case 'DATABASE':
      return parseCreateDatabase(tokens, prefix);
    case 'SYSTEM':
      tokens.expectWord('FUNCTION');
      return parseCreateFunction(tokens, prefix, true);
    case 'FUNCTION':
      return parseCreateFunction(tokens, prefix, false);
    case 'MODEL':
      return parseCreateModel(tokens, prefix);
    case 'MATERIALIZED':
      tokens.expectWord('TABLE');
      return parseCreateMaterializedTable(tokens, prefix);
  }
}

// ---------------------------------------------------------------- tables and views

/** Whether there is a key that Flink refuses, which it does before it looks for anything that the grammar leaves to later. */
const hasRefusedKey = (elements: readonly TableElement[]): boolean =>
  elements.some((e) => {
    const key = e.kind === 'PhysicalColumn' ? e.primaryKey : e.kind === 'PrimaryKey' ? e : null;
    return key && key.enforced !== false;
  });

/** LIKE and AS do not go together; everything behind the name may be left out as far as the grammar is concerned. */
function parseCreateTable(tokens: TokenStream, { start, orReplace, temporary }: CreatePrefix): CreateTable {
  const ifNotExists = acceptIfNotExists(tokens);
  const name = parseName(tokens);
  const elements = tokens.isSymbol('(')
    ? parseTableElements(tokens, { positions: false, bareNames: true })
    : [];
  const comment = parseComment(tokens);
  const distribution = acceptDistributed(tokens);
  const partitionedBy = acceptPartitionedBy(tokens);
  const options = parseWithOptions(tokens);
  const like = tokens.acceptWord('LIKE') ? parseLike(tokens) : null;
  const query = like === null && tokens.acceptWord('AS') ? parseQuery(tokens) : null;
  const span = tokens.spanFrom(start);
  if (query === null && elements.some((element) => element.kind === 'ColumnName'))
    refuseBareNames(tokens, elements);
  if (hasRefusedKey(elements)) tokens.forget();
  return {
    kind: 'CreateTable',
    temporary,
    orReplace,
    ifNotExists,
    name,
    elements,
    comment,
    distribution,
    partitionedBy,
    options,
    like,
    query,
    span,
  };
}

function refuseBareNames(tokens: TokenStream, elements: readonly TableElement[]): never {
  const span = elements[0]?.span ?? tokens.peek();
  return tokens.complain('column-without-type', span);
}

function acceptDistributed(tokens: TokenStream): CreateTable['distribution'] {
  return tokens.acceptWord('DISTRIBUTED') ? parseDistribution(tokens) : null;
}

function acceptPartitionedBy(tokens: TokenStream): Identifier[] {
  if (!tokens.acceptWord('PARTITIONED')) return [];
  tokens.expectWord('BY');
  return parseIdentifierList(tokens);
}

type LikeClause = NonNullable<CreateTable['like']>;
const LIKE_MODES = ['EXCLUDING', 'INCLUDING', 'OVERWRITING'] as const;
const LIKE_FEATURES = [
  'ALL',
  'CONSTRAINTS',
  'GENERATED',
  'OPTIONS',
  'DISTRIBUTION',
  'METADATA',
  'PARTITIONS',
  'WATERMARKS',
] as const;

/** `base (EXCLUDING ALL INCLUDING GENERATED)` behind LIKE. */
function parseLike(tokens: TokenStream): LikeClause {
  const name = parseName(tokens);
  if (!tokens.acceptSymbol('(')) return { name, clauses: [] };
  const clauses: LikeClause['clauses'][number][] = [];
  do {
    const mode = tokens.expectOneOf(LIKE_MODES);
    clauses.push({ mode, feature: tokens.expectOneOf(LIKE_FEATURES) });
  } while (!tokens.acceptSymbol(')'));
  return { name, clauses };
}

function parseCreateView(tokens: TokenStream, { start, orReplace, temporary }: CreatePrefix): CreateView {
  const ifNotExists = acceptIfNotExists(tokens);
  const name = parseName(tokens);
  const columns = tokens.isSymbol('(')
    ? parseIdentifierList(tokens).map((column) => ({ name: column, comment: null }))
    : [];
  const comment = parseComment(tokens);
  tokens.expectWord('AS');
  const query = parseQuery(tokens);
  return {
    kind: 'CreateView',
    temporary,
    orReplace,
    ifNotExists,
    name,
    columns,
    comment,
    query,
    span: tokens.spanFrom(start),
  };
}

/** Only keys may stand in its parentheses: the columns come from the query. */
function parseCreateMaterializedTable(
  tokens: TokenStream,
  { start, temporary }: CreatePrefix,
): CreateMaterializedTable {
  const name = parseName(tokens);
  const elements = tokens.isSymbol('(') ? parseConstraints(tokens) : [];
  const comment = parseComment(tokens);
  const distribution = acceptDistributed(tokens);
  const partitionedBy = acceptPartitionedBy(tokens);
  const options = parseWithOptions(tokens);
  const freshness = tokens.acceptWord('FRESHNESS') ? parseFreshness(tokens) : null;
  const refreshMode = tokens.acceptWord('REFRESH_MODE') ? parseRefreshMode(tokens) : null;
  tokens.expectWord('AS');
  const query = parseQuery(tokens);
  const span = tokens.spanFrom(start);
  return {
    kind: 'CreateMaterializedTable',
    temporary,
    name,
    elements,
    comment,
    distribution,
    partitionedBy,
    options,
    freshness,
    refreshMode,
    query,
    span,
  };
}

/** `= INTERVAL '30' SECOND`. */
export function parseFreshness(tokens: TokenStream) {
  tokens.expectSymbol('=');
  return parseExpression(tokens, 'no-queries');
}

/** `= FULL`. */
export function parseRefreshMode(tokens: TokenStream): 'FULL' | 'CONTINUOUS' {
  tokens.expectSymbol('=');
  return tokens.expectOneOf(['FULL', 'CONTINUOUS']);
}

// ---------------------------------------------------------------- catalogs, databases, functions, models

function parseCreateCatalog(tokens: TokenStream, { start }: CreatePrefix): CreateCatalog {
  const ifNotExists = acceptIfNotExists(tokens);
  const name = parseIdentifier(tokens);
  const comment = tokens.acceptWord('COMMENT') ? parseStringText(tokens) : null;
  const options = parseWithOptions(tokens);
  return { kind: 'CreateCatalog', ifNotExists, name, comment, options, span: tokens.spanFrom(start) };
}

function parseCreateDatabase(tokens: TokenStream, { start }: CreatePrefix): CreateDatabase {
  const ifNotExists = acceptIfNotExists(tokens);
  const name = parseName(tokens);
  const comment = parseComment(tokens);
  const options = parseWithOptions(tokens);
  return { kind: 'CreateDatabase', ifNotExists, name, comment, options, span: tokens.spanFrom(start) };
}

function parseCreateFunction(
  tokens: TokenStream,
  { start, temporary }: CreatePrefix,
  system: boolean,
): CreateFunction {
  const ifNotExists = acceptIfNotExists(tokens);
  const name = parseName(tokens);
  const { className, language } = parseFunctionBody(tokens);
  const resources = tokens.acceptWord('USING') ? tokens.list(() => parseResource(tokens)) : [];
  const options = parseWithOptions(tokens);
  const span = tokens.spanFrom(start);
  return {
    kind: 'CreateFunction',
    temporary,
    system,
    ifNotExists,
    name,
    className,
    language,
    resources,
    options,
    span,
  };
}

/** `AS 'class' LANGUAGE JAVA`. */
export function parseFunctionBody(tokens: TokenStream): {
  readonly className: string;
  readonly language: FunctionLanguage | null;
} {
  tokens.expectWord('AS');
  const className = parseQuotedString(tokens);
  const language = tokens.acceptWord('LANGUAGE')
    ? tokens.expectOneOf(['JAVA', 'SCALA', 'SQL', 'PYTHON'])
    : null;
  return { className, language };
}

function parseResource(tokens: TokenStream): Resource {
  const { start } = tokens;
  tokens.expectWord('JAR');
  const path = parseQuotedString(tokens);
  return { path, span: tokens.spanFrom(start) };
}

function parseCreateModel(tokens: TokenStream, { start, temporary }: CreatePrefix): CreateModel {
  const ifNotExists = acceptIfNotExists(tokens);
  const name = parseName(tokens);
  const place = { positions: false, bareNames: false };
  const input = tokens.acceptWord('INPUT') ? parseTableElements(tokens, place) : [];
  const output = tokens.acceptWord('OUTPUT') ? parseTableElements(tokens, place) : [];
  const comment = parseComment(tokens);
  const options = parseWithOptions(tokens);
  const query = tokens.acceptWord('AS') ? parseQuery(tokens) : null;
  return {
    kind: 'CreateModel',
    temporary,
    ifNotExists,
    name,
    input,
    output,
    comment,
    options,
    query,
    span: tokens.spanFrom(start),
  };
}

// ---------------------------------------------------------------- DROP

/** Any DROP statement. */
export function parseDrop(tokens: TokenStream): Drop {
  const { start } = tokens;
  tokens.expectWord('DROP');
  const temporary = tokens.acceptWord('TEMPORARY');
  const word = tokens.expectOneOf(OBJECTS);
  if (word === 'SYSTEM') tokens.expectWord('FUNCTION');
  if (word === 'MATERIALIZED') tokens.expectWord('TABLE');
  const object = word === 'SYSTEM' ? 'FUNCTION' : word === 'MATERIALIZED' ? 'MATERIALIZED TABLE' : word;
  const ifExists = acceptIfExists(tokens);
  const name = parseName(tokens);
  const behavior = word === 'DATABASE' ? tokens.acceptOneOf(['CASCADE', 'RESTRICT']) : null;
  return {
    kind: 'Drop',
    object,
    temporary,
    system: word === 'SYSTEM',
    ifExists,
    name,
    behavior,
    span: tokens.spanFrom(start),
  };
}
