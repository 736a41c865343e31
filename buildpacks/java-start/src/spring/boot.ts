import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import type { UnpackedArchive } from "../app/found-app.ts";

/** An unpacked app of Spring Boot. */
export interface SpringBoot extends UnpackedArchive {
  /** The version: 3.5.7; "" if the manifest has none. */
  readonly version: string;
  readonly startClass: string | undefined;
  /** The directory of the app's own classes, relative to the app. */
  readonly classes: string;
  /** The libraries, in the order in which Spring Boot's own loader searches them. */
  readonly libraries: readonly string[];
}

/** Recognizes an unpacked Spring Boot app; `undefined` for any other directory. */
export async function springBootOf(app: App, unpacked: UnpackedArchive): Promise<SpringBoot | undefined> {
  const { dir, manifest, mainClass } = unpacked;
  const isSpring = mainClass.startsWith(loader) || manifest.get("Spring-Boot-Version") !== undefined;
  const folder = ["BOOT-INF", "WEB-INF"].find((name) => manifest.get("Spring-Boot-Lib")?.startsWith(name));
  const root = inDir(dir, folder ?? (mainClass.endsWith(".WarLauncher") ? "WEB-INF" : "BOOT-INF"));
  if (!isSpring || !(await app.exists(root))) return undefined;
  return {
    ...unpacked,
    version: manifest.get("Spring-Boot-Version") ?? "",
    startClass: manifest.get("Start-Class"),
    classes: inDir(root, "classes"),
    libraries: await librariesIn(app, dir, root),
  };
}

/** The packages of the loader, up to 3.1 and after. */
const loader = "org.springframework.boot.loader.";

/**
 * True if the main class is a launcher that only creates a class path from the standard locations.
 * Other launchers may read their own settings.
 */
export const isPlainLauncher = (mainClass: string): boolean =>
  /^org\.springframework\.boot\.loader\.(launch\.)?(Jar|War)Launcher$/.test(mainClass);

/**
 * Returns the libraries in the order of the loader: first the libraries that are not in the index,
 * sorted, then those of the index.
 */
async function librariesIn(app: App, dir: string, root: string): Promise<readonly string[]> {
  const folders = await Promise.all(["lib", "lib-provided"].map(async (name) => filesIn(app, inDir(root, name))));
  const there = new Set(folders.flat().toSorted((a, b) => (a < b ? -1 : 1)));
  const index = inDir(root, "classpath.idx");
  const named = (await app.exists(index)) ? indexedLines(await app.readText(index)) : [];
  const indexed = new Set(named.map((path) => inDir(dir, path)).filter((path) => there.has(path)));
  return [...[...there].filter((path) => !indexed.has(path)), ...indexed];
}

const filesIn = async (app: App, dir: string): Promise<readonly string[]> =>
  (await app.list(dir)).filter((name) => name.endsWith(".jar")).map((name) => inDir(dir, name));

/** The entries of a `classpath.idx`: lines `- "BOOT-INF/lib/a.jar"`. */
const indexedLines = (text: string): readonly string[] =>
  text.split(/\r?\n/).flatMap((line) => /^- "(.*)"$/.exec(line.trim())?.[1] ?? []);

/** A layer in Spring Boot's `layers.idx`, and the paths that belong to the layer. */
export interface IndexedLayer {
  readonly name: string;
  readonly paths: readonly string[];
}

/**
 * Parses Spring Boot's `layers.idx`: a line `- "name":` for each layer, followed by lines
 * `  - "path"`.
 */
export function indexedLayers(text: string): readonly IndexedLayer[] {
  const layers: { readonly name: string; readonly paths: string[] }[] = [];
  for (const line of text.split("\n").map((each) => each.trimEnd())) {
    const [, name] = /^- "?([^"]*)"?:$/.exec(line) ?? [];
    const [, path] = /^\s+- "?([^"]*)"?$/.exec(line) ?? [];
    if (name !== undefined) layers.push({ name, paths: [] });
    else if (path) layers.at(-1)?.paths.push(path);
  }
  return layers;
}
