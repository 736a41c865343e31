import { cachedLayer, s, temporaryLayer } from "libcnb";

/** The inputs of a virtual environment. The log shows their names. */
const venvKey = s.table({
  /** The version of what this buildpack itself adds to an installation. */
  format: s.integer,
  manager: s.string,
  python: s.string,
  target: s.string,
  inputs: s.anyTable,
});

/** The layer with the virtual environment. Its path is the same in all builds and at launch. */
export const venvLayer = cachedLayer("venv", { build: true, launch: true, metadata: venvKey });

/** The layer with a tool's downloads and builds. It is never in the image. */
export const cacheLayer = cachedLayer("cache", {
  metadata: s.table({ manager: s.string, python: s.string, target: s.string }),
});

/** The layer with temporary files and settings of the tool. */
export const workLayer = temporaryLayer("work", { build: false });
