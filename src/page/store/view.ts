import type { Span } from '../../engine/base/span.ts';
import type { Hot } from '../view-model/lineage.ts';
import { type Notice, useStore } from './store.ts';

const HOT_AFTER_MS = 60;
let hotTimer: ReturnType<typeof setTimeout> | undefined;

/** Points at something, a moment after the pointer came to rest there; null points at nothing. */
export function point(hot: Hot | null): void {
  clearTimeout(hotTimer);
  if (useStore.getState().isHotPinned) return;
  hotTimer = setTimeout(() => {
    if (useStore.getState().hot !== hot) useStore.setState({ hot });
  }, HOT_AFTER_MS);
}

/** Keeps pointing at something, whatever the pointer does; null, or the same thing again, lets go. */
export function pin(hot: Hot | null): void {
  clearTimeout(hotTimer);
  const { hot: before, isHotPinned } = useStore.getState();
  const isSame = isHotPinned && JSON.stringify(before) === JSON.stringify(hot);
  useStore.setState(isSame || hot === null ? { hot: null, isHotPinned: false } : { hot, isHotPinned: true });
}

/** Opens an operator's page; the same one again closes it. */
export function selectOperator(operator: number | null): void {
  const { selectedOperator, resultTab } = useStore.getState();
  const isSame = operator === selectedOperator;
  const next = isSame ? null : operator;
  useStore.setState({
    selectedOperator: next,
    resultTab: next !== null ? 'operator' : resultTab === 'operator' ? 'sink-0' : resultTab,
  });
}

/** Opens a tab of the result pane. */
export function openResultTab(resultTab: string): void {
  useStore.setState({ resultTab });
}

/** Opens a tab of the pane under the editor. */
export function openWorkTab(workTab: string): void {
  useStore.setState({ workTab });
}

/** Shows a place of the script in the editor. */
export function reveal(span: Span): void {
  useStore.setState({ reveal: { span }, workTab: useStore.getState().workTab });
}

/** Opens or closes the help. */
export function toggleHelp(): void {
  useStore.setState({ dialog: useStore.getState().dialog === 'help' ? 'none' : 'help' });
}

/** Says something in the bar on top; null takes it away. */
export function say(notice: Notice | null): void {
  useStore.setState({ notice });
}

/** The first visit's hint has been read. */
export function endFirstVisit(): void {
  if (useStore.getState().isFirstVisit) useStore.setState({ isFirstVisit: false });
}
