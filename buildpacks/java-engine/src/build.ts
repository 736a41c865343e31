import { unpacking } from "@libcnb/app-kit/release/unpacking";
import { plainCommand } from "@libcnb/app-kit/start/plain-command";
import { featureOf } from "@libcnb/java-app/java-version";
import { type BuildContext, override, type Release, UserError } from "libcnb";
import { type Chosen, chooseJava } from "./choose.ts";
import { provideLaunch } from "./launch/provide.ts";
import { versionLayer } from "./layers.ts";
import { kindsOf, type Needs, needsOf } from "./needs.ts";
import { type Parts, provideJdk, provideRuntime } from "./provide.ts";
import { jdk, jre } from "./provided.ts";
import { readRequests } from "./requests.ts";
import type { Settings } from "./settings.ts";
import { provideTruststore } from "./trust/build-truststore.ts";

type Context = BuildContext<Settings>;

/** Chooses the Java releases that the app requests. */
export async function choose({ app, plan, ...context }: Context): Promise<Chosen> {
  const requests = await readRequests(app, context.config, [...plan.all(jdk), ...plan.all(jre)]);
  return chooseJava(requests, kindsOf(needsOf(plan, context.config)), context);
}

/** Provides the layers of Java, each for the phases (build, launch) in which it is needed. */
export async function provide(context: Context, chosen: Chosen): Promise<void> {
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

/**
 * Splits a setting into the arguments of jlink, as a shell does.
 *
 * @throws UserError JAVA_LINK_ARGUMENTS_INVALID
 */
export function argumentsIn(setting: string | undefined): readonly string[] {
  const command = plainCommand(`jlink ${setting ?? ""}`);
  if (command !== undefined) return command.words.slice(1);
  throw new UserError("JAVA_LINK_ARGUMENTS_INVALID", "BP_JVM_JLINK_ARGS contains shell syntax", {
    hint: "Write plain arguments, without variables or substitutions, such as --add-modules java.base,java.logging --strip-debug.",
  });
}
