import { SqlError } from '../../base/diagnostic.ts';
import { refuse } from '../../base/refusal.ts';
import { Catalog } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';
import { pathOf } from './ast-tools.ts';

const HINT = 'User functions are Java classes; a browser has none. Say it with the built-in functions.';

/** A refusal that says what can be done without user functions. */
export const withHint = (error: SqlError): SqlError => new SqlError({ ...error.diagnostic, hint: HINT });

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
