/**
 * Escapes control characters in a text for display. Names in the text may come from untrusted
 * files, archives and registries. Newlines and tabs are kept.
 */
export const printable = (text: string): string =>
  text.replaceAll(
    /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
