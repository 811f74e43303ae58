import i18next from 'i18next';
import type { Completion, Hover, LanguageApi, Words } from '../../engine/engine-api.ts';
import { askLanguage } from '../store/language.ts';
import { useStore } from '../store/store.ts';
import { LANGUAGE } from './flink-language.ts';
import { monaco } from './monaco-lean.ts';
import { exactRange, type Model, rangeOf } from './ranges.ts';

type Position = InstanceType<typeof monaco.Position>;

/** Lets Monaco ask the engine: everything is computed in the worker, and what comes too late is not shown. */
export function registerProviders(): void {
  monaco.languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: ['.', "'", '`'],
    provideCompletionItems: completions,
  });
  monaco.languages.registerHoverProvider(LANGUAGE, { provideHover: hovered });
  monaco.languages.registerSignatureHelpProvider(LANGUAGE, {
    signatureHelpTriggerCharacters: ['(', ','],
    provideSignatureHelp: signatures,
  });
  monaco.languages.registerDefinitionProvider(LANGUAGE, { provideDefinition: definitions });
  monaco.languages.registerDocumentFormattingEditProvider(LANGUAGE, {
    provideDocumentFormattingEdits: formatted,
  });
  monaco.languages.registerFoldingRangeProvider(LANGUAGE, { provideFoldingRanges: folded });
  monaco.languages.registerDocumentSymbolProvider(LANGUAGE, { provideDocumentSymbols: outline });
  monaco.languages.registerCodeActionProvider(LANGUAGE, { provideCodeActions: quickFixes });
}

/** Asks about a place; null where the answer is too late or there is none. */
async function ask<Question extends keyof LanguageApi>(
  question: Question,
  model: Model,
  position?: Position,
) {
  const offset = position ? model.getOffsetAt(position) : 0;
  const version = model.getVersionId();
  const answer = await askLanguage(question, model.getValue(), offset);
  return model.isDisposed() || model.getVersionId() !== version ? null : answer;
}

function inLanguage({ en, zh }: Words): string {
  return useStore.getState().language === 'zh' ? zh : en;
}

// ---------------------------------------------------------------- completion

const KINDS: Readonly<Record<Completion['kind'], keyof typeof monaco.languages.CompletionItemKind>> = {
  keyword: 'Keyword',
  table: 'Class',
  view: 'Interface',
  cte: 'Struct',
  alias: 'Reference',
  column: 'Field',
  function: 'Function',
  type: 'TypeParameter',
  option: 'Property',
  value: 'Value',
};

