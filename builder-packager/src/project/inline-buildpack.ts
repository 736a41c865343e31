import { formatToml } from "libcnb/spec";
import { describedModule, entriesInModule, modulePath } from "../builder/modules/directory-module.ts";
import type { BuilderModule } from "../builder/modules/module.ts";
import { decodeDescriptor } from "../config/module-descriptor.ts";
import { withCode } from "../config/problems.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { InlineBuildpack } from "./declared-buildpacks.ts";

/**
 * Creates a buildpack from a script in project.toml, as pack does. The buildpack's detect passes
 * for every app, and its build runs the script.
 *
 * @throws CnbError PROJECT_INVALID for an invalid id, version or API
 */
export async function inlineBuildpack(
  { id, version, api, script, shell }: InlineBuildpack,
  store: BlobStore,
): Promise<BuilderModule> {
  const text = formatToml({ api, buildpack: { id, version } });
  const toml = withCode("PROJECT_INVALID", () => decodeDescriptor("buildpack", text, `the script of ${id}`));
  const at = modulePath("buildpack", toml.buildpack);
  const entries = [
    directory(`${at}/bin`),
    file(`${at}/bin/build`, `#!${shell}\n\n${script}\n`),
    file(`${at}/bin/detect`, `#!${shell}\n\nexit 0\n`),
    file(`${at}/buildpack.toml`, text),
  ];
  return describedModule(
    "buildpack",
    toml,
    await createLayer(entriesInModule("buildpack", toml.buildpack, entries), store),
  );
}

const directory = (path: string): TarEntry => ({ type: "directory", path, mode: 0o755, uid: 0, gid: 0 });

const file = (path: string, text: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from(text),
});
