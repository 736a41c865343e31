import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { asPattern } from "@libcnb/app-kit/keep/large-folders";
import type { Manifest } from "@libcnb/java-app/manifest";
import type { App } from "libcnb";
import type { UnpackedArchive } from "../app/found-app.ts";
import { quarkusJar } from "../app/unpacked.ts";
import type { Project } from "../project.ts";
import { otherwise } from "../start.ts";
import type { Launch } from "./launch.ts";
import { groupsIn, jarsBelow, ownJars, slicesOf } from "./own-code.ts";

/**
 * Returns the launch settings of an unpacked jar: its main class, with the class path in its
 * manifest.
 */
export async function launchUnpacked(
  { dir, manifest, mainClass }: UnpackedArchive,
  { app, java }: Project,
): Promise<Launch> {
  const main = [...optionsOf(manifest, java), mainClass].join(" ");
  const portVariable = await portVariableOf(app, dir);
  const jars = await jarsBelow(app, inDir(dir, "lib"));
  const own = await ownJars(app, jars, { groups: await groupsIn(app, dir) });
  return {
    start: { line: `java ${main}`, source: `Main-Class in ${inDir(dir, "META-INF/MANIFEST.MF")}`, dir, otherwise },
    main,
    classPath: await classPathOf(app, dir, manifest, java),
    ...defined({ portVariable }),
    slices: slicesOf(jars, (file) => own.has(file)),
    code: [dir],
  };
}

/**
 * Returns the class path of an unpacked jar. Java does not select the classes for newer versions of
 * Java in an unpacked jar, so their directories come first.
 */
async function classPathOf(app: App, dir: string, manifest: Manifest, java = 8): Promise<readonly string[]> {
  const folder = inDir(dir, "META-INF/versions");
  const names = manifest.get("Multi-Release")?.toLowerCase() === "true" ? await app.list(folder) : [];
  const versions = names.map((name) => Number(name.slice(0, -1))).filter((version) => version > 8 && version <= java);
  const named = (manifest.get("Class-Path") ?? "").split(" ").filter((path) => /^[^:]+$/.test(path));
  const there = await Promise.all(named.map((path) => app.exists(inDir(dir, path)).catch(() => false)));
  return [
    ...versions.toSorted((a, b) => b - a).map((version) => app.path(folder, String(version))),
    app.path(dir),
    ...named.filter((_, index) => there[index]).map((path) => app.path(dir, path)),
  ];
}

/** The variable through which the framework in a directory of classes reads its port. */
async function portVariableOf(app: App, dir: string): Promise<string | undefined> {
  const has = (path: string) => app.exists(inDir(dir, path));
  if (await has("io/quarkus/runner")) return "QUARKUS_HTTP_PORT";
  if (await has("io/micronaut/runtime")) return "MICRONAUT_SERVER_PORT";
  return (await has("org/springframework/boot/SpringApplication.class")) ? "SERVER_PORT" : undefined;
}

/**
 * Returns the Java options for the permissions in a jar's manifest (`Add-Opens` and others),
 * because Java itself only applies these with `java -jar`.
 */
export function optionsOf(manifest: Manifest, java = 0): readonly string[] {
  const opened = (name: string, option: string, since: number) =>
    java < since ? [] : words(manifest.get(name)).map((each) => `${option} ${each}`);
  return [
    ...opened("Add-Opens", "--add-opens", 9).map((option) => `${option}=ALL-UNNAMED`),
    ...opened("Add-Exports", "--add-exports", 9).map((option) => `${option}=ALL-UNNAMED`),
    ...opened("Enable-Native-Access", "--enable-native-access", 22).map((option) => option.replace(" ", "=")),
  ];
}

/** Those that need no quotes. */
const words = (text = ""): readonly string[] => text.split(/\s+/).filter((word) => /^[\w./-]+$/.test(word));

/**
 * Returns the launch settings of an app in Quarkus's directory layout, which has libraries,
 * generated code and the app in separate subdirectories.
 */
export async function launchQuarkus(dir: string, { app }: Project): Promise<Launch> {
  const libraries = await jarsBelow(app, inDir(dir, "lib"));
  const snapshots = slicesOf(libraries.filter((file) => file.includes("SNAPSHOT")));
  return {
    start: { line: `java -jar ${quarkusJar}`, source: `${inDir(dir, quarkusJar)} (Quarkus)`, dir, otherwise },
    main: `-jar ${quarkusJar}`,
    portVariable: "QUARKUS_HTTP_PORT",
    slices: [...snapshots, ...(libraries.length === 0 ? [] : [[asPattern(inDir(dir, "lib"))]])],
    code: [dir],
  };
}
