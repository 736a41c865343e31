/** The lines of a settings file without comments after `#`, surrounding blanks and a byte order mark. */
export const linesOf = (text: string): readonly string[] =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n|\r/)
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");

/**
 * The version in a `.nvmrc`, `.node-version` or `.python-version`: the first line that is not a
 * comment, without a trailing comment; `undefined` if there is no such line.
 * https://github.com/nvm-sh/nvm#nvmrc
 */
export const versionInFile = (text: string): string | undefined => linesOf(text)[0];
