import { boolean, defineBuildpack, dependency, fail, pass, table } from "libcnb";
import { findRoot } from "./root.ts";
import { settings } from "./settings.ts";

/** What node-engine provides. */
const node = dependency("node", table({ launch: boolean }));

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const found = await findRoot(app, config);
    return "problem" in found ? fail(found.problem) : pass({ requires: [node.require({ launch: true })] });
  },

  build: async (context) => (await import("./build.ts")).build(context),
});
