import { writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import type { TarEntry } from "../../../builder-packager/src/tar/entry.ts";
import { tarStream } from "../../../builder-packager/src/tar/write.ts";

const descriptor = `
[apis.buildpack]
  deprecated = ["0.9"]
  supported = ["0.10", "0.11", "0.12"]
[apis.platform]
  deprecated = []
  supported = ["0.12", "0.13", "0.14", "0.15"]
[api]
  platform = "0.7"
  buildpack = "0.7"
[lifecycle]
  version = "0.21.0"
`;

/** A lifecycle archive of programs that do nothing, for every architecture: packing a real one takes pack seconds. */
export async function idleLifecycle(
  file: string,
  about: Partial<Pick<TarEntry, "uid" | "mtime">> = {},
): Promise<string> {
  const phases = [
    "analyzer",
    "builder",
    "creator",
    "detector",
    "exporter",
    "extender",
    "launcher",
    "rebaser",
    "restorer",
  ];
  const owned = { uid: 0, gid: 0, ...about };
  const file_ = (path: string, mode: number, text: string): TarEntry => ({
    type: "file",
    path,
    mode,
    ...owned,
    content: Buffer.from(text),
  });
  const entries: TarEntry[] = [
    file_("lifecycle.toml", 0o644, descriptor),
    { type: "directory", path: "lifecycle", mode: 0o755, ...owned },
    ...phases.map(
      (name): TarEntry => ({ type: "symlink", path: `lifecycle/${name}`, target: "lifecycle", mode: 0o777, ...owned }),
    ),
    file_("lifecycle/lifecycle", 0o755, "#!/bin/sh\n"),
    file_("lifecycle/lifecycle.sbom.cdx.json", 0o644, "{}\n"),
  ];
  await writeFile(file, gzipSync(await buffer(tarStream(entries))));
  return file;
}
