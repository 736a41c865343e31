import { defineBuildpack, fail, pass } from "libcnb";
import { readCommands, settings } from "./commands.ts";

export default defineBuildpack({
  config: settings,

  async detect(context) {
    const { commands, warnings } = await readCommands(context);
    if (commands.size > 0) return pass();
    return fail(
      warnings.length > 0
        ? `the Procfile has no process: ${warnings.join("; ")}`
        : "neither the app nor a binding has a Procfile, and BP_PROCFILE_DEFAULT_PROCESS is not set",
    );
  },

  build: async (context) => (await import("./build.ts")).build(context),
});
