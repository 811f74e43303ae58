import type { ResetOption, SetOption } from './ast.ts';
import type { ClientCommand } from './ast-statements.ts';

/**
 * Statements Flink recognises by pattern before its parser is asked: `SET key = value` without quotes, whose value no grammar
 * describes, RESET with a bare key, and the commands of the SQL client.
 */

const SET = /\s*(SET)\s+([^'\s;=]+)\s*=\s*(?:'([^']*)'|([^\s;']+))(?=\s*(?:;|$))/iy;
const RESET = /\s*(RESET)\s+([^'\s;]+)(?=\s*(?:;|$))/iy;
const COMMAND = /\s*(CLEAR|HELP|QUIT|EXIT)(?=\s*(?:;|$))/iy;

/** The statement of one of these forms that begins at `offset`, spaces before it skipped; null where there is none. */
export function clientCommandAt(
  text: string,
  offset: number,
): SetOption | ResetOption | ClientCommand | null {
  const set = matchAt(SET, text, offset);
  if (set) {
    const value = set.match[3] ?? set.match[4] ?? '';
    return { kind: 'SetOption', key: set.match[2] ?? '', value, span: set.span };
  }
  const reset = matchAt(RESET, text, offset);
  if (reset) return { kind: 'ResetOption', key: reset.match[2] ?? '', span: reset.span };
  const command = matchAt(COMMAND, text, offset);
  if (!command) return null;
  return {
    kind: 'ClientCommand',
    command: (command.match[1] ?? '').toUpperCase() as ClientCommand['command'],
    span: command.span,
  };
}

function matchAt(pattern: RegExp, text: string, offset: number) {
  pattern.lastIndex = offset;
  const match = pattern.exec(text);
  if (!match) return null;
  const end = offset + match[0].length;
  return { match, span: { start: end - match[0].trimStart().length, end } };
}
