import { readdir } from "node:fs/promises";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { packageUrl } from "@libcnb/app-kit/sbom/packages-sbom";
import { distributionsAmong } from "@libcnb/python-app/distributions";
import {
  type BuildContext,
  type Component,
  cachedLayer,
  defaultTo,
  type Release,
  releaseMetadata,
  s,
  sboms,
  temporaryLayer,
} from "libcnb";
import type { Extras } from "./contents.ts";
import { installDevelopment, installRuntime, sitePackagesOf } from "./install.ts";

/**
 * The version of the layers' format. Increase it with every change of the format, so that older
 * layers are recreated.
 */
const runtimeFormat = 2;

/**
 * The layer with the runtime of apps. Only a new release of Python changes it, not a new version of
 * this buildpack.
 */
const runtimeLayer = (launch: boolean) =>
  cachedLayer("python", {
    build: true,
    launch,
    metadata: s.table({ python: releaseMetadata, format: s.integer, tkinter: s.boolean, libpython: s.boolean }),
  });

/** The layer with the files for installing and compiling packages: pip, headers, libpython. */
const developmentLayer = cachedLayer("development", {
  build: true,
  metadata: s.table({ python: releaseMetadata, format: s.integer }),
});

/** The layer with the exec.d programs, which run before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });

/** The inputs for providing the layers of Python. */
interface Parts extends Pick<BuildContext, "layers" | "run"> {
  readonly python: Release;
  readonly extras: Extras;
  readonly unpack: Unpack;
  readonly withSbom: boolean;
}

/** Provides the layer with the Python runtime. */
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

/** Provides the layer with pip and the files for compiling packages. */
export const provideDevelopment = ({ layers, withSbom, ...parts }: Parts, runtime: string) =>
  layers.provide(developmentLayer, {
    metadata: { python: parts.python.metadata, format: runtimeFormat },
    create: ({ path }) => installDevelopment(parts, path, runtime),
    sbom: async ({ path }) => (withSbom ? sboms(await developmentComponents(parts.python, path)) : []),
  });

/** Both that upstream's archives have ever brought along are licensed so. */
const licensed = (name: string) => (["pip", "setuptools"].includes(name) ? { licenses: ["MIT"] } : {});
/**
 * The packages included in upstream's archives, by the names of their metadata directories, for the
 * build's SBOM.
 */
async function developmentComponents(python: Release, layer: string): Promise<readonly Component[]> {
  const names = await readdir(sitePackagesOf(python, layer));
  return distributionsAmong(names).flatMap(({ name, version }) =>
    version === undefined
      ? []
      : [{ type: "library", name, version, purl: packageUrl("pypi", [name], version, ""), ...licensed(name) }],
  );
}
