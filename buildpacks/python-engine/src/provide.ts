import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { type BuildContext, defaultTo, type Release, sboms } from "libcnb";
import { developmentComponents } from "./components.ts";
import type { Extras } from "./contents.ts";
import { installDevelopment, installRuntime } from "./install.ts";
import { developmentLayer, runtimeFormat, runtimeLayer } from "./layers.ts";

/** What the layers are made of. */
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
    // logs of containers are read while they run
    env: () => ({ shared: { PYTHONUNBUFFERED: defaultTo("1") } }),
    sbom: () => (withSbom ? sboms([parts.python.component]) : []),
  });

/** Provides pip, and what packages are compiled with. */
export const provideDevelopment = ({ layers, python, unpack, withSbom }: Parts, runtime: string) =>
  layers.provide(developmentLayer, {
    metadata: { python: python.metadata, format: runtimeFormat },
    create: ({ path }) => installDevelopment(unpack, python, path, runtime),
    sbom: async ({ path }) => (withSbom ? sboms(await developmentComponents(python, path)) : []),
  });
