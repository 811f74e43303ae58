import { color } from 'd3';
import { useEffect, useRef } from 'react';
import type { Diagnostic } from '../../engine/base/diagnostic.ts';
import { setSql } from '../store/document.ts';
import { runNow } from '../store/run.ts';
import { useStore } from '../store/store.ts';
import { tokenValue } from '../theme/theme.ts';
import { briefMessage } from '../view-model/problems.ts';
import { hintWords } from '../words/words.ts';
import { problemsOf } from './document-problems.ts';
import styles from './editor.module.css';
import { LANGUAGE } from './flink-language.ts';
import { monaco } from './monaco-lean.ts';
import { registerProviders } from './providers.ts';
import { rangeOf } from './ranges.ts';

const THEME = 'tidemark';

registerProviders();

/** Monaco wants six hexadecimal digits; the CSS minifier shortens `#ffffff` to `#fff`. */
function hex(token: `--${string}`): string {
  return color(tokenValue(token))?.formatHex() ?? '#808080';
}

function paint(): void {
  const isDark = document.documentElement.dataset['theme'] === 'dark';
  const rule = (token: string, from: `--${string}`, fontStyle = '') => ({
    token,
    foreground: hex(from).slice(1),
    fontStyle,
  });
  monaco.editor.defineTheme(THEME, {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      rule('comment', '--fg-mut'),
      rule('keyword', '--accent', 'bold'),
      rule('type', '--k-upd'),
      rule('function', '--k-upd'),
      rule('string', '--wm'),
      rule('number', '--k-del'),
      rule('name', '--fg'),
    ],
    colors: {
      'editor.background': hex('--bg'),
      'editor.foreground': hex('--fg'),
      'editorLineNumber.foreground': hex('--fg-mut'),
      'editorLineNumber.activeForeground': hex('--fg'),
      'editor.lineHighlightBackground': hex('--bg-sunk'),
      'editor.lineHighlightBorder': hex('--bg-sunk'),
      'editorError.foreground': hex('--err'),
      'editorWarning.foreground': hex('--late'),
      'editorInfo.foreground': hex('--accent'),
      'editorWidget.background': hex('--bg'),
      'editorWidget.border': hex('--line-strong'),
      'editorHoverWidget.background': hex('--bg'),
      'editorHoverWidget.border': hex('--line-strong'),
      'editorSuggestWidget.background': hex('--bg'),
      'editorSuggestWidget.border': hex('--line-strong'),
      'editorSuggestWidget.selectedBackground': hex('--accent'),
      'editorSuggestWidget.selectedForeground': hex('--on-accent'),
      'editorSuggestWidget.selectedIconForeground': hex('--on-accent'),
      'editorSuggestWidget.highlightForeground': hex('--accent'),
      'editorSuggestWidget.focusHighlightForeground': hex('--on-accent'),
      'editorActionList.background': hex('--bg'),
      'editorActionList.foreground': hex('--fg'),
      'editorActionList.focusBackground': hex('--accent'),
      'editorActionList.focusForeground': hex('--on-accent'),
      'input.background': hex('--bg'),
      'quickInput.background': hex('--bg'),
      'quickInputList.focusBackground': hex('--accent'),
      'quickInputList.focusForeground': hex('--on-accent'),
      'list.hoverBackground': hex('--bg-hover'),
      'editor.rangeHighlightBackground': hex('--bg-hover'),
      focusBorder: hex('--accent'),
    },
  });
  monaco.editor.setTheme(THEME);
}

/** The SQL editor. Loaded after the first paint. */
export function MonacoEditor({ label }: { readonly label: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const model = monaco.editor.createModel(useStore.getState().sql, LANGUAGE);
    paint();
    const editor = monaco.editor.create(host.current, {
      model,
      theme: THEME,
      minimap: { enabled: false },
      fontFamily:
        "'JetBrains Mono Variable', ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace",
      fontSize: 13.5,
      lineHeight: 20,
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 8,
      glyphMargin: false,
      folding: true,
      showFoldingControls: 'mouseover',
      // The words of the page are enough; those of the text would only repeat them.
      wordBasedSuggestions: 'off',
      suggest: { showStatusBar: false, preview: false },
      hover: { above: false, delay: 250 },
      gotoLocation: { multipleDefinitions: 'goto' },
      automaticLayout: true,
      scrollBeyondLastLine: false,
      wordWrap: 'on',
      wrappingIndent: 'indent',
      padding: { top: 8, bottom: 8 },
      scrollbar: { verticalScrollbarSize: 9, horizontalScrollbarSize: 9 },
      bracketPairColorization: { enabled: false },
      guides: { indentation: false },
      overviewRulerLanes: 0,
      hideCursorInOverviewRuler: true,
      ariaLabel: label,
      fixedOverflowWidgets: true,
    });
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => runNow());
    // Monaco has another key for it on Linux; the list of keys names one.
    editor.addCommand(monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF, () => {
      void editor.getAction('editor.action.formatDocument')?.run();
    });
    const mark = (): void => {
      const { sql, checkedSql, result } = useStore.getState();
      if (model.isDisposed() || model.getValue() !== sql || (checkedSql !== sql && !result)) return;
      const list = problemsOf(useStore.getState());
      monaco.editor.setModelMarkers(
        model,
        'engine',
        list.flatMap(({ diagnostic }) => markerOf(model, diagnostic)),
      );
    };
    const typed = model.onDidChangeContent(() => setSql(model.getValue()));
    // On Windows an empty script, everywhere one from there would count a line's end as two characters.
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    const stops = [
      useStore.subscribe(
        (facts) => facts.sql,
        (sql) => {
          // As an edit, so that even a change of scenario can be undone.
          if (model.getValue() !== sql) {
            model.pushEditOperations([], [{ range: model.getFullModelRange(), text: sql }], () => null);
            editor.setScrollTop(0);
          }
        },
      ),
      useStore.subscribe((facts) => facts.checked, mark),
      useStore.subscribe((facts) => facts.refused, mark),
      useStore.subscribe((facts) => facts.result, mark),
      useStore.subscribe((facts) => facts.theme, paint),
      useStore.subscribe(
        (facts) => facts.reveal,
        (place) => {
          if (!place) return;
          const range = rangeOf(model, place.span);
          editor.setSelection(range);
          editor.revealRangeInCenterIfOutsideViewport(range);
          editor.focus();
        },
      ),
    ];
    mark();
    performance.mark('editor-ready');
    return () => {
      for (const stop of stops) stop();
      typed.dispose();
      editor.dispose();
      model.dispose();
    };
  }, [label]);
  return <div ref={host} className={styles['monaco']} data-editor="monaco" />;
}

type Model = ReturnType<typeof monaco.editor.createModel>;

function markerOf(model: Model, diagnostic: Diagnostic) {
  if (!diagnostic.span) return [];
  const range = rangeOf(model, diagnostic.span);
  const severities = {
    error: monaco.MarkerSeverity.Error,
    warning: monaco.MarkerSeverity.Warning,
    info: monaco.MarkerSeverity.Info,
  };
  return [
    {
      severity: severities[diagnostic.severity],
      message: diagnostic.hint
        ? `${hintWords(diagnostic.hint)}\n${briefMessage(diagnostic)}`
        : briefMessage(diagnostic),
      startLineNumber: range.startLineNumber,
      startColumn: range.startColumn,
      endLineNumber: range.endLineNumber,
      endColumn: range.endColumn,
    },
  ];
}
