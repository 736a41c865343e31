import { defineBuildpack, dependency, fail, pass, s } from "libcnb";
import { bindingType } from "./names.ts";
import { atLaunch, settings } from "./settings.ts";

/**
 * The dependency that this buildpack provides, so that other buildpacks can require it. Paketo's
 * buildpack uses the same name.
 */
const caCertificates = dependency("ca-certificates", s.anyTable);

export default defineBuildpack({
  config: settings,

  async detect({ bindings, config }) {
    const isBound = (await bindings.filter({ type: bindingType })).length > 0;
    if (!isBound && atLaunch(config) !== true)
      return fail(
        `there is no binding of the type ${bindingType}; to use only bindings of the container, set BP_RUNTIME_CERT_BINDING_DISABLED=false`,
      );
    return pass({ provides: [caCertificates], requires: [caCertificates.require({})] });
  },

  build: async (context) => (await import("./build.ts")).build(context),
});
