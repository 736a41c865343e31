import { defineBuildpack, fail, pass } from "libcnb";
import { greeter } from "../../greeter/src/greeter.ts";

export default defineBuildpack({
  async detect({ app }) {
    if (!(await app.exists("name.txt"))) return fail("the app has no name.txt");
    return pass({ requires: [greeter.require({ greeting: "Good morning" })] });
  },

  async build({ app, log }) {
    const name = (await app.readText("name.txt")).trim();
    log.step(`The app will greet ${name}`);
    return { processes: { greeting: { command: ["greet", name], default: true } } };
  },
});
