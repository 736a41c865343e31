import { defineBuildpack, dependency, fail, pass, s } from "libcnb";
import { findRoot } from "./root.ts";
import { settings } from "./settings.ts";

/** The dependency that node-engine provides. */
const node = dependency("node", s.table({ launch: s.boolean }));

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const found = await findRoot(app, config);
    return "problem" in found ? fail(found.problem) : pass({ requires: [node.require({ launch: true })] });
  },

  build: async (context) => (await import("./build.ts")).build(context),
});
