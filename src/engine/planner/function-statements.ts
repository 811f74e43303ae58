import { SqlError } from '../base/diagnostic.ts';
import type { Catalog, ObjectPath } from '../catalog/catalog.ts';
import type * as Ast from '../sql/ast.ts';
import { pathOf } from './ast-tools.ts';
import { quoted } from './create-table.ts';
import { refuse } from './plan-error.ts';

type Statement<Kind extends Ast.Statement['kind']> = Extract<Ast.Statement, { kind: Kind }>;

const HINT = 'User functions are Java classes; a browser has none. Say it with the built-in functions.';

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

/** Why a function that the catalog knows cannot be made, or null where the catalog does not know it. */
export function cannotInstantiate(catalog: Catalog, name: Ast.Name): readonly string[] | null {
  const path = pathOf(catalog, name);
  const found = catalog.getFunction(path);
  if (!found) return null;
  return found.language === 'PYTHON'
    ? [
        `IllegalStateException: Instantiating python function '${found.className}' failed.`,
        'ClassNotFoundException: org.apache.flink.client.python.PythonFunctionFactory',
      ]
    : [
        `ValidationException: Cannot instantiate user-defined function '${path.join('.')}'.`,
        `ClassNotFoundException: ${found.className}`,
      ];
}

/** Refuses the first call of a function that the catalog knows and whose class is not there, as the validator does before all else. */
export function refuseUserFunctions(catalog: Catalog, query: unknown, text: string): void {
  // Looking into every corner of a query takes longer than binding it.
  const written = text.toLowerCase();
  if (!catalog.functionNames().some((name) => written.includes(name.replaceAll('`', '``')))) return;
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const called = 'kind' in node && node.kind === 'Call' ? (node as Ast.Call) : null;
    const part = called && { name: called.name, quoted: true, span: called.nameSpan };
    const chain =
      called && cannotInstantiate(catalog, called.path ?? { parts: [part!], span: called.nameSpan });
    if (chain) {
      const words = chain[0]!.replace(/^\w+: /, '');
      throw withHint(
        refuse(called.nameSpan, [`ValidationException: SQL validation failed. ${words}`, ...chain], 'parse'),
      );
    }
    for (const part of Object.values(node)) visit(part);
  };
  visit(query);
}

const withHint = (error: SqlError): SqlError => new SqlError({ ...error.diagnostic, hint: HINT });
