/** The lines of a file of settings that say something: without comments behind `#`, blanks around, and a mark of the byte order. */
export const linesOf = (text: string): readonly string[] =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n|\r/)
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");

/**
 * What a `.nvmrc`, `.node-version` or `.python-version` asks for: its first line that is no comment, without the comment behind it;
 * `undefined` if there is none. https://github.com/nvm-sh/nvm#nvmrc
 */
export const versionInFile = (text: string): string | undefined => linesOf(text)[0];
