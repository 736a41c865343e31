import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { type BuildContext, override, type Release, sboms } from "libcnb";
import { checkStart } from "./check-start.ts";
import { isJdk, isRuntime } from "./contents.ts";
import { format, jdkLayer, jreLayer } from "./layers.ts";
import { linkRuntime } from "./link.ts";
import type { Needs } from "./needs.ts";
import { linkTruststore } from "./trust/build-truststore.ts";

/** The inputs for providing the layers of Java. */
export interface Parts extends Pick<BuildContext, "layers" | "log" | "run"> {
  readonly unpack: Unpack;
  readonly withSbom: boolean;
  /** The arguments of jlink, for a linked runtime. */
  readonly args: readonly string[];
}

/** Provides the layer with the JDK for building apps. */
export const provideJdk = ({ layers, run, unpack, withSbom }: Parts, java: Release) =>
  layers.provide(jdkLayer, {
    metadata: { java: java.metadata, format },
    create: async ({ path }) => {
      await unpack(java, path, isJdk);
      await checkStart(run, java, path);
      await linkTruststore(path);
    },
    env: ({ path }) => ({ build: { JAVA_HOME: override(path), JDK_HOME: override(path) } }),
    sbom: () => (withSbom ? sboms([java.component]) : []),
  });

/** Provides the layer with the runtime of apps. */
export const provideRuntime = ({ layers, ...parts }: Parts, java: Release, needs: Needs) =>
  layers.provide(jreLayer(needs), {
    metadata: {
      java: java.metadata,
      format,
      inBuild: needs.build,
      ...(needs.runtime === "linked" && { linked: parts.args.join(" ") }),
    },
    create: ({ path }) => installRuntime({ ...parts, java, isLinked: needs.runtime === "linked" }, path),
    env: ({ path }) => ({ [needs.build ? "shared" : "launch"]: { JAVA_HOME: override(path) } }),
    sbom: () => (parts.withSbom ? sboms([java.component]) : []),
  });

interface Installation extends Pick<Parts, "unpack" | "run" | "args" | "log"> {
  readonly java: Release;
  readonly isLinked: boolean;
}

async function installRuntime({ isLinked, log, ...parts }: Installation, dir: string): Promise<void> {
  if (isLinked) {
    log.info(`Linking a runtime with jlink: ${parts.args.join(" ") || "all modules of a JRE"}`);
    return linkRuntime(parts, dir);
  }
  await parts.unpack(parts.java, dir, isRuntime);
  await checkStart(parts.run, parts.java, dir);
}
