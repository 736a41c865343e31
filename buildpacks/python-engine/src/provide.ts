import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { type BuildContext, defaultTo, type Release, sboms } from "libcnb";
import { developmentComponents } from "./components.ts";
import type { Extras } from "./contents.ts";
import { installDevelopment, installRuntime } from "./install.ts";
import { developmentLayer, runtimeFormat, runtimeLayer } from "./layers.ts";

/** The inputs of the layers. */
export interface Parts extends Pick<BuildContext, "layers" | "run"> {
  readonly python: Release;
  readonly extras: Extras;
  readonly unpack: Unpack;
  readonly withSbom: boolean;
}

/** Provides Python itself. */
export const provideRuntime = ({ layers, withSbom, ...parts }: Parts, launch: boolean) =>
  layers.provide(runtimeLayer(launch), {
    metadata: { python: parts.python.metadata, format: runtimeFormat, ...parts.extras },
    create: ({ path }) => installRuntime(parts, path),
    env: () => ({
      // logs of containers are read while they run
      shared: { PYTHONUNBUFFERED: defaultTo("1") },
      // what is imported in another way than it was compiled for (PYTHONOPTIMIZE) would be written into this layer, with the time
      build: { PYTHONDONTWRITEBYTECODE: defaultTo("1") },
    }),
    sbom: () => (withSbom ? sboms([parts.python.component]) : []),
  });

/** Provides pip, and the files for compiling packages. */
export const provideDevelopment = ({ layers, withSbom, ...parts }: Parts, runtime: string) =>
  layers.provide(developmentLayer, {
    metadata: { python: parts.python.metadata, format: runtimeFormat },
    create: ({ path }) => installDevelopment(parts, path, runtime),
    sbom: async ({ path }) => (withSbom ? sboms(await developmentComponents(parts.python, path)) : []),
  });
