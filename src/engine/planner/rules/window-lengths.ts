import { plainError } from '../../base/refusal.ts';
import type { WindowSpec } from '../../plan/logical.ts';

/** Refuses the lengths of a window that Flink has no windows for. */
export function checkWindow(window: WindowSpec): void {
  const { kind, sizeMs, slideMs, offsetMs } = window;
  const refuse = (message: string, exception = 'ValidationException'): Error =>
    plainError('plan', 'bad-window', exception, message, null);
  const needs = (what: string, got: string): Error =>
    refuse(`${kind} table function based aggregate requires ${what} to be positive, but got ${got}.`);
  if (kind === 'TUMBLE' && sizeMs <= 0) throw needs('size', `${sizeMs} ms`);
  if (kind === 'SESSION' && sizeMs <= 0) throw needs('gap', `gap ${sizeMs} ms`);
  if (kind === 'HOP' && (sizeMs <= 0 || slideMs <= 0))
    throw needs('slide and size', `slide ${slideMs} ms and size ${sizeMs} ms`);
  if (kind === 'CUMULATE' && (sizeMs <= 0 || slideMs <= 0))
    throw needs('maxSize and step', `maxSize ${sizeMs} ms and step ${slideMs} ms`);
  if (kind === 'TUMBLE' && Math.abs(offsetMs) >= sizeMs)
    throw refuse(
      `TUMBLE table function parameters must satisfy abs(offset) < size, but got size ${sizeMs} ms and offset ${offsetMs} ms.`,
    );
  if (kind === 'CUMULATE' && sizeMs % slideMs !== 0)
    throw refuse(
      `CUMULATE table function based aggregate requires maxSize must be an integral multiple of step, but got maxSize ${sizeMs} ms and step ${slideMs} ms.`,
    );
}
