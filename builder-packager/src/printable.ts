/**
 * Text for people, with what terminals take for commands written out: names in it come from strangers' files, archives and
 * registries. Lines and tabs stay.
 */
export const printable = (text: string): string =>
  text.replaceAll(
    /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
