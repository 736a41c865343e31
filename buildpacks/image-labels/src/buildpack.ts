import { defineBuildpack, fail, pass } from "libcnb";
import { settings } from "./variables.ts";

export default defineBuildpack({
  config: settings,

  detect({ config }) {
    const isAny = Object.values(config).some((value) => value !== undefined);
    return isAny ? pass() : fail("neither BP_IMAGE_LABELS nor an environment variable BP_OCI_… is set");
  },

  build: async (context) => (await import("./build.ts")).build(context),
});
