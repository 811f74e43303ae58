import { useEffect } from 'react';
import { changeSpeed, jump, jumpToMarker, stepBy, togglePlay } from '../store/player.ts';
import { runNow } from '../store/run.ts';
import { useStore } from '../store/store.ts';
import { endFirstVisit, point, toggleHelp } from '../store/view.ts';

const TEXT =
  'input:not([type="range"]), textarea, select, [contenteditable], .monaco-editor, [role="listbox"], [role="dialog"]';
const OWN_ARROWS = 'input, [role="slider"], [role="tablist"], [role="separator"]';

/** The keyboard of the whole page. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        runNow();
        return;
      }
      if (event.key === 'F6') {
        event.preventDefault();
        focusPane(event.shiftKey ? -1 : 1);
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest(TEXT)) return;
      if (act(event, target)) {
        event.preventDefault();
        endFirstVisit();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

/** Does what a key stands for; says whether it stands for anything. */
function act(event: KeyboardEvent, target: Element | null): boolean {
  const hasOwnArrows = target?.closest(OWN_ARROWS) !== null && target !== null;
  switch (event.key) {
    case ' ':
      if (target?.closest('button, a, [role="button"], [role="tab"]')) return false;
      togglePlay();
      return true;
    case 'ArrowLeft':
    case 'ArrowRight': {
      if (hasOwnArrows) return false;
      const direction = event.key === 'ArrowRight' ? 1 : -1;
      if (event.shiftKey) jumpToMarker(direction);
      else stepBy(direction);
      return true;
    }
    case 'Home':
    case 'End':
      if (hasOwnArrows) return false;
      jump(event.key === 'Home' ? 0 : (useStore.getState().result?.run.steps.count ?? 0));
      return true;
    case '[':
    case ']':
      changeSpeed(event.key === ']' ? 1 : -1);
      return true;
    case '?':
      toggleHelp();
      return true;
    case 'Escape':
      useStore.setState({ isHotPinned: false });
      point(null);
      return true;
    default:
      return false;
  }
}

function focusPane(direction: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => pane.offsetParent !== null,
  );
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + direction + panes.length) % panes.length] ?? panes[0];
  next?.focus();
}
