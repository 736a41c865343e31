import { unpacking } from "@libcnb/app-kit/release/unpacking";
import { featureOf } from "@libcnb/java-app/java-version";
import { type BuildContext, override, type Release } from "libcnb";
import { type ChosenReleases, chooseJava } from "./choose.ts";
import { jdk, jre, kindsOf, type Needs, needsOf, type Settings } from "./contract.ts";
import { argumentsIn } from "./install.ts";
import { provideLaunch } from "./launch/provide.ts";
import { type Parts, provideJdk, provideRuntime, versionLayer } from "./layers.ts";
import { readRequests } from "./requests.ts";
import { provideTruststore } from "./trust/truststores.ts";

type Context = BuildContext<Settings>;

/** Chooses the Java releases that the app and later buildpacks request. */
export async function choose({ app, plan, ...context }: Context): Promise<ChosenReleases> {
  const requests = await readRequests(app, context.config, [...plan.all(jdk), ...plan.all(jre)]);
  return chooseJava(requests, kindsOf(needsOf(plan, context.config)), context);
}

/**
 * Provides the layers with Java. Each layer is available in the phases (build, launch) in which it
 * is needed.
 */
export async function provide(context: Context, chosen: ChosenReleases): Promise<void> {
  const { config, download, plan } = context;
  const needs = needsOf(plan, config);
  const args = argumentsIn(config.BP_JVM_JLINK_ARGS);
  await unpacking(
    download,
    async (unpack) => {
      const parts = { ...context, unpack, args, withSbom: !config.BP_DISABLE_SBOM };
      if (needs.jdk && chosen.jdk) await provideForBuild(context, parts, chosen.jdk);
      const runtime = needs.runtime === "jre" ? chosen.jre : chosen.jdk;
      if (needs.runtime !== undefined && runtime) await provideForApp(context, { parts, needs, runtime });
    },
    "BP_JVM_MIRROR",
  );
}

async function provideForBuild(context: Context, parts: Parts, release: Release): Promise<void> {
  const { path } = await provideJdk(parts, release);
  await provideTruststore(context, path);
}

interface ForApp {
  readonly parts: Parts;
  readonly needs: Needs;
  readonly runtime: Release;
}

async function provideForApp(context: Context, { parts, needs, runtime }: ForApp): Promise<void> {
  const { path } = await provideRuntime(parts, runtime, needs);
  await context.layers.provide(versionLayer, {
    quiet: true,
    create() {},
    env: () => ({ build: { BPI_JVM_VERSION: override(runtime.version) } }),
  });
  if (needs.launch) await provideLaunch(context, { runtime: path, feature: featureOf(runtime.version) ?? 0 });
}
