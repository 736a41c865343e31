import type { Reporter } from "../../reporter.ts";
import type { BasePlan, DebianArchitecture, Stage } from "../base-plan.ts";
import type { ImageBelow } from "../image-below.ts";
import { addDpkgRecords } from "../packages/dpkg-records.ts";
import { type UnpackablePackage, unpackPackages } from "../packages/unpack.ts";
import { makeDistroless } from "./distroless.ts";
import { type FileTree, putIfAbsent } from "./file-tree.ts";
import { hasLocale, setTimeZone } from "./locale.ts";
import { type ArchiveRelease, addOsRelease } from "./os-release.ts";
import { addSystemFiles, mergedUsr } from "./system-files.ts";

export interface StageContext {
  readonly architecture: DebianArchitecture;
  readonly below: ImageBelow | undefined;
  /** The files of the requested locale; undefined if the image already has it. */
  readonly locale: FileTree | undefined;
  readonly release: ArchiveRelease;
  readonly reporter: Reporter;
}

/** Creates the complete file system of the build image or the run image. */
export async function stageTree(
  plan: BasePlan,
  stage: Stage,
  packages: readonly UnpackablePackage[],
  { architecture, below, locale, release, reporter }: StageContext,
): Promise<FileTree> {
  const { variant } = plan[stage];
  const tree: FileTree = below ? new Map(below.tree) : mergedUsr(architecture);
  await unpackPackages(tree, packages, below?.packages);
  addSystemFiles(tree, plan[stage], plan.certificates);
  if (plan.timeZone !== undefined) setTimeZone(tree, plan.timeZone);
  if (plan.locale !== undefined && locale && !hasLocale(tree, plan.locale))
    for (const [path, node] of locale) putIfAbsent(tree, path, node);
  addOsRelease(tree, release);
  if (variant === "distroless") {
    const removed = makeDistroless(tree, stage);
    if (removed.length > 0)
      reporter.info(`Not included in the ${stage} image, where nothing runs them: ${removed.join(" ")}`);
  }
  const records = below?.records ?? (variant === "full" ? "database" : "status.d");
  addDpkgRecords(tree, packages, records);
  return tree;
}
