/** A range of SQL text, as offsets in UTF-16 code units: `start` included, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text as people and Flink's messages count it: line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where `offset` stands in `text`; a tab counts as one column, as in Calcite with tab size 1. */
export function placeOf(text: string, offset: number): Place {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
