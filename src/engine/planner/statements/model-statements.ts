import { refuse } from '../../base/refusal.ts';
import type { Catalog, Model } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';
import { typeFromName } from '../../types/type-name.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { quoted } from './create-table.ts';

type Statement<Kind extends Ast.Statement['kind']> = Extract<Ast.Statement, { kind: Kind }>;

/** Models are known by name; nobody here provides one that could predict. */
export function createModel(
  catalog: Catalog,
  statement: Statement<'CreateModel'>,
  source: StatementText,
): void {
  const { span, input, output } = statement;
  if (statement.options.length === 0)
    throw refuse(span, ['SqlValidateException: Model property list can not be empty.'], 'parse');
  if (input.length > 0 !== output.length > 0) {
    const [empty, other] = input.length > 0 ? ['Output', 'input'] : ['Input', 'output'];
    throw refuse(
      span,
      [`SqlValidateException: ${empty} column list can not be empty with non-empty ${other} column list.`],
      'parse',
    );
  }
  if (statement.query)
    throw refuse(span, [`TableException: Unsupported query: ${source.text.trim()}`], 'parse');
  const columns = { input: columnsOf(input, 'input', source), output: columnsOf(output, 'output', source) };
  const path = pathOf(catalog, statement.name);
  const unable = `ValidationException: Could not execute CreateModel in path ${quoted(path)}`;
  if (!catalog.hasDatabase(path[0], path[1]))
    throw refuse(statement.name.span, [
      unable,
      `DatabaseNotExistException: Database ${path[1]} does not exist in Catalog ${path[0]}.`,
    ]);
  if (catalog.getModel(path)) {
    if (statement.ifNotExists) return;
    throw refuse(statement.name.span, [
      unable,
      `ModelAlreadyExistException: Model ${path[1]}.${path[2]} already exists in Catalog ${path[0]}.`,
    ]);
  }
  catalog.setModel(path, {
    isTemporary: statement.temporary,
    ...columns,
    options: new Map(statement.options.map(({ key, value }) => [key, value])),
  });
}

function columnsOf(
  columns: readonly Ast.TableElement[],
  side: 'input' | 'output',
  source: StatementText,
): Model['input'] {
  const seen = new Set<string>();
  return columns.flatMap((column) => {
    if (column.kind !== 'PhysicalColumn') return [];
    const { name, span } = column.name;
    if (seen.has(name))
      throw refuse(span, [`ValidationException: Duplicate ${side} column name: '${name}'.`], 'parse');
    seen.add(name);
    const type = typeFromName(column.type);
    if ('message' in type) {
      const { diagnostic } = validationError(source, column.type.span, 'unknown-type', type.message);
      throw refuse(column.type.span, diagnostic.chain.slice(1), 'parse');
    }
    return [{ name, type }];
  });
}

export function alterModel(catalog: Catalog, { name, ifExists, action }: Statement<'AlterModel'>): void {
  const path = pathOf(catalog, name);
  const model = catalog.getModel(path);
  if (!model) {
    if (ifExists) return;
    throw refuse(name.span, [`ValidationException: Model ${quoted(path)} doesn't exist.`], 'parse');
  }
  const options = new Map(model.options);
  if (action.kind === 'SetOptions') for (const { key, value } of action.options) options.set(key, value);
  if (action.kind === 'ResetOptions') for (const { key } of action.keys) options.delete(key);
  if (action.kind === 'Rename') catalog.setModel(path, null);
  catalog.setModel(action.kind === 'Rename' ? pathOf(catalog, action.to) : path, { ...model, options });
}

export function dropModel(catalog: Catalog, { name, temporary, ifExists }: Statement<'Drop'>): void {
  const path = pathOf(catalog, name);
  const model = catalog.getModel(path);
  if (model && (temporary || !model.isTemporary)) return catalog.setModel(path, null);
  if (ifExists) return;
  throw refuse(
    name.span,
    model
      ? [
          `ValidationException: Could not execute DropModel in path ${quoted(path)}`,
          `ModelNotExistException: Model '${quoted(path)}' does not exist.`,
        ]
      : [`ValidationException: Model with identifier '${path.join('.')}' does not exist.`],
  );
}
