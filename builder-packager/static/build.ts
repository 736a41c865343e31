import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeImages } from "../src/oci/image-io.ts";
import { openBlobStore } from "../src/oci/layers/blob-store.ts";
import { documentsOf } from "./documents.ts";
import { type ProgramImageParts, programImage } from "./image.ts";
import { bundleCommand, staticPrograms } from "./program.ts";

/*
 * `npm run build:static`: writes the static program `cnb` for both architectures, its licences, its SBOM, and its image as an
 * OCI layout into dist/static.
 */

const dir = resolve(process.argv[2] ?? join(import.meta.dirname, "..", "..", "dist", "static"));
const command = await bundleCommand();
const { licences, sbom } = await documentsOf(command);
const programs = await staticPrograms(command, ["amd64", "arm64"]);
await mkdir(dir, { recursive: true });
const files = [
  ...Object.entries(programs).map(([arch, program]) => [`cnb-linux-${arch}`, program, 0o755] as const),
  ["LICENSES.txt", licences, 0o644] as const,
  ["cnb.cdx.json", sbom, 0o644] as const,
];
for (const [name, contents, mode] of files) {
  // a program that runs cannot be written, but replaced
  const temporary = join(dir, `.${name}.${process.pid}`);
  await writeFile(temporary, contents, { mode });
  await rename(temporary, join(dir, name));
  process.stdout.write(`${join(dir, name)}\n`);
}
await writeImage({ programs, licences, sbom }, join(dir, "image"));

/** Without the cache of cnb, because a build may have no home directory. */
async function writeImage(parts: ProgramImageParts, layout: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "static-image-"));
  try {
    await writeImages(await programImage(parts, await openBlobStore(work)), { kind: "oci", dir: layout });
    process.stdout.write(`${layout}\n`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
