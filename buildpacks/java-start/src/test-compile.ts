import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeFiles } from "libcnb/testing";
import { installedJdk } from "../../../test/support/java/archives.ts";

/** Compiles sources. Returns the classes by their names in a jar. */
export async function compiled(sources: Readonly<Record<string, string>>): Promise<Readonly<Record<string, Buffer>>> {
  const dir = await mkdtemp(join(tmpdir(), "java-start-classes-"));
  try {
    await writeFiles(dir, sources);
    const javac = join(await installedJdk("17"), "bin/javac");
    const files = Object.keys(sources).map((name) => join(dir, name));
    await promisify(execFile)(javac, ["-nowarn", "-d", join(dir, "classes"), ...files]);
    const names = await readdir(join(dir, "classes"), { recursive: true });
    const classes = names
      .filter((name) => name.endsWith(".class"))
      .map(async (name) => [name, await readFile(join(dir, "classes", name))] as const);
    return Object.fromEntries(await Promise.all(classes));
  } finally {
    await rm(dir, { recursive: true });
  }
}
