import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

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
