import { writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import type { TarEntry } from "@libcnb/packager/oci";
import { tarStream } from "../../../builder-packager/src/tar/write.ts";

const descriptor = (version: string) => `
[apis.buildpack]
  deprecated = ["0.9"]
  supported = ["0.10", "0.11"]
[apis.platform]
  deprecated = []
  supported = ["0.12", "0.13"]
[api]
  platform = "0.7"
  buildpack = "0.7"
[lifecycle]
  version = "${version}"
`;

/** The first bytes of an executable for the architecture, as far as anyone looks at them. */
function elf(arch: "amd64" | "arm64"): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF");
  header.writeUInt16LE(arch === "amd64" ? 62 : 183, 18);
  return header;
}

const entry = (path: string, content: Uint8Array | string, mode: number): TarEntry => ({
  type: "file",
  path,
  mode,
  uid: 501,
  gid: 20,
  mtime: 1_700_000_000,
  content: typeof content === "string" ? Buffer.from(content) : content,
});

/** An archive in the layout of a lifecycle release whose programs do nothing: for tests that run none of them. */
export async function writeTinyLifecycle(
  path: string,
  {
    arch = "amd64",
    version = "0.21.0",
    without = [],
  }: { arch?: "amd64" | "arm64"; version?: string; without?: readonly string[] } = {},
): Promise<string> {
  const phases = ["analyzer", "builder", "creator", "detector", "exporter", "extender", "rebaser", "restorer"];
  const links = phases.map(
    (phase): TarEntry => ({
      type: "symlink",
      path: `lifecycle/${phase}`,
      target: "lifecycle",
      mode: 0o777,
      uid: 0,
      gid: 0,
    }),
  );
  const entries = [
    entry("lifecycle.toml", descriptor(version), 0o644),
    { type: "directory", path: "lifecycle", mode: 0o755, uid: 0, gid: 0 } satisfies TarEntry,
    ...links,
    entry("lifecycle/launcher", elf(arch), 0o755),
    entry("lifecycle/lifecycle", elf(arch), 0o755),
  ].filter(({ path }) => !without.includes(path));
  await writeFile(path, gzipSync(await buffer(tarStream(entries))));
  return path;
}
