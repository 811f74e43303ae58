import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokens } from './tokens.ts';

test('pieces make up the script again, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: fc.constantFrom("'", '`', '-', '/', '*', 'a', '1', '\n', ' ') }),
      ),
      (script) => {
        expect(
          tokens(script)
            .map(({ text }) => text)
            .join(''),
        ).toBe(script);
      },
    ),
  );
});

test('keywords, functions, types, strings and comments are told apart', () => {
  const kinds = tokens("SELECT COUNT(*), CAST(a AS BIGINT) FROM t -- x\nWHERE b = 'it''s'")
    .filter(({ kind }) => kind !== 'other')
    .map(({ kind, text }) => `${kind} ${text}`);
  expect(kinds).toEqual([
    'keyword SELECT',
    'function COUNT',
    'function CAST',
    'name a',
    'keyword AS',
    'type BIGINT',
    'keyword FROM',
    'name t',
    'comment -- x',
    'keyword WHERE',
    'name b',
    "string 'it''s'",
  ]);
});
