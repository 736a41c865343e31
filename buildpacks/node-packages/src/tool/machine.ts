import { readFileSync } from "node:fs";
import type { BuildContext } from "libcnb";
import { nodePackageManager } from "../dependencies.ts";
import type { Machine } from "./packages.ts";

/** The machine of the tool. In the image it is for processors of all kinds. */
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
