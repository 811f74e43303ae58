import { connectorNames, connectorOptions } from '../connectors/connectors.ts';
import type { Completion, Completions } from '../engine-api.ts';
import type { Cursor } from './cursor.ts';
import { CONFIG_OPTIONS, CONNECTOR_OPTIONS, CONNECTOR_WORDS, type OptionWords } from './option-words.ts';
import { declaredColumns } from './table-elements.ts';
import { isSymbol, isWord, openBefore } from './token-tools.ts';

/** Keys and values of options: in `WITH (…)`, in an OPTIONS hint, behind SET. Null where the place is none of these. */
export function completeOptions(cursor: Cursor): Completions | null {
  if (cursor.inside !== 'code' && cursor.inside !== 'string') return null;
  const place = placeOf(cursor);
  if (!place) return null;
  const { tokens, index } = cursor;
  const isValue = isSymbol(tokens[index - 1], '=');
  return isValue ? values(cursor, place, tokens[index - 2]?.value ?? '') : keys(cursor, place);
}

interface OptionPlace {
  readonly keys: readonly string[];
  readonly wordsOf: (key: string) => OptionWords | undefined;
}

function placeOf({ tokens, index, inside }: Cursor): OptionPlace | null {
  if (isWord(tokens[0], 'SET', 'RESET') && index > 0)
    return { keys: [...CONFIG_OPTIONS.keys()], wordsOf: (key) => CONFIG_OPTIONS.get(key) };
  const open = openBefore(tokens, index).at(-1) ?? -1;
  const isHint = isWord(tokens[open - 1], 'OPTIONS');
  if (!isHint && !(isWord(tokens[open - 1], 'WITH') && isWord(tokens[0], 'CREATE', 'ALTER'))) return null;
  const isPlace = inside === 'string' || isSymbol(tokens[index - 1], '(', ',', '=');
  if (!isPlace) return null;
  const written = new Map<string, string>();
  for (let at = open + 1; at < tokens.length && !isSymbol(tokens[at], ')'); at++)
    if (isSymbol(tokens[at], '=')) written.set(tokens[at - 1]?.value ?? '', tokens[at + 1]?.value ?? '');
  const connector = written.get('connector') ?? 'scenario';
  const known = connectorOptions(connector, { columns: declaredColumns(tokens) });
  return {
    keys: [...(isHint ? [] : ['connector']), ...known].filter((key) => !written.has(key)),
    wordsOf: connectorWords,
  };
}

/** What is known of a connector's option. */
export function connectorWords(key: string): OptionWords | undefined {
  if (key !== 'connector') return CONNECTOR_OPTIONS.get(key.replace(/^fields\..*\.([^.]+)$/, 'fields.#.$1'));
  const words = CONNECTOR_OPTIONS.get(key);
  return words && { ...words, values: connectorNames() };
}

function keys(
  { tokens, index, inside, word, script }: Cursor,
  { keys: all, wordsOf }: OptionPlace,
): Completions {
  const isWritten = isSymbol(tokens[index], '=');
  const isQuoted = inside === 'string';
  const insert = (key: string): string => (isWritten ? `'${key}'` : `'${key}' = '$0'`);
  const items = all.map((key): Completion => {
    const words = wordsOf(key);
    return {
      label: key,
      kind: 'option',
      detail: words?.values.join(' | ') ?? '',
      insert: isWritten && isQuoted ? key : insert(key),
      ...(words ? { doc: { en: words.en, zh: words.zh } } : {}),
    };
  });
  if (!isQuoted || isWritten) return { replace: word, items };
  // The quotes belong to what is replaced.
  const end = script[word.end] === "'" ? word.end + 1 : word.end;
  return { replace: { start: word.start - 1, end }, items };
}

function values({ inside, word }: Cursor, { wordsOf }: OptionPlace, key: string): Completions {
  const items = (wordsOf(key)?.values ?? []).map((value): Completion => {
    const doc = key === 'connector' ? CONNECTOR_WORDS.get(value) : undefined;
    return {
      label: value,
      kind: 'value',
      detail: '',
      insert: inside === 'string' ? value : `'${value}'`,
      ...(doc ? { doc } : {}),
    };
  });
  return { replace: word, items };
}
