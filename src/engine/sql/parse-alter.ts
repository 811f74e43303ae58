import type { CreateTable, Statement, TableElement } from './ast.ts';
import type {
  AlterCatalog,
  AlterFunction,
  AlterMaterializedTable,
  AlterModel,
  AlterTable,
  AlterTableAction,
  AlterView,
  OptionKey,
  PartitionSpec,
} from './ast-statements.ts';
import { parseQuery } from './grammar.ts';
import { parseColumnNames } from './parse-column-names.ts';
import { parseFreshness, parseFunctionBody, parseRefreshMode } from './parse-create.ts';
import { acceptIfExists, parseIdentifier, parseName, parseOptions, parseStringText } from './parse-name.ts';
import { parsePartitionSpec } from './parse-partition.ts';
import { parseDistribution, parseTableElement } from './parse-table-element.ts';
import type { TokenStream } from './token-stream.ts';

/** ALTER, for everything that can be altered. */

const OBJECTS = [
  'CATALOG',
  'DATABASE',
  'TEMPORARY',
  'FUNCTION',
  'MATERIALIZED',
  'MODEL',
  'TABLE',
  'VIEW',
] as const;

/** Any ALTER statement. */
export function parseAlter(tokens: TokenStream): Statement {
  const { start } = tokens;
  tokens.expectWord('ALTER');
  switch (tokens.expectOneOf(OBJECTS)) {
    case 'TABLE':
      return parseAlterTable(tokens, start);
    case 'VIEW':
      return parseAlterView(tokens, start);
    case 'DATABASE': {
      const name = parseName(tokens);
      tokens.expectWord('SET');
      const options = parseOptions(tokens);
      return { kind: 'AlterDatabase', name, options, span: tokens.spanFrom(start) };
    }
    case 'CATALOG':
      return parseAlterCatalog(tokens, start);
    case 'FUNCTION':
      return parseAlterFunction(tokens, start, false, false);
    case 'TEMPORARY': {
      const system = tokens.acceptWord('SYSTEM');
      tokens.expectWord('FUNCTION');
      return parseAlterFunction(tokens, start, true, system);
    }
    case 'MODEL':
      return parseAlterModel(tokens, start);
    case 'MATERIALIZED':
      tokens.expectWord('TABLE');
      return parseAlterMaterializedTable(tokens, start);
  }
}

// ---------------------------------------------------------------- tables

function parseAlterTable(tokens: TokenStream, start: number): AlterTable {
  const ifExists = acceptIfExists(tokens);
  const name = parseName(tokens);
  const action = parseTableAction(tokens);
  return { kind: 'AlterTable', ifExists, name, action, span: tokens.spanFrom(start) };
}

function parseTableAction(tokens: TokenStream): AlterTableAction {
  switch (tokens.expectOneOf(['ADD', 'DROP', 'RESET', 'SET', 'MODIFY', 'RENAME'])) {
    case 'ADD':
      return atPartition(tokens) ? parseAddPartitions(tokens) : parseAddOrModify(tokens, 'Add');
    case 'MODIFY':
      return parseAddOrModify(tokens, 'Modify');
    case 'DROP':
      return parseTableDrop(tokens);
    case 'RENAME':
      return parseTableRename(tokens);
    case 'SET':
      return { kind: 'SetOptions', options: parseOptions(tokens) };
    case 'RESET':
      return { kind: 'ResetOptions', keys: parseOptionKeys(tokens) };
  }
}

/** `PARTITION (…)`, or IF [NOT] EXISTS, which only partitions have here. */
function atPartition(tokens: TokenStream): boolean {
  return (
    tokens.isWord('PARTITION') ||
    (tokens.wordAt(0, 'IF') && (tokens.wordAt(1, 'NOT') || tokens.wordAt(1, 'EXISTS')))
  );
}

interface Altered {
  readonly elements: readonly TableElement[];
  readonly distribution: CreateTable['distribution'];
  readonly parenthesised: boolean;
}

