import type { Span } from '../base/span.ts';
import type { Call, Expression } from './ast.ts';

/** A `Call` with nothing but a name and arguments; what is special about it is spread over the result. */
export function operatorCall(
  name: string,
  nameSpan: Span,
  args: readonly Expression[],
  syntax: Call['syntax'],
  span: Span,
): Call {
  return {
    kind: 'Call',
    name,
    nameSpan,
    path: null,
    args,
    keywords: [],
    distinct: false,
    star: false,
    filter: null,
    orderBy: [],
    nulls: null,
    syntax,
    span,
  };
}
