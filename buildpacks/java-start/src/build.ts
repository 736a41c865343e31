import type { BuildContext, BuildResult } from "libcnb";
import type { Settings } from "./settings.ts";

export async function build(_context: BuildContext<Settings>): Promise<BuildResult> {
  return {};
}
