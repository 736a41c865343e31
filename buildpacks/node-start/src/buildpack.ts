import { defineBuildpack, fail, pass } from "libcnb";
import { isOfNode, notOfNode } from "./of-node.ts";
import { nothingToStart } from "./outputs/nothing-to-start.ts";
import { managerOf, plansFor } from "./plan.ts";
import { readProject } from "./project.ts";
import { settings } from "./settings.ts";
import { findStarts } from "./starts.ts";

export default defineBuildpack({
  config: settings,

  async detect(context) {
    const project = await readProject(context);
    const starts = await findStarts(project, "detect");
    if (Object.keys(starts).length === 0) return fail(await nothingToStart(project));
    const sources = Object.values(starts).map(({ source }) => source);
    if (!isOfNode(project, sources)) return fail(notOfNode);
    return pass(...plansFor(starts, await managerOf(project, starts)));
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
