import { defineBuildpack, fail, pass } from "libcnb";
import { hasGit } from "./repository.ts";

export default defineBuildpack({
  async detect({ app, bindings }) {
    if (await hasGit(app)) return pass();
    if ((await bindings.filter({ type: "git-credentials" })).length > 0) return pass();
    return fail("the app has no .git, and there is no binding of the type git-credentials");
  },

  build: async (context) => (await import("./build.ts")).build(context),
});
