import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packFiles, runScript } from "../assets.ts";

const architectures = ["amd64", "arm64"] as const;

/** The files that each archive contains besides the program. */
const documents = ["LICENSES.txt", "cnb.cdx.json"];

/**
 * Creates the static program, and an archive of it for each architecture. The same commit gives the
 * same bytes.
 *
 * @returns the names of the archives
 */
export async function packStaticProgram(dir: string, version: string): Promise<readonly string[]> {
  const work = await mkdtemp(join(tmpdir(), "static-program-"));
  try {
    await runScript("builder-packager/static/build.ts", [work]);
    await mkdir(dir, { recursive: true });
    return await Promise.all(architectures.map((arch) => packed(arch, { work, dir, version })));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface PackingOptions {
  readonly work: string;
  readonly dir: string;
  readonly version: string;
}

async function packed(arch: string, { work, dir, version }: PackingOptions): Promise<string> {
  const content = join(work, arch);
  await mkdir(content);
  await copyFile(join(work, `cnb-linux-${arch}`), join(content, "cnb"));
  for (const name of documents) await copyFile(join(work, name), join(content, name));
  const name = `cnb-${version}-linux-${arch}.tar.gz`;
  await packFiles(join(dir, name), content, ["cnb", ...documents]);
  return name;
}
