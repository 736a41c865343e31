import { defineBuildpack, dependency, fail, pass } from "libcnb";
import { checkStart } from "./check-start.ts";
import { expectStart, findStart, nothingToStart } from "./find-start.ts";

const node = dependency("node");

export default defineBuildpack({
  async detect({ app, env }) {
    if ((await expectStart(app, env)) === undefined) return fail(nothingToStart(await app.exists("package.json")));
    return pass({ requires: [node.require({ launch: true })] });
  },

  async build({ app, env, log }) {
    const start = await checkStart(await findStart(app, env), app, log);
    log.step(`Starting the app with "${start.command.join(" ")}"`);
    log.info(`Chosen because of ${start.source}; set BP_LAUNCHPOINT to a file of the app for another one`);
    return { processes: { web: { command: start.command, default: true } } };
  },
});
