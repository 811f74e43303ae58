/** The two looks of the page. */
export type Theme = 'light' | 'dark';

/** Value of a design token (`--accent`) as the browser has it now: for canvas and Monaco, which cannot read CSS. */
export function tokenValue(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Puts a theme on the page. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}