/** One element, or several in parentheses; DISTRIBUTION may be among them. */
function parseAddOrModify(tokens: TokenStream, kind: 'Add' | 'Modify'): AlterTableAction {
  return { kind, ...parseAltered(tokens) };
}

function parseAltered(tokens: TokenStream): Altered {
  const elements: TableElement[] = [];
  let distribution: CreateTable['distribution'] = null;
  const one = () => {
    if (tokens.acceptWord('DISTRIBUTION')) distribution = parseDistribution(tokens);
    else elements.push(...parseTableElement(tokens, { positions: true, bareNames: false }));
  };
  const parenthesised = tokens.isSymbol('(');
  if (parenthesised) tokens.parenthesised(one);
  else one();
  return { elements, distribution, parenthesised };
}

function parseAddPartitions(tokens: TokenStream): AlterTableAction {
  const ifNotExists = tokens.acceptWords('IF', 'NOT', 'EXISTS');
  const partitions: { spec: PartitionSpec; options: ReturnType<typeof parseOptions> }[] = [];
  do {
    tokens.expectWord('PARTITION');
    const spec = parsePartitionSpec(tokens, 'values');
    const options = tokens.acceptWord('WITH') ? parseOptions(tokens) : [];
    partitions.push({ spec, options });
  } while (tokens.isWord('PARTITION'));
  return { kind: 'AddPartitions', ifNotExists, partitions };
}

function parseTableDrop(tokens: TokenStream): AlterTableAction {
  if (atPartition(tokens)) {
    const ifExists = acceptIfExists(tokens);
    const partitions = tokens.list(() => {
      tokens.expectWord('PARTITION');
      return parsePartitionSpec(tokens, 'values');
    });
    return { kind: 'DropPartitions', ifExists, partitions };
  }
  switch (tokens.acceptOneOf(['CONSTRAINT', 'PRIMARY', 'DISTRIBUTION', 'WATERMARK'])) {
    case 'CONSTRAINT':
      return { kind: 'DropConstraint', constraint: parseIdentifier(tokens) };
    case 'PRIMARY':
      tokens.expectWord('KEY');
      return { kind: 'DropPrimaryKey' };
    case 'DISTRIBUTION':
      return { kind: 'DropDistribution' };
    case 'WATERMARK':
      return { kind: 'DropWatermark' };
    case null: {
      const parenthesised = tokens.isSymbol('(');
      const columns = parenthesised ? parseColumnNames(tokens) : [parseName(tokens)];
      return { kind: 'DropColumns', columns, parenthesised };
    }
  }
}

function parseTableRename(tokens: TokenStream): AlterTableAction {
  if (tokens.acceptWord('TO')) return { kind: 'Rename', to: parseName(tokens) };
  const from = parseName(tokens);
  tokens.expectWord('TO');
  const to = parseIdentifier(tokens);
  return { kind: 'RenameColumn', from, to: { parts: [to], span: to.span } };
}

/** `('k', …)` behind RESET. */
function parseOptionKeys(tokens: TokenStream): OptionKey[] {
  if (tokens.isSymbol('(') && tokens.symbolAt(1, ')')) {
    tokens.takeAll(2);
    return [];
  }
  return tokens.parenthesised(() => {
    const { start } = tokens;
    const key = parseStringText(tokens);
    return { key, span: tokens.spanFrom(start) };
  });
}

// ---------------------------------------------------------------- everything else

function parseAlterView(tokens: TokenStream, start: number): AlterView {
  const name = parseName(tokens);
  const action: AlterView['action'] =
    tokens.expectOneOf(['AS', 'RENAME']) === 'AS'
      ? { kind: 'As', query: parseQuery(tokens) }
      : parseRenameTo(tokens);
  return { kind: 'AlterView', name, action, span: tokens.spanFrom(start) };
}

function parseRenameTo(tokens: TokenStream) {
  tokens.expectWord('TO');
  return { kind: 'Rename', to: parseName(tokens) } as const;
}

