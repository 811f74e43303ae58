import { compileClosure } from '../compile/closure.ts';
import type { Expand } from '../plan/physical.ts';
import type { Port } from '../runtime/port.ts';
import { type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';

/** Sends every row once for each grouping set, columns outside the set as NULL. */
export function createExpand(node: Expand, context: OperatorContext, next: Port): StreamOperator {
  const projects = node.projects.map((exprs) => exprs.map((e) => compileClosure(e, context)));
  return {
    ports: [
      {
        row: (kind, row) => {
          for (const project of projects)
            next.row(
              kind,
              project.map((compute) => compute(row)),
            );
        },
        watermark: next.watermark,
        idle: next.idle,
      },
    ],
    ...STATELESS,
  };
}
