import { copyFile, cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { fetchLifecycle } from "../../builder-packager/src/lifecycle/fetch.ts";
import { silentReporter } from "../../builder-packager/src/reporter.ts";
import { root } from "../support/cnb.ts";

const arch = process.arch === "arm64" ? "arm64" : "amd64";

/** The archive of the real lifecycle, local: neither pack nor cnb fetches it while they are measured. */
export async function lifecycleArchive(): Promise<string> {
  const dir = cacheDir(process.env, "lifecycle");
  const signal = new AbortController().signal;
  await fetchLifecycle({}, { arch, cacheDir: dir, reporter: silentReporter, env: process.env, signal });
  const name = (await readdir(dir)).find((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new Error(`there is no lifecycle in ${dir}`);
  return join(dir, name);
}

/** A component as others make them: one Go program of 25 MB and two links to it. Each has other bytes, so that nothing is shared. */
export async function programBuildpack(
  dir: string,
  { id, program }: { readonly id: string; readonly program: string },
): Promise<void> {
  await mkdir(join(dir, "bin"), { recursive: true });
  await copyFile(program, join(dir, "bin/main"));
  await writeFile(join(dir, "bin/main"), Buffer.concat([await readFile(program), Buffer.from(id)]), { mode: 0o755 });
  for (const name of ["detect", "build"]) await symlink("main", join(dir, "bin", name));
  await writeFile(join(dir, "buildpack.toml"), `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n`);
}

/** A composite of `ids` by its package.toml, which names the folders beside it. */
export async function compositeOf(dir: string, ids: readonly string[]): Promise<void> {
  const group = ids.map((id) => `{ id = "${id}", version = "1.0.0" }`).join(", ");
  const dependencies = ids.map((id) => `[[dependencies]]\nuri = "../${id.replace("/", "-")}"\n`).join("");
  await mkdir(dir, { recursive: true });
  const head = `api = "0.10"\n[buildpack]\nid = "bench/all"\nversion = "1.0.0"\n`;
  await writeFile(join(dir, "buildpack.toml"), `${head}[[order]]\ngroup = [${group}]\n`);
  await writeFile(join(dir, "package.toml"), `[buildpack]\nuri = "."\n${dependencies}`);
}

/** A workspace of so many buildpacks made from the smallest template, and a composite of them all in `all`. */
export async function templateWorkspace(dir: string, count: number): Promise<string> {
  const ids = Array.from({ length: count }, (_, index) => `bench/template-${index}`);
  await mkdir(dir, { recursive: true });
  await symlink(join(root, "node_modules"), join(dir, "node_modules"));
  for (const id of ids) await fromTemplate(join(dir, id.replace("/", "-")), id);
  await compositeOf(join(dir, "all"), ids);
  return join(dir, "all");
}

async function fromTemplate(dir: string, id: string): Promise<void> {
  await cp(join(root, "templates/minimal"), dir, { recursive: true });
  const file = join(dir, "buildpack.toml");
  const text = (await readFile(file, "utf8")).replace("example/my-buildpack", id).replace(`"0.1.0"`, `"1.0.0"`);
  await writeFile(file, text);
  const source = join(dir, "src/buildpack.ts");
  await writeFile(source, (await readFile(source, "utf8")).replaceAll("hello.txt", `${id.replace("/", "-")}.txt`));
}
