import type { WindowTableFunction } from '../plan/physical.ts';
import type { Port } from '../runtime/port.ts';
import { type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';
import { isRowtime } from '../types/logical-type.ts';
import { checkWindowsOfRow } from './window-budget.ts';
import { paneStart, windowTime } from './window-time.ts';

/** Forwards everything but -U: for consumers content with +U alone. */
export function createDropUpdateBefore(next: Port): StreamOperator {
  return {
    ports: [
      {
        row: (kind, row) => {
          if (kind !== 1) next.row(kind, row);
        },
        watermark: next.watermark,
        idle: next.idle,
      },
    ],
    ...STATELESS,
  };
}

/** An exchange moves rows between parallel instances; with one instance it only passes them on. */
export function createExchange(next: Port): StreamOperator {
  return { ports: [next], ...STATELESS };
}

/** A window table function that stands alone: appends the bounds of every window a row falls in. Nothing is late here. */
export function createWindowTableFunction(
  node: WindowTableFunction,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { window } = node;
  const time = windowTime(window, context.zone);
  const isEventTime = isRowtime(window.timeType);
  const rowtime = (end: number): number | null => (isEventTime ? time.rowtimeOf(end) : null);
  return {
    ports: [
      {
        row: (kind, row) => {
          const instant = isEventTime ? (row[window.time] as number | null) : context.nowMs();
          if (instant === null) {
            context.reporter?.ignored(kind, row);
            return;
          }
          checkWindowsOfRow(window);
          const local = time.toLocal(instant);
          const send = (start: number, end: number): void => {
            context.reporter?.window?.(start, end);
            next.row(kind, [...row, start, end, rowtime(end)]);
          };
          if (window.kind === 'CUMULATE') {
            const start = paneStart(local, window.sizeMs, window.offsetMs);
            for (
              let end = paneStart(local, window.slideMs, window.offsetMs) + window.slideMs;
              end <= start + window.sizeMs;
              end += window.slideMs
            )
              send(start, end);
            return;
          }
          const slide = window.kind === 'HOP' ? window.slideMs : window.sizeMs;
          for (
            let start = paneStart(local, slide, window.offsetMs);
            start > local - window.sizeMs;
            start -= slide
          )
            send(start, start + window.sizeMs);
        },
        watermark: next.watermark,
        idle: next.idle,
      },
    ],
    ...STATELESS,
  };
}
