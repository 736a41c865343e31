import type { Written } from "./conformance/framework-executable.ts";
import type { Files } from "./lifecycle/lifecycle-binaries.ts";
import type { RunMember } from "./lifecycle/lifecycle-run.ts";

/** A buildpack of the framework that passes with such a plan without its detect, which would take its time. */
export const builds = (written: Written, plan = "", files: Files = {}): RunMember => ({
  written,
  files: {
    "bin/detect": `#!/bin/sh\ncat "\${0%/*}/plan.toml" > "$CNB_BUILD_PLAN_PATH"\n`,
    "bin/plan.toml": plan,
    ...files,
  },
});
