import type { Name } from './ast.ts';
import { parseName } from './parse-name.ts';
import { parseCastType } from './parse-type.ts';
import type { TokenStream } from './token-stream.ts';

/** `(a, b.c)` behind INSERT INTO t and ALTER TABLE t DROP. The grammar takes types too, which Flink then refuses. */
export function parseColumnNames(tokens: TokenStream): Name[] {
  let typed: Name | null = null;
  const names = tokens.parenthesised(() => {
    const name = parseName(tokens);
    if (!tokens.isSymbol(',') && !tokens.isSymbol(')')) {
      parseCastType(tokens);
      tokens.acceptWords('NOT', 'NULL');
      typed ??= name;
    }
    return name;
  });
  if (typed !== null) refuseTypes(tokens, typed);
  return names;
}

function refuseTypes(tokens: TokenStream, { span }: Name): never {
  return tokens.complain('extended-columns', span);
}
