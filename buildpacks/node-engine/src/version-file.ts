/**
 * What a `.nvmrc` or `.node-version` asks for: its first line that is no comment, without the comment behind it; `undefined` if there is none.
 * https://github.com/nvm-sh/nvm#nvmrc
 */
export const versionInFile = (text: string): string | undefined =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n|\r/)
    .map((line) => line.replace(/#.*/, "").trim())
    .find((line) => line !== "");
