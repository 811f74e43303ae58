import type { Port } from '../runtime/port.ts';
import { STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';

/** Sends every row as often as its first column says, its other columns appended once more. */
export function createReplicateRows(next: Port): StreamOperator {
  return {
    ports: [
      {
        row: (kind, row) => {
          const count = Number(row[0]);
          if (count <= 0) return;
          const made = [...row, ...row.slice(1)];
          for (let i = 0; i < count; i++) next.row(kind, made);
        },
        watermark: next.watermark,
        idle: next.idle,
      },
    ],
    ...STATELESS,
  };
}
