import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * A start script of a distribution, such as Gradle's plugin `application` creates. The script
 * starts the jars in `lib`.
 */
export interface Script {
  /** The path relative to the app. */
  readonly file: string;
  /** The directory that contains `bin` and `lib`. */
  readonly home: string;
  readonly text: string;
}

/** Finds the start scripts of distributions in a directory and its immediate subdirectories. */
export async function distributionsIn(app: App, dir: string, names: readonly string[]): Promise<readonly Script[]> {
  const here = await scriptsIn(app, dir, names);
  if (here.length > 0) return here;
  const below = names.filter((name) => name.endsWith("/") && !name.startsWith(".")).map((name) => name.slice(0, -1));
  if (below.length > mostFolders) return [];
  const all = await Promise.all(
    below.map(async (name) => scriptsIn(app, inDir(dir, name), await app.list(inDir(dir, name)))),
  );
  return all.flat();
}

// an app with more files is not an unpacked archive
const mostFolders = 8;

async function scriptsIn(app: App, home: string, names: readonly string[]): Promise<readonly Script[]> {
  const jars = librariesOf(names);
  if (!names.includes("bin/") || jars === undefined) return [];
  if (!(await app.list(inDir(home, jars))).some((name) => name.endsWith(".jar") || name.endsWith("/"))) return [];
  const bin = inDir(home, "bin");
  const files = (await app.list(bin)).filter((name) => !name.endsWith("/") && !/\.(bat|cmd|exe|ps1)$/i.test(name));
  const scripts = files.map(async (name) => scriptAt(app, home, inDir(bin, name)));
  return (await Promise.all(scripts)).flatMap((script) => script ?? []);
}

/** The directory in which a distribution has its jars. Maven's plugin appassembler uses `repo`. */
const librariesOf = (names: readonly string[]): string | undefined =>
  ["lib", "repo"].find((name) => names.includes(`${name}/`));

/**
 * Returns the script if it starts Java with jars next to it. The text is checked, because tools of
 * other languages use directories with the same names.
 */
async function scriptAt(app: App, home: string, file: string): Promise<Script | undefined> {
  const text = await app.readText(file).catch(() => ""); // a program is not text
  const isScript = text.startsWith("#!") && text.length < 256 * 1024;
  return isScript && /\bjava\b/i.test(text) && /\b(lib|repo)\b/i.test(text) && /CLASSPATH|\.jar\b|-cp\b/i.test(text)
    ? { file, home, text }
    : undefined;
}
