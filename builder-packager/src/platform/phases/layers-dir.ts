import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { nameOf } from "libcnb/internal";
import type { GroupElement } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { CnbError } from "../../errors.ts";
import { layersDir } from "../paths.ts";
import type { WorkDir } from "../rootfs/work-dir.ts";

/**
 * Throws if the path of a buildpack's layers is not a directory. Earlier buildpacks can write to
 * `/layers`, and could have replaced the directory by a link.
 */
export async function checkLayersDir({ layers }: Pick<WorkDir, "layers">, element: GroupElement): Promise<void> {
  const stats = await lstat(join(layers, escapeId(element.id))).catch(() => undefined);
  if (stats === undefined || stats.isDirectory()) return;
  throw new CnbError(
    "BUILD_OUTPUT_INVALID",
    `${layersDir}/${escapeId(element.id)}, where buildpack ${nameOf(element)} puts its layers, is not a directory`,
    { hint: "Report this to the authors of the buildpacks before this one: one of them created this file." },
  );
}
