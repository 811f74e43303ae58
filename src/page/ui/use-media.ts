import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds, now and when it changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** The phone layout: everything in one column. */
export const NARROW = '(max-width: 899px)';
/** Little height: the plan is one row, the panes of the editor share tabs. */
export const LOW = '(max-height: 799px)';
/** Table and log share tabs. */
export const SLIM = '(max-width: 1099px)';
/** No Monaco: it does not support touch, and 860 kB are too much for a phone. */
export const TOUCH = '(max-width: 899px), ((hover: none) and (pointer: coarse))';
