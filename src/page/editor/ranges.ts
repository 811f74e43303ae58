import type { Span } from '../../engine/base/span.ts';
import { monaco } from './monaco-lean.ts';

/** A script as Monaco holds it. */
export type Model = ReturnType<typeof monaco.editor.createModel>;

/** A place of the script as Monaco counts; never empty, so that it can be seen. */
export function rangeOf(model: Model, span: Span) {
  return exactRange(model, { start: span.start, end: Math.max(span.end, span.start + 1) });
}

/** The same, empty where the span is. */
export function exactRange(model: Model, span: Span) {
  const start = model.getPositionAt(span.start);
  const end = model.getPositionAt(span.end);
  return new monaco.Range(start.lineNumber, start.column, end.lineNumber, end.column);
}
