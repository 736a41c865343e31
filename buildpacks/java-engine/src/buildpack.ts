import { defineBuildpack, pass } from "libcnb";
import { jdk, jre, settings } from "./contract.ts";

export default defineBuildpack({
  config: settings,

  // others know whether an app is one for Java; apps that come built need no JDK, libraries no JRE
  detect: () => pass({ provides: [jdk, jre] }, { provides: [jre] }, { provides: [jdk] }),

  async build(context) {
    const { choose, provide } = await import("./build.ts"); // detect is quick because it loads nothing of this
    await provide(context, await choose(context));
  },
});
