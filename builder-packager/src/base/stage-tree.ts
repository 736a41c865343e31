import type { Reporter } from "../reporter.ts";
import type { BasePlan, DebianArchitecture, Stage } from "./base-plan.ts";
import { makeDistroless } from "./distroless.ts";
import { addDpkgRecords } from "./dpkg-records.ts";
import type { FileTree } from "./file-tree.ts";
import type { ImageBelow } from "./image-below.ts";
import { addLocale, hasLocale, setTimeZone } from "./places.ts";
import { addSystemFiles, mergedUsr } from "./system-files.ts";
import { type UnpackablePackage, unpackPackages } from "./unpack.ts";

export interface StageContext {
  readonly architecture: DebianArchitecture;
  readonly below: ImageBelow | undefined;
  /** The package that the plan's locale is taken from, unless the image has it anyway. */
  readonly locale: UnpackablePackage | undefined;
  readonly reporter: Reporter;
}

/** The whole file system of one image; what it shares with others is found out afterwards. */
export function stageTree(
  plan: BasePlan,
  stage: Stage,
  packages: readonly UnpackablePackage[],
  { architecture, below, locale, reporter }: StageContext,
): FileTree {
  const { variant } = plan[stage];
  const tree: FileTree = below ? new Map(below.tree) : mergedUsr(architecture);
  unpackPackages(tree, packages, below?.packages);
  addSystemFiles(tree, plan[stage], plan.certificates);
  if (plan.timeZone !== undefined) setTimeZone(tree, plan.timeZone);
  if (plan.locale !== undefined && locale && !hasLocale(tree, plan.locale)) addLocale(tree, plan.locale, locale);
  if (variant === "distroless") {
    const removed = makeDistroless(tree, stage);
    if (removed.length > 0) reporter.info(`Left out of ${stage}, since nothing there runs them: ${removed.join(" ")}`);
  }
  const records = below?.records ?? (variant === "full" ? "database" : "status.d");
  addDpkgRecords(tree, packages, records);
  return tree;
}
