import { cachedLayer, defineBuildpack, explainReason, fail, pass, releaseMetadata, s, sboms } from "libcnb";

/** For this build and, from the cache, for the next ones: kept as long as the release stays the same. */
const tool = cachedLayer("esbuild", { build: true, metadata: releaseMetadata });

export default defineBuildpack({
  config: { BP_ESBUILD_VERSION: s.string, BP_ESBUILD_ENTRY: s.string },

  async detect({ app, config: { BP_ESBUILD_ENTRY: entry } }) {
    return (await app.exists(entry)) ? pass() : fail(`the app has no ${entry}; BP_ESBUILD_ENTRY names another file`);
  },

  async build({ config, inventory, layers, log, run }) {
    const release = await inventory.resolve("esbuild", config.BP_ESBUILD_VERSION, { source: "BP_ESBUILD_VERSION" });
    await layers.provide(tool, {
      metadata: release.metadata,
      async create({ path, reason }) {
        log.step(`Installing ${release.name} ${release.version} (${explainReason(reason)})`);
        await inventory.install(release, path);
      },
      sbom: () => sboms([release.component]),
    });

    log.step(`Bundling ${config.BP_ESBUILD_ENTRY}`);
    await run("esbuild", [config.BP_ESBUILD_ENTRY, "--bundle", "--minify", "--outdir=public"]);
  },
});