function parseAlterCatalog(tokens: TokenStream, start: number): AlterCatalog {
  const name = parseIdentifier(tokens);
  const action = parseCatalogAction(tokens);
  return { kind: 'AlterCatalog', name, action, span: tokens.spanFrom(start) };
}

function parseCatalogAction(tokens: TokenStream): AlterCatalog['action'] {
  switch (tokens.expectOneOf(['RESET', 'SET', 'COMMENT'])) {
    case 'SET':
      return { kind: 'SetOptions', options: parseOptions(tokens) };
    case 'RESET':
      return { kind: 'ResetOptions', keys: parseOptionKeys(tokens) };
    case 'COMMENT':
      return { kind: 'Comment', comment: parseStringText(tokens) };
  }
}

function parseAlterFunction(
  tokens: TokenStream,
  start: number,
  temporary: boolean,
  system: boolean,
): AlterFunction {
  const ifExists = acceptIfExists(tokens);
  const name = parseName(tokens);
  const { className, language } = parseFunctionBody(tokens);
  return {
    kind: 'AlterFunction',
    temporary,
    system,
    ifExists,
    name,
    className,
    language,
    span: tokens.spanFrom(start),
  };
}

function parseAlterModel(tokens: TokenStream, start: number): AlterModel {
  const ifExists = acceptIfExists(tokens);
  const name = parseName(tokens);
  const action = parseModelAction(tokens);
  return { kind: 'AlterModel', ifExists, name, action, span: tokens.spanFrom(start) };
}

function parseModelAction(tokens: TokenStream): AlterModel['action'] {
  switch (tokens.expectOneOf(['RESET', 'SET', 'RENAME'])) {
    case 'SET':
      return { kind: 'SetOptions', options: parseOptions(tokens) };
    case 'RESET':
      return { kind: 'ResetOptions', keys: parseOptionKeys(tokens) };
    case 'RENAME':
      return parseRenameTo(tokens);
  }
}

function parseAlterMaterializedTable(tokens: TokenStream, start: number): AlterMaterializedTable {
  const name = parseName(tokens);
  const action = parseMaterializedAction(tokens);
  return { kind: 'AlterMaterializedTable', name, action, span: tokens.spanFrom(start) };
}

function parseMaterializedAction(tokens: TokenStream): AlterMaterializedTable['action'] {
  const word = tokens.expectOneOf([
    'ADD',
    'AS',
    'DROP',
    'RESET',
    'SET',
    'MODIFY',
    'SUSPEND',
    'REFRESH',
    'RESUME',
  ]);
  switch (word) {
    case 'SUSPEND':
      return { kind: 'Suspend' };
    case 'RESUME':
      return { kind: 'Resume', options: tokens.acceptWord('WITH') ? parseOptions(tokens) : [] };
    case 'REFRESH':
      return {
        kind: 'Refresh',
        partition: tokens.acceptWord('PARTITION') ? parsePartitionSpec(tokens, 'values') : [],
      };
    case 'AS':
      return { kind: 'As', query: parseQuery(tokens) };
    case 'SET':
      return parseMaterializedSet(tokens);
    case 'RESET':
      return { kind: 'ResetOptions', keys: parseOptionKeys(tokens) };
    case 'DROP':
      tokens.expectWord('DISTRIBUTION');
      return { kind: 'DropDistribution' };
    case 'ADD':
    case 'MODIFY': {
      tokens.expectWord('DISTRIBUTION');
      return {
        kind: word === 'ADD' ? 'AddDistribution' : 'ModifyDistribution',
        distribution: parseDistribution(tokens),
      };
    }
  }
}

function parseMaterializedSet(tokens: TokenStream): AlterMaterializedTable['action'] {
  if (tokens.acceptWord('FRESHNESS')) return { kind: 'SetFreshness', freshness: parseFreshness(tokens) };
  if (tokens.acceptWord('REFRESH_MODE'))
    return { kind: 'SetRefreshMode', refreshMode: parseRefreshMode(tokens) };
  return { kind: 'SetOptions', options: parseOptions(tokens) };
}
