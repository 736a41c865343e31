import { readFileSync } from "node:fs";
import type { BuildContext } from "libcnb";
import { nodePackageManager } from "../dependencies.ts";
import type { Machine } from "./packages.ts";

/** The machine that runs the tool. If the tool is in the image, AVX2 is not assumed. */
export const machineOf = ({ plan, target }: Pick<BuildContext<unknown>, "plan" | "target">): Machine => ({
  arch: target.arch,
  avx2: !plan.resolve(nodePackageManager)?.launch && hasAvx2(),
});

function hasAvx2(): boolean {
  try {
    return /^flags\s*:.*\bavx2\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}
