import { SqlError } from '../../base/diagnostic.ts';
import { refuse, unparsed } from '../../base/refusal.ts';
import type { Catalog, TableColumn } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';
import { regularType } from '../../types/logical-type.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { type BindingContext, bindQuery } from '../bind/bind-query.ts';
import type { StatementText } from '../plan-error.ts';
import { isFree, quoted } from './create-table.ts';

type Statement<Kind extends Ast.Statement['kind']> = Extract<Ast.Statement, { kind: Kind }>;

/** A materialized table is a table that nobody fills here: its refreshes are a gateway's work. */
export function createMaterializedTable(
  node: Statement<'CreateMaterializedTable'>,
  context: BindingContext,
): void {
  const { catalog } = context;
  const fail = (words: string): SqlError => refuse(node.span, [`ValidationException: ${words}`], 'parse');
  if (node.temporary) throw unparsed(node.span, 'CREATE TEMPORARY MATERIALIZED TABLE is not supported.');
  if (node.freshness && node.freshness.kind !== 'IntervalLiteral')
    throw unparsed(
      node.span,
      'MATERIALIZED TABLE only supports define interval type FRESHNESS, please refer to the materialized table document.',
    );
  checkFreshness(node.freshness, fail);
  const columns = bindDefinition(node.query, context).map(
    ({ name, type }): TableColumn => ({
      name,
      kind: 'physical',
      type: regularType(type),
      expression: null,
      written: null,
      isVirtual: false,
    }),
  );
  const available = columns.map(({ name }) => `'${name}'`).join(', ');
  const key = node.elements.find((e) => e.kind === 'PrimaryKey')?.columns.map(({ name }) => name) ?? [];
  for (const name of key) {
    const column = columns.find((c) => c.name === name);
    if (!column)
      throw fail(
        `Primary key column '${name}' not defined in the query schema. Available columns: [${available}].`,
      );
    if (column.type.nullable)
      throw fail(
        `Could not create a PRIMARY KEY with nullable column '${name}'.\nA PRIMARY KEY column must be declared on non-nullable physical columns.`,
      );
  }
  const parted = node.partitionedBy.map(({ name }) => name);
  const unknown = parted.find((name) => !columns.some((c) => c.name === name));
  if (unknown !== undefined)
    throw fail(
      `Partition column '${unknown}' not defined in the query schema. Available columns: [${available}].`,
    );
  const path = pathOf(catalog, node.name);
  if (!isFree(catalog, path, { temporary: false, ifNotExists: false, name: node.name })) return;
  catalog.put({
    kind: 'table',
    path,
    isTemporary: false,
    columns,
    primaryKey: key,
    keyName: null,
    partitionKeys: parted,
    isDistributed: node.distribution !== null,
    watermark: null,
    options: new Map(node.options.map(({ key: option, value }) => [option, value])),
    span: node.span,
  });
}

function checkFreshness(freshness: Ast.Expression | null, fail: (words: string) => SqlError): void {
  if (freshness?.kind !== 'IntervalLiteral') return;
  if (!['SECOND', 'MINUTE', 'HOUR', 'DAY'].includes(freshness.qualifier.from))
    throw fail('Materialized table freshness only support SECOND, MINUTE, HOUR, DAY as the time unit.');
  if (!/^[1-9]\d*$/.test(freshness.value))
    throw fail(
      `The freshness interval currently only supports positive integer type values. But was: ${freshness.value}`,
    );
}

function bindDefinition(query: Ast.Query, context: BindingContext): ReturnType<typeof bindQuery>['fields'] {
  try {
    return bindQuery(query, context).fields;
  } catch (error) {
    if (error instanceof SqlError && error.diagnostic.chain[1]?.startsWith('CalciteContextException'))
      throw new SqlError({ ...error.diagnostic, chain: error.diagnostic.chain.slice(1) });
    throw error;
  }
}

/** Nothing about a materialized table can be changed without a gateway. */
export function refuseAlterMaterializedTable(
  catalog: Catalog,
  { name, action, span }: Statement<'AlterMaterializedTable'>,
  source: StatementText,
): SqlError {
  const path = pathOf(catalog, name);
  switch (action.kind) {
    case 'Suspend':
    case 'Resume':
      return refuse(span, [
        "UnsupportedOperationException: AlterMaterializedTableResumeOperation doesn't support ExecutableOperation yet.",
      ]);
    case 'Refresh':
      return refuse(span, [
        'UnsupportedOperationException: AlterMaterializedTableRefreshOperation does not support ExecutableOperation yet.',
      ]);
    case 'As':
      return refuse(
        name.span,
        [
          catalog.get(path)
            ? 'ValidationException: Only materialized tables support modifying the definition query.'
            : `ValidationException: Materialized table ${quoted(path)} doesn't exist.`,
        ],
        'parse',
      );
    default:
      return refuse(span, [`TableException: Unsupported query: ${source.text.trim()}`], 'parse');
  }
}
