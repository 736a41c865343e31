import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { type GroupElement, nameOf } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { CnbError } from "../../errors.ts";
import { layersDir } from "../paths.ts";
import type { WorkDir } from "../rootfs/work-dir.ts";

/** Refuses anything but a directory where a buildpack's layers go: the buildpacks before it can write to /layers. */
export async function checkLayersDir({ layers }: Pick<WorkDir, "layers">, element: GroupElement): Promise<void> {
  const stats = await lstat(join(layers, escapeId(element.id))).catch(() => undefined);
  if (stats === undefined || stats.isDirectory()) return;
  throw new CnbError(
    "BUILD_OUTPUT_INVALID",
    `there is something other than a directory at ${layersDir}/${escapeId(element.id)}, where buildpack ${nameOf(element)} puts its layers`,
    { hint: "An earlier buildpack created it. Report this to its author." },
  );
}
