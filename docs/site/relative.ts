import { posix } from "node:path";
import { placeholderBase } from "./folders.ts";

/** The text of a file of the site with relative addresses, so that the site works below any path. `file` is its path in the site. */
export function withRelativeAddresses(text: string, file: string): string {
  return file.endsWith(".js") ? relativeInScript(text, file) : text.replaceAll(absolute, `${upwards(file)}$1`);
}

/** The base with what follows it: nothing, or a path. */
const absolute = new RegExp(`${placeholderBase}(?:/|(?=["'#]))([^"'\\s>)]*)`, "g");

function upwards(file: string): string {
  const up = posix.relative(posix.dirname(file), ".");
  return up === "" ? "./" : `${up}/`;
}

/** A module finds the site by its own address: what it loads is not relative to the page. */
const relativeInScript = (text: string, file: string): string =>
  text.replaceAll(
    new RegExp(`(["'\`])${placeholderBase}(/?[^"'\`]*)\\1`, "g"),
    (_literal, _quote: string, path: string) =>
      `(new URL(${JSON.stringify(`${upwards(file)}${path.replace(/^\//, "")}`)},import.meta.url).href)`,
  );
