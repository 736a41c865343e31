/** Formats a text as a comment: each line starts with the comment marker of the language. */
export const commented = (marker: string, text: string): string =>
  text.replaceAll(/^/gm, `${marker} `).replaceAll(/ $/gm, "");
