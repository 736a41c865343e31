import { join } from "node:path";
import { getAsset, isSea } from "node:sea";
import { LibcnbError } from "../../errors.ts";
import { bytesAt } from "../../host/files/read.ts";
import { checkBuildpackApi } from "../../spec/api-version.ts";
import type { BuildpackToml } from "../../spec/buildpack-toml.ts";
import { packagedDescriptor } from "../../spec/descriptors/packaged-descriptor.ts";

/** The kind of a descriptor: a buildpack or an image extension. */
export type ModuleKind = "buildpack" | "extension";

/**
 * Reads buildpack.toml or extension.toml. The API version is checked first, because the file of a
 * newer API may have another form. Without `kind`, reads the file that exists.
 */
export async function readModule(
  dir: string,
  kind: ModuleKind | undefined,
): Promise<{ readonly kind: ModuleKind; readonly descriptor: BuildpackToml }> {
  const kinds: readonly ModuleKind[] = kind === undefined ? ["buildpack", "extension"] : [kind];
  for (const each of kinds) {
    const file = join(dir, `${each}.toml`);
    const source = await bytesAt(file);
    if (source === undefined) continue;
    return { kind: each, descriptor: (await packaged(source, file)) ?? (await parsed(each, source, file)) };
  }
  throw kind === undefined ? noDescriptor(dir) : noDescriptorOf(kind, dir);
}

const noDescriptor = (dir: string) =>
  new LibcnbError("INPUT_MISSING", `${dir} contains neither buildpack.toml nor extension.toml`, {
    hint: "Set CNB_BUILDPACK_DIR to the directory of the buildpack, or CNB_EXTENSION_DIR to that of the extension.",
  });

const noDescriptorOf = (kind: ModuleKind, dir: string) =>
  new LibcnbError("INPUT_MISSING", `${join(dir, `${kind}.toml`)} does not exist`, {
    hint: `Set CNB_${kind.toUpperCase()}_DIR to the directory of the ${kind}.`,
  });

async function packaged(source: Uint8Array, file: string): Promise<BuildpackToml | undefined> {
  if (!isSea()) return undefined;
  const descriptor = packagedDescriptor(source, readAsset);
  if (descriptor !== undefined) checkBuildpackApi(descriptor.api, file);
  return descriptor;
}

function readAsset(name: string): string | undefined {
  try {
    return getAsset(name, "utf8");
  } catch {
    return undefined; // there is none of that name
  }
}

async function parsed(kind: ModuleKind, source: Uint8Array, file: string): Promise<BuildpackToml> {
  // loaded late: the packager has parsed most descriptors
  const { decodeDescriptor } = await import("../../spec/descriptors/decode-descriptor.ts");
  return decodeDescriptor(kind, source, file);
}

/** Reads buildpack.toml. */
export async function readDescriptor(buildpackDir: string): Promise<BuildpackToml> {
  return (await readModule(buildpackDir, "buildpack")).descriptor;
}
