/** A hint's options as plans print them. */
export const hintedOptions = (hinted: ReadonlyMap<string, string>): string =>
  `options:{${[...hinted].map(([key, value]) => `${key}=${value}`).join(', ')}}`;
