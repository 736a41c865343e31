import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { decodeBuildpackToml } from "libcnb/spec";
import { withCode } from "../config/problems.ts";
import { readConfigFile } from "../config/read-file.ts";
import { CnbError } from "../errors.ts";
import type { ModuleContent, SourceModule } from "./module.ts";

/**
 * Reads the buildpack in a folder.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID, BUILDPACK_ENTRY_MISSING
 */
export async function readSource(dir: string): Promise<SourceModule> {
  const file = join(dir, "buildpack.toml");
  const text = await readConfigFile(file, {
    unreadable: (reason, { code }) =>
      code === "ENOENT" || code === "ENOTDIR" ? notFound(dir) : unusable(file, reason),
    tooLarge: (reason) => new CnbError("BUILDPACK_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
  const descriptor = withCode("BUILDPACK_INVALID", () => decodeBuildpackToml(text, file));
  const { id, version } = descriptor.buildpack;
  const content = descriptor.order.length > 0 ? ({ kind: "composite" } as const) : await contentOf(dir);
  return { id, version, dir, descriptor, text, content };
}

const notFound = (dir: string) =>
  new CnbError("BUILDPACK_NOT_FOUND", `there is no buildpack.toml in ${dir}`, {
    hint: "Give the folder that holds buildpack.toml; to start one, run cnb buildpack new ID.",
  });

const unusable = (file: string, reason: string) =>
  new CnbError("BUILDPACK_INVALID", `cannot read ${file}: ${reason}`, {
    hint: `Make ${file} a file that can be read.`,
  });

/** In this order: what package.json names for us, the usual place, what package.json exports, executables made by others. */
async function contentOf(dir: string): Promise<ModuleContent> {
  const { libcnb, exports } = await readManifest(dir);
  if (libcnb?.entry !== undefined) return typescript(dir, libcnb.entry, "libcnb.entry in package.json");
  if (await exists(join(dir, usualEntry))) return { kind: "typescript", entry: resolve(dir, usualEntry) };
  const exported = rootExport(exports);
  if (exported !== undefined) return typescript(dir, exported, "exports in package.json");
  if (await exists(join(dir, "bin", "detect"), join(dir, "bin", "build"))) return { kind: "prebuilt" };
  throw new CnbError("BUILDPACK_ENTRY_MISSING", `${dir} holds neither ${usualEntry} nor bin/detect and bin/build`, {
    hint: `Write ${usualEntry} with the buildpack as default export, or name another file as libcnb.entry in package.json.`,
  });
}

const usualEntry = join("src", "buildpack.ts");

async function typescript(dir: string, entry: string, named: string): Promise<ModuleContent> {
  const file = resolve(dir, entry);
  if (await exists(file)) return { kind: "typescript", entry: file };
  throw new CnbError("BUILDPACK_ENTRY_MISSING", `${file} does not exist, but ${named} names it`, {
    hint: "Correct package.json, or write the file with the buildpack as default export.",
  });
}

interface PackageManifest {
  readonly libcnb?: { readonly entry?: string };
  readonly exports?: unknown;
}

async function readManifest(dir: string): Promise<PackageManifest> {
  const file = join(dir, "package.json");
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    return JSON.parse(text) as PackageManifest;
  } catch (cause) {
    throw new CnbError("BUILDPACK_INVALID", `${file} is not JSON`, { cause, hint: `Correct ${file}.` });
  }
}

/** `"exports": "./x.ts"` and `"exports": { ".": "./x.ts" }`; an author with conditions names libcnb.entry. */
function rootExport(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null || !("." in exports)) return undefined;
  return typeof exports["."] === "string" ? exports["."] : undefined;
}

const exists = (...files: readonly string[]): Promise<boolean> =>
  Promise.all(files.map((file) => access(file))).then(
    () => true,
    () => false,
  );
