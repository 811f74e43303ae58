import { type SqlError } from '../../base/diagnostic.ts';
import { type Span } from '../../base/span.ts';
import { type LogicalNode } from '../../plan/logical.ts';
import { type Rex } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import { type LogicalType } from '../../types/logical-type.ts';
import { type StatementText } from '../plan-error.ts';
import { type Scope } from './scope.ts';

/**
 * When a type is asked for: `late` is once bare NULLs have been given theirs, `early` before. So is `softly`, for a function of the newer stack, which
 * says nothing of what others of that stack complain of.
 */
export type Asking = 'late' | 'early' | 'softly';

/** What the rules for one kind of expression ask of the one who binds all kinds (`bind-expression.ts`). */
export interface Binder {
  readonly source: StatementText;
  readonly scope: Scope;
  readonly asking: Asking;
  bind(expression: Ast.Expression): Rex;
  /** Binds an operand whose type is asked for before that of the expression around it is known. */
  bindEarly(expression: Ast.Expression): Rex;
  /** The same of what is compared or chosen: a bare NULL may stand in a row, and has the type of what is at its place in the other, if there is one. */
  bindSide(expression: Ast.Expression, other?: LogicalType): Rex;
  /** What is bound, refused if it is a bare NULL that nothing gives a type. */
  typed(rex: Rex, span: Span): Rex;
  bindQuery(expression: Ast.Expression, isScalar?: boolean): LogicalNode;
  /** Refuses what has a type all the same: where a whole list is bound, what has none is told first. */
  refuse(error: SqlError): void;
  /** A refusal of the validator at a place. */
  error(span: Span, code: string, message: string, exception?: string, hint?: string): SqlError;
}
