import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/** A pom of the app: its path and its text. */
export interface PomFile {
  /** The path relative to the app. */
  readonly path: string;
  /** The text without comments; empty for a pom that is not XML. */
  readonly text: string;
}

/**
 * Reads the pom to build, and the poms of the modules that the pom or any of its profiles lists.
 * Unreadable poms are omitted, because Maven itself reports them.
 */
export async function pomsOf(app: App, path: string): Promise<readonly PomFile[]> {
  const poms = new Map<string, PomFile>();
  const read = async (file: string): Promise<void> => {
    if (poms.has(file) || poms.size >= mostPoms || file.startsWith("../") || !(await app.exists(file))) return;
    const text = /\.xml$/.test(file) ? withoutComments(await app.readText(file).catch(() => "")) : "";
    poms.set(file, { path: file, text });
    for (const module of modulesIn(text)) await read(await pomOf(app, posix.join(posix.dirname(file), module)));
  };
  await read(path);
  return [...poms.values()];
}

const mostPoms = 1_000;

const modulesIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/<(module|subproject)>([^<]+)<\/\1>/g), ([, , name = ""]) => name.trim()).filter(Boolean);

/** A module is named by its directory, or by its pom. */
const pomOf = async (app: App, path: string): Promise<string> =>
  /\.xml$/.test(path) && (await app.list(posix.dirname(path))).includes(posix.basename(path))
    ? path
    : inDir(path === "." ? "" : path, "pom.xml");

/** Returns the directory of a pom, relative to the app. */
export const folderOf = ({ path }: PomFile): string => (posix.dirname(path) === "." ? "" : posix.dirname(path));

/** An element of a pom, with its position in the text. */
interface Element {
  readonly name: string;
  readonly inner: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the outermost elements with certain names. An element ends at the first closing tag with
 * its name. If an element with a name is not closed, the function no longer searches for that name,
 * because continuing would take quadratic time.
 */
export function elementsIn(text: string, names: readonly string[]): readonly Element[] {
  const found: Element[] = [];
  const endless = new Set<string>();
  const begin = new RegExp(`<(${names.join("|")})>`, "g");
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const [tag, name = ""] = match;
    const close = endless.has(name) ? -1 : text.indexOf(`</${name}>`, begin.lastIndex);
    if (close === -1) endless.add(name);
    else {
      const end = close + tag.length + 1;
      found.push({ name, inner: text.slice(begin.lastIndex, close), start: match.index, end });
      begin.lastIndex = end;
    }
  }
  return found;
}

/** Removes the outermost elements with certain names from a text. */
export function withoutElements(text: string, names: readonly string[]): string {
  const found = elementsIn(text, names);
  return [{ end: 0 }, ...found].map(({ end }, index) => text.slice(end, found[index]?.start)).join("");
}

/**
 * Removes XML comments. After the last `-->`, the function no longer searches for comments, because
 * continuing would take quadratic time.
 */
export function withoutComments(text: string): string {
  const end = text.lastIndexOf("-->") + 3;
  return end < 3 ? text : text.slice(0, end).replace(/<!--[\s\S]*?-->/g, "") + text.slice(end);
}
