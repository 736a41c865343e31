import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import {
  checkedDescriptor,
  refuseUnsupportedApi,
  refuseUnusableConfigurations,
  refuseUnusableMetadata,
} from "../../config/check-descriptor.ts";
import type { ModuleKind } from "../../config/module-descriptor.ts";
import { readConfigFile } from "../../config/read-file.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { exists } from "../../files/exists.ts";
import { checkConfined, checkConfinedModule } from "../../platform/confined.ts";
import type { ModuleContent, SourceModule } from "../module.ts";
import { execDSources } from "./exec-d.ts";
import { includedFiles } from "./included-files.ts";
import { readManifest } from "./manifest.ts";
import { platformFolders, type TargetFolders } from "./platform-folder.ts";

/**
 * Reads the buildpack or extension in a directory. With `target`, reads the subdirectory for that
 * platform, if there is one.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID, BUILDPACK_ENTRY_MISSING
 */
export async function readSource(
  dir: string,
  kind: ModuleKind = "buildpack",
  target?: TargetFolders,
  confinedTo?: string,
): Promise<SourceModule> {
  await checkConfinedModule(dir, confinedTo);
  const { text, descriptor } = await readDescriptor(dir, kind);
  const { id, version } = descriptor.buildpack;
  const identity = { kind, id, version, dir, descriptor, text, ...defined({ confinedTo }) };
  const described = { kind, text, metadata: descriptor.metadata, confinedTo };
  const file = join(dir, `${kind}.toml`);
  if (descriptor.order.length > 0) {
    refuseUnusableConfigurations(descriptor, text, file);
    const isWhole = !(await exists(join(dir, "package.json")));
    const included = isWhole ? [] : await includedFiles(dir, described);
    return { ...identity, root: dir, content: { kind: "composite", isWhole }, included };
  }
  const root = target ? await prebuiltFolder(await platformFolders(dir, target), kind) : dir;
  await checkConfined(root, { text: root, where: dir, confinedTo });
  const found = await contentOf(dir, root, kind);
  if (found.kind === "typescript") await checkConfined(found.entry, { text: found.entry, where: dir, confinedTo });
  const isBuildpack = found.kind === "typescript" && kind === "buildpack";
  const content = isBuildpack ? { ...found, execD: await execDSources(found.entry, { dir, confinedTo }) } : found;
  if (content.kind === "typescript") refuseUnsupportedApi(descriptor, text, file);
  const refuse = content.kind === "typescript" ? refuseUnusableMetadata : refuseUnusableConfigurations;
  refuse(descriptor, text, file);
  if (content.kind === "prebuilt") return { ...identity, root, content, included: [] };
  const included = await includedFiles(dir, described);
  return { ...identity, root: dir, content, included };
}

/**
 * Reads buildpack.toml or extension.toml in a directory.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID
 */
export async function readDescriptor(
  dir: string,
  kind: ModuleKind,
): Promise<Pick<SourceModule, "text" | "descriptor">> {
  const file = join(dir, `${kind}.toml`);
  const isOther = await exists(join(dir, `${otherKind[kind]}.toml`));
  const text = await readConfigFile(file, {
    unreadable: (reason, { code }) =>
      code === "ENOENT" || code === "ENOTDIR" ? notFound(dir, kind, isOther) : unusable(file, reason),
    tooLarge: (reason) => new CnbError("BUILDPACK_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
  return { text, descriptor: checkedDescriptor(kind, text, file) };
}

const otherKind = { buildpack: "extension", extension: "buildpack" } as const;

function notFound(dir: string, kind: ModuleKind, isOther: boolean): CnbError<"BUILDPACK_NOT_FOUND"> {
  const other = otherKind[kind];
  return new CnbError("BUILDPACK_NOT_FOUND", `there is no ${kind}.toml in ${dir}`, {
    hint: isOther
      ? `The directory contains ${other}.toml: run cnb ${other} package instead.`
      : `Pass the directory that contains ${kind}.toml. To create a new ${kind}, run cnb ${kind} new.`,
  });
}

const unusable = (file: string, reason: string) =>
  new CnbError("BUILDPACK_INVALID", `cannot read ${file}: ${reason}`, {
    hint: `Check that ${file} is a file, and that you have permission to read it.`,
  });

/**
 * Finds the content, in this order: the entry in package.json for libcnb, the default path, the
 * exports in package.json, existing executables.
 */
async function contentOf(dir: string, root: string, kind: ModuleKind): Promise<ModuleContent> {
  const usualEntry = join("src", `${kind}.ts`);
  const { entry, runtime, exports } = await readManifest(dir);
  const typescript = async (file: string, named?: string): Promise<ModuleContent> => ({
    kind: "typescript",
    entry: await entryFile(dir, file, named),
    execD: [],
    ...defined({ runtime }),
  });
  if (entry !== undefined) return typescript(entry, "libcnb.entry in package.json");
  if (await exists(join(dir, usualEntry))) return typescript(usualEntry);
  const exported = rootExport(exports);
  if (exported !== undefined) return typescript(exported, "exports in package.json");
  if (await isPrebuilt(root, kind)) return { kind: "prebuilt" };
  throw new CnbError("BUILDPACK_ENTRY_MISSING", `${root} contains neither ${usualEntry} nor ${prebuiltNames[kind]}`, {
    hint: writeEntry(usualEntry),
  });
}

const prebuiltNames = { buildpack: "bin/detect and bin/build", extension: "bin/generate or generate/" } as const;

/**
 * True for existing executables. An extension can have its output in place of `bin/generate`, and
 * needs no `bin/detect`.
 */
const isPrebuilt = async (dir: string, kind: ModuleKind): Promise<boolean> =>
  kind === "buildpack"
    ? allExist(join(dir, "bin", "detect"), join(dir, "bin", "build"))
    : (await exists(join(dir, "bin", "generate"))) || (await exists(join(dir, "generate")));

/**
 * The prebuilt directory for a platform. A directory without executables can be the parent of that
 * of another platform.
 */
async function prebuiltFolder(folders: readonly string[], kind: ModuleKind): Promise<string> {
  for (const folder of folders) if (await isPrebuilt(folder, kind)) return folder;
  return folders.at(-1) ?? "";
}

/** @param named the key of package.json that names the entry; without one, it is at the default path */
async function entryFile(dir: string, entry: string, named?: string): Promise<string> {
  const file = resolve(dir, entry);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return file;
  const problem = `${file} ${found ? "is not a file" : "does not exist"}`;
  throw named === undefined
    ? new CnbError(
        "BUILDPACK_ENTRY_MISSING",
        `${problem}, but must contain the code of the ${basename(entry, ".ts")}`,
        {
          hint: writeEntry(entry),
        },
      )
    : new CnbError("BUILDPACK_ENTRY_MISSING", `${problem}, but is set as ${named}`, {
        hint: "Correct package.json, or write the file with a default export.",
      });
}

const writeEntry = (usual: string): string =>
  `Write ${usual} with the ${basename(usual, ".ts")} as default export, or set libcnb.entry in package.json to another file.`;

/**
 * The entry in `"exports": "./x.ts"` or `"exports": { ".": "./x.ts" }`; authors with conditions use
 * libcnb.entry.
 */
function rootExport(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null || !("." in exports)) return undefined;
  return typeof exports["."] === "string" ? exports["."] : undefined;
}

const allExist = async (...files: readonly string[]): Promise<boolean> =>
  (await Promise.all(files.map(exists))).every(Boolean);
