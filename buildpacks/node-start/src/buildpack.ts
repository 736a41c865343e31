import { defineBuildpack, fail, pass } from "libcnb";
import { nothingToStart } from "./outputs/nothing-to-start.ts";
import { managerOf, plansFor } from "./plan.ts";
import { type Project, readProject } from "./project.ts";
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

/** Matches a command that runs JavaScript, or a file of JavaScript. */
const runsJavaScript =
  /(^|[\s;&|/(])(node|nodejs|npm|npx|yarn|yarnpkg|pnpm|pnpx|bun|bunx|corepack|tsx|ts-node|pm2)\s|\.[cm]?[jt]sx?\s/;
/**
 * True if an app is for Node.js: a Procfile can start programs of any kind, which need no Node.js
 * in the image.
 */
function isOfNode({ packageJson, settings, procfile }: Project, sources: readonly string[]): boolean {
  if (packageJson !== undefined || settings.BP_LAUNCHPOINT !== undefined) return true;
  if (sources.some((source) => !source.endsWith(" in Procfile"))) return true;
  return Object.values(procfile?.commands ?? {}).some((line) => runsJavaScript.test(`${line} `));
}

/** The reason why detect fails for an app that is not for Node.js. */
const notOfNode =
  "no Node.js app: there is no package.json, and no command in the Procfile runs Node.js or a package manager. If the app uses Node.js, add a package.json.";
