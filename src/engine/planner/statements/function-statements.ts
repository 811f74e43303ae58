import { SqlError } from '../../base/diagnostic.ts';
import { refuse } from '../../base/refusal.ts';
import type { Catalog, ObjectPath } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { withHint } from '../bind/user-functions.ts';
import { quoted } from './create-table.ts';

type Statement<Kind extends Ast.Statement['kind']> = Extract<Ast.Statement, { kind: Kind }>;

const LANGUAGES: ReadonlySet<string> = new Set(['JAVA', 'SCALA', 'PYTHON']);

function missing([inCatalog, database, name]: ObjectPath, { span }: Ast.Name): SqlError {
  const words = `Function ${database}.${name} does not exist in Catalog ${inCatalog}.`;
  return refuse(span, [`ValidationException: ${words}`, `FunctionNotExistException: ${words}`]);
}

/** A user function is a class on a JVM's path; there is none here, as there is none for a class that Flink cannot find. */
export function createFunction(catalog: Catalog, statement: Statement<'CreateFunction'>): void {
  const { temporary, system, className, language, name } = statement;
  const path = pathOf(catalog, name);
  if (temporary && language !== null && !LANGUAGES.has(language))
    throw refuse(
      statement.span,
      [
        `UnsupportedOperationException: Unrecognized function language string ${language}`,
        `IllegalArgumentException: No enum constant org.apache.flink.table.catalog.FunctionLanguage.${language}`,
      ],
      'parse',
    );
  if (temporary)
    throw withHint(
      refuse(statement.span, [
        `ValidationException: Could not register temporary ${system ? 'system' : 'catalog'} function '${system ? name.parts.at(-1)!.name : path.join('.')}' due to implementation errors.`,
        `ClassNotFoundException: ${className}`,
      ]),
    );
  if (!catalog.getFunction(path)) return catalog.setFunction(path, { className, language });
  if (statement.ifNotExists) return;
  const words = `Function ${path[1]}.${path[2]} already exists in Catalog ${path[0]}.`;
  throw refuse(name.span, [`ValidationException: ${words}`, `FunctionAlreadyExistException: ${words}`]);
}

export function alterFunction(catalog: Catalog, statement: Statement<'AlterFunction'>): void {
  const { temporary, system, className, language, name } = statement;
  if (system)
    throw refuse(
      name.span,
      ['ValidationException: Alter temporary system function is not supported'],
      'parse',
    );
  if (temporary)
    throw refuse(name.span, ['ValidationException: Alter temporary catalog function is not supported']);
  const path = pathOf(catalog, name);
  if (catalog.getFunction(path)) catalog.setFunction(path, { className, language });
  else if (!statement.ifExists) throw missing(path, name);
}

/** No function is ever temporary: making one fails. */
export function dropFunction(
  catalog: Catalog,
  { temporary, system, ifExists, name }: Statement<'Drop'>,
): void {
  const path = pathOf(catalog, name);
  if (!temporary && catalog.getFunction(path)) return catalog.setFunction(path, null);
  if (ifExists) return;
  if (system)
    throw refuse(name.span, [
      `ValidationException: Could not drop temporary system function. A function named '${path[2]}' doesn't exist.`,
    ]);
  if (temporary)
    throw refuse(name.span, [
      `ValidationException: Temporary catalog function ${quoted(path)} doesn't exist`,
    ]);
  throw missing(path, name);
}