async function completions(model: Model, position: Position) {
  // Monaco fits an answer to what was typed meanwhile; without one, it shall ask again.
  const answer = await askLanguage('complete', model.getValue(), model.getOffsetAt(position));
  if (!answer || model.isDisposed()) return { suggestions: [], incomplete: true };
  const range = exactRange(model, answer.replace);
  const quote = /^['`]/.exec(model.getValueInRange(range))?.[0] ?? '';
  return { suggestions: answer.items.map((item, place) => suggestion(item, place, range, quote)) };
}

function suggestion(item: Completion, place: number, range: ReturnType<typeof exactRange>, quote: string) {
  const { label, kind, detail, insert = label, doc } = item;
  const isSnippet = insert.includes('$0');
  const isCall = insert.endsWith('($0)');
  return {
    label: detail === '' || kind === 'function' ? label : { label, description: detail },
    kind: monaco.languages.CompletionItemKind[KINDS[kind]],
    range,
    insertText: insert,
    sortText: String(place).padStart(4, '0'),
    // What is compared with the text in the range: a quote belongs to it.
    filterText: quote + label,
    ...(kind === 'function' ? { detail } : {}),
    ...(doc ? { documentation: inLanguage(doc) } : {}),
    ...(isSnippet ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
    ...(isCall ? { command: { id: 'editor.action.triggerParameterHints', title: '' } } : {}),
    ...(kind === 'option' && isSnippet ? { command: { id: 'editor.action.triggerSuggest', title: '' } } : {}),
  };
}

// ---------------------------------------------------------------- what is shown of a place

async function hovered(model: Model, position: Position) {
  const hover = await ask('hover', model, position);
  if (!hover) return null;
  return { range: rangeOf(model, hover.span), contents: hoverTexts(hover).map((value) => ({ value })) };
}

/** A hover as paragraphs of Markdown: what it is, its columns, what it does, examples. */
function hoverTexts({ kind, title, type, origin, doc, examples, columns }: Hover): string[] {
  const { t } = i18next;
  const of = origin === null ? '' : ` — ${t('editor.of')} \`${origin}\``;
  const width = Math.max(0, ...columns.map(({ name }) => name.length));
  const lines = columns.map((column) => `${column.name.padEnd(width)}  ${column.type}`);
  const tests = examples.map(([expression, result]) => `${expression}  -- ${result ?? 'NULL'}`);
  return [
    code([type === null ? title : `${title}  →  ${type}`]),
    `*${t(`editor.kind.${kind}`)}*${of}`,
    ...(doc ? [inLanguage(doc)] : []),
    ...(lines.length > 0 ? [code(lines)] : []),
    ...(tests.length > 0 ? [code(tests)] : []),
  ];
}

function code(lines: readonly string[]): string {
  return `\`\`\`${LANGUAGE}\n${lines.join('\n')}\n\`\`\``;
}

async function signatures(model: Model, position: Position) {
  const help = await ask('signature', model, position);
  if (!help) return null;
  const { label, parameters, active, doc } = help;
  const signature = {
    label,
    documentation: inLanguage(doc),
    parameters: parameters.map(({ start, end }) => ({ label: [start, end] as [number, number] })),
  };
  const value = { signatures: [signature], activeSignature: 0, activeParameter: active };
  return { value, dispose: () => {} };
}

async function definitions(model: Model, position: Position) {
  const found = await ask('definition', model, position);
  if (!found) return null;
  const range = exactRange(model, found.target);
  return [{ uri: model.uri, range, originSelectionRange: exactRange(model, found.origin) }];
}

// ---------------------------------------------------------------- the whole script

async function formatted(model: Model) {
  const text = await ask('format', model);
  return text === null || text === model.getValue() ? [] : [{ range: model.getFullModelRange(), text }];
}

async function folded(model: Model) {
  const foldings = (await ask('foldings', model)) ?? [];
  return foldings.map(({ span, kind }) => {
    const { startLineNumber: start, endLineNumber: end } = exactRange(model, span);
    const { Comment, Region } = monaco.languages.FoldingRangeKind;
    return { start, end, kind: kind === 'comment' ? Comment : Region };
  });
}

function outline(model: Model) {
  const { checked, checkedSql } = useStore.getState();
  if (!checked || checkedSql !== model.getValue()) return [];
  const { SymbolKind } = monaco.languages;
  return checked.statements.map(({ span, label }) => {
    const range = exactRange(model, span);
    const kind = label.startsWith('CREATE') ? SymbolKind.Class : SymbolKind.Function;
    return {
      name: label === '?' ? model.getValueInRange(range).slice(0, 40) : label,
      detail: '',
      kind,
      tags: [],
      range,
      selectionRange: range,
    };
  });
}

function quickFixes(model: Model, asked: InstanceType<typeof monaco.Range>) {
  const { checked, checkedSql } = useStore.getState();
  const diagnostics = checked && checkedSql === model.getValue() ? checked.diagnostics : [];
  const actions = diagnostics
    .filter(({ span }) => span && monaco.Range.areIntersectingOrTouching(rangeOf(model, span), asked))
    .flatMap(({ fixes = [] }) => fixes)
    .map(({ kind, text, edits }) => ({
      title: i18next.t(`editor.fix.${kind}`, { text }),
      kind: 'quickfix',
      isPreferred: true,
      edit: {
        edits: edits.map((edit) => ({
          resource: model.uri,
          versionId: model.getVersionId(),
          textEdit: { range: exactRange(model, edit.span), text: edit.text },
        })),
      },
    }));
  return { actions, dispose: () => {} };
}
