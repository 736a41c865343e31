import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./cnb.ts";

/** A workspace of so many buildpacks made from the smallest template, and a composite of them all in `all`. */
export async function templateWorkspace(dir: string, count: number): Promise<string> {
  const ids = Array.from({ length: count }, (_, index) => `test/template-${index}`);
  await mkdir(dir, { recursive: true });
  await symlink(join(root, "node_modules"), join(dir, "node_modules"));
  for (const id of ids) await fromTemplate(join(dir, id.replace("/", "-")), id);
  await compositeOf(join(dir, "all"), { id: "test/templates", members: ids });
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

/** A composite of version 1.0.0 by its package.toml, which names the directories of its members beside it. */
export async function compositeOf(
  dir: string,
  { id, members }: { readonly id: string; readonly members: readonly string[] },
): Promise<void> {
  const group = members.map((member) => `{ id = "${member}", version = "1.0.0" }`).join(", ");
  const dependencies = members.map((member) => `[[dependencies]]\nuri = "../${member.replace("/", "-")}"\n`).join("");
  await mkdir(dir, { recursive: true });
  const head = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n`;
  await writeFile(join(dir, "buildpack.toml"), `${head}[[order]]\ngroup = [${group}]\n`);
  await writeFile(join(dir, "package.toml"), `[buildpack]\nuri = "."\n${dependencies}`);
}
