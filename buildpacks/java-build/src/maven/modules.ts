import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { withoutComments } from "./elements.ts";

/** A pom of the app: its path and its text. */
export interface PomFile {
  /** The path relative to the app. */
  readonly path: string;
  /** The text without comments; empty for a pom that is not XML. */
  readonly text: string;
}

/**
 * Reads the pom to build, and the poms of its modules in any profile. Unreadable poms are omitted,
 * because Maven itself reports them.
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

/** The directory of a pom, relative to the app. */
export const folderOf = ({ path }: PomFile): string => (posix.dirname(path) === "." ? "" : posix.dirname(path));
