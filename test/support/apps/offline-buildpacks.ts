import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tableOf, textsOf } from "../../../buildpacks/app-kit/src/tables.ts";
import { parseToml } from "../../../framework/src/spec/schemas/toml.ts";
import { root } from "../cnb.ts";
import { javaArchives } from "../java/archives.ts";
import { javaTestBuildpacks } from "../java/archives-buildpacks.ts";
import { gradleArchives } from "../java/gradle-archives.ts";
import { pythonArchives, testBuildpacks } from "../python/archives.ts";

type Dependency = Readonly<Record<string, unknown>>;

const arch = process.arch === "arm64" ? "arm64" : "amd64";
const isOwn = (each: Dependency): boolean => each["arch"] === undefined || each["arch"] === arch;

/** The buildpacks of each family, and which releases of their inventories these tests have: one each, as all would be gigabytes. */
const inventories: Readonly<Record<string, (each: Dependency) => boolean>> = {
  nodejs: () => false,
  "node-engine": ({ uri }) => /^npm:(node-linux-\w+@24\.21\.|npm@11\.21\.2)/.test(String(uri)),
  "node-packages": () => false,
  "node-start": () => false,
  python: () => false,
  "python-engine": ({ version }) => version === "3.14.6",
  "python-packages": ({ tool, python }) => /^(uv|poetry)$/.test(String(tool)) && textsOf(python).includes("3.14"),
  "python-start": () => false,
  java: () => false,
  "java-engine": ({ uri, version }) => String(version).startsWith("17.") && String(uri).includes("bell-sw"),
  "java-build": ({ id, version }) => id === "gradle" && version === "4.4.1",
  "java-start": () => false,
};

/**
 * Makes a workspace with the reference families, as a team has them that packages a few releases only, and a directory with the
 * files of these releases by host and path, as a mirror of dependencies has them.
 */
export async function offlineBuildpacks(dir: string, mirror: string): Promise<void> {
  const [python, java] = [await testBuildpacks(), await javaTestBuildpacks()];
  const sourceOf = (name: string): string => {
    if (name.startsWith("python")) return python;
    return name.startsWith("java") ? java : join(root, "buildpacks");
  };
  const archives = [await pythonArchives(), await javaArchives(), await gradleArchives()];
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "package.json"), '{"workspaces":["*"]}');
  for (const [name, isKept] of Object.entries(inventories)) {
    await cp(join(sourceOf(name), name), join(dir, name), { recursive: true });
    const file = join(dir, name, "buildpack.toml");
    const { text, kept } = trimmed(await readFile(file, "utf8"), (each) => isOwn(each) && isKept(each));
    await writeFile(file, text);
    for (const { uri } of kept) await mirrorFile(String(uri), mirror, archives);
  }
}

/** A buildpack.toml with fewer releases, and no default version of what is gone. */
function trimmed(text: string, isKept: (each: Dependency) => boolean) {
  const metadata = tableOf(parseToml(text, "buildpack.toml")["metadata"]);
  const all = (Array.isArray(metadata["dependencies"]) ? metadata["dependencies"] : []) as Dependency[];
  const [head = "", ...entries] = text.split(/^(?=\[\[metadata\.dependencies\]\]$)/m);
  const kept = all.filter(isKept);
  const ids = new Set(kept.map(({ id }) => String(id)));
  const gone = Object.keys(tableOf(metadata["default-versions"])).filter((id) => !ids.has(id));
  const lines = head.split("\n").filter((line) => !gone.some((id) => line.startsWith(`${id} = `)));
  return { text: lines.join("\n") + entries.filter((_, index) => isKept(all[index] ?? {})).join(""), kept };
}

/** Puts a file where a mirror with `{originalHost}` has it. */
async function mirrorFile(uri: string, mirror: string, archives: readonly string[]): Promise<void> {
  if (!uri.startsWith("https:")) return;
  const { hostname, pathname } = new URL(uri);
  const path = decodeURIComponent(pathname);
  const file = path.slice(path.lastIndexOf("/") + 1);
  const [python = "", java = "", gradle = ""] = archives;
  const location = file.startsWith("cpython") ? join(python, path.split("/").at(-2) ?? "", file) : undefined;
  const to = join(mirror, hostname, path);
  await mkdir(dirname(to), { recursive: true });
  await symlink(location ?? join(file.startsWith("gradle") ? gradle : java, file), to);
}
