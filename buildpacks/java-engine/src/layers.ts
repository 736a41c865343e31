import { defined } from "@libcnb/app-kit/defined";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import {
  type BuildContext,
  cachedLayer,
  override,
  type Release,
  releaseMetadata,
  s,
  sboms,
  temporaryLayer,
} from "libcnb";
import type { Needs } from "./contract.ts";
import { installJdk, installRuntime } from "./install.ts";
import { linkTruststore } from "./trust/truststores.ts";

/**
 * The version of the layers' format. Increase it with every change of the format, so that older
 * layers are recreated.
 */
const format = 1;

/** The layer with the JDK for building apps. */
const jdkLayer = cachedLayer("jdk", {
  build: true,
  metadata: s.table({ java: releaseMetadata, format: s.integer }),
});

/**
 * The layer with the runtime of apps. Only a new release of Java changes it, not a new version of
 * this buildpack.
 */
const jreLayer = (types: { readonly build: boolean; readonly launch: boolean }) =>
  cachedLayer("jre", {
    ...types,
    metadata: s.table({ java: releaseMetadata, format: s.integer, linked: s.optional(s.string), inBuild: s.boolean }),
  });

/**
 * The layer that tells later buildpacks the Java version of the app, in an environment variable.
 */
export const versionLayer = temporaryLayer("version", { build: true, launch: false });

/** The inputs for providing the layers with Java. */
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
      await installJdk({ unpack, run, java }, path);
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
      ...defined({ linked: needs.runtime === "linked" ? parts.args.join(" ") : undefined }),
    },
    create: ({ path }) => installRuntime({ ...parts, java, isLinked: needs.runtime === "linked" }, path),
    env: ({ path }) => ({ [needs.build ? "shared" : "launch"]: { JAVA_HOME: override(path) } }),
    sbom: () => (parts.withSbom ? sboms([java.component]) : []),
  });
