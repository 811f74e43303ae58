import { FUNCTIONS, KEYWORDS, TYPES } from './flink-words.ts';
import { monaco } from './monaco-lean.ts';

/** Monaco's name for Flink SQL. */
export const LANGUAGE = 'flink-sql';

monaco.languages.register({ id: LANGUAGE });
monaco.languages.setLanguageConfiguration(LANGUAGE, {
  comments: { lineComment: '--', blockComment: ['/*', '*/'] },
  brackets: [
    ['(', ')'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
    { open: '`', close: '`', notIn: ['string', 'comment'] },
  ],
  wordPattern: /[A-Za-z_]\w*/,
});
monaco.languages.setMonarchTokensProvider(LANGUAGE, {
  ignoreCase: true,
  keywords: KEYWORDS.map((word) => word.toLowerCase()),
  types: TYPES.map((word) => word.toLowerCase()),
  functions: FUNCTIONS.map((word) => word.toLowerCase()),
  tokenizer: {
    root: [
      [/--.*$/, 'comment'],
      [/\/\*/, 'comment', '@comment'],
      [/'/, 'string', '@string'],
      [/`[^`]*`/, 'name'],
      [/\d+(\.\d+)?([eE][+-]?\d+)?/, 'number'],
      [
        /[a-z_]\w*/,
        { cases: { '@types': 'type', '@functions': 'function', '@keywords': 'keyword', '@default': 'name' } },
      ],
      [/[()[\]]/, '@brackets'],
    ],
    comment: [
      [/\*\//, 'comment', '@pop'],
      [/./, 'comment'],
    ],
    string: [
      [/''/, 'string'],
      [/'/, 'string', '@pop'],
      [/[^']+/, 'string'],
    ],
  },
});
