import { plainError } from '../../base/refusal.ts';
import { inputsOf, type LogicalNode } from '../../plan/logical.ts';
import { type Rex, type RexCorrelation, type RexSubQuery, ref } from '../../plan/rex.ts';
import { mapRex } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';

/** Whether an expression names a column of the query around. */
export const mentionsOuter = (rex: Rex): boolean =>
  rex.kind === 'Correlation' || (rex.kind === 'Call' && rex.operands.some(mentionsOuter));

/** Whether a query names columns of the one around it. */
export function isCorrelated(node: LogicalNode): boolean {
  return outerReferences(node).length > 0;
}

/** Every mention of a column of the query around, in the order of binding or, `fromTop`, of the tree. */
export function outerReferences(node: LogicalNode, fromTop = false): readonly RexCorrelation[] {
  const found: RexCorrelation[] = [];
  const visitRex = (rex: Rex): void => {
    if (rex.kind === 'Correlation') found.push(rex);
    else if (rex.kind === 'Call') rex.operands.forEach(visitRex);
  };
  const visit = (n: LogicalNode): void => {
    if (!fromTop) inputsOf(n).forEach(visit);
    if (n.kind === 'Project') n.exprs.forEach(visitRex);
    else if (n.kind === 'Filter' || n.kind === 'Join') visitRex(n.condition);
    else if (n.kind === 'Uncollect' || n.kind === 'Correlate') visitRex(n.collection);
    else if (n.kind === 'Snapshot') visitRex(n.period);
    if (fromTop) inputsOf(n).forEach(visit);
  };
  visit(node);
  return found;
}

/** The sub-queries that an expression asks. */
export function subqueriesIn(rex: Rex): readonly RexSubQuery[] {
  if (rex.kind === 'SubQuery') return [rex];
  return rex.kind === 'Call' ? rex.operands.flatMap(subqueriesIn) : [];
}

/** A correlated expression over the outer row and behind it the inner one. */
export function decorrelated(rex: Rex, width: number): Rex {
  return mapRex(rex, (r) =>
    r.kind === 'InputRef'
      ? ref(r.index + width, r.type)
      : r.kind === 'Correlation'
        ? ref(r.field, r.type)
        : r,
  );
}

/** What Flink says where a correlation is left over. */
export const unexpectedCorrelation = (number = 1): Error =>
  plainError(
    'plan',
    'correlation-left',
    'TableException',
    `unexpected correlate variable $cor${number} in the plan`,
    null,
  );

/** Whether a table of a FROM clause may name columns of those to its left. */
export const isLateral = (table: Ast.TableRef): boolean =>
  table.kind === 'Unnest' || (table.kind === 'DerivedTable' && table.lateral);
