import { anyTable, cachedLayer, integer, string, table, temporaryLayer } from "libcnb";

/** What a virtual environment depends on; names are read by users. */
const venvKey = table({
  /** Of what this buildpack itself makes of an installation. */
  format: integer,
  manager: string,
  python: string,
  target: string,
  inputs: anyTable,
});

/** The virtual environment: the same path in all builds and at launch. */
export const venvLayer = cachedLayer("venv", { build: true, launch: true, metadata: venvKey });

/** A tool's downloads and builds, never in the image. */
export const cacheLayer = cachedLayer("cache", {
  metadata: table({ manager: string, python: string, target: string }),
});

/** Settings for the tool; nothing keeps them. */
export const workLayer = temporaryLayer("work", { build: false });
