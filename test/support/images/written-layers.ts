import type { Files } from "../lifecycle/lifecycle-binaries.ts";

/** A buildpack without the framework, whose layer x for build and launch has these files. */
export const writing = (files: Files): Files => ({
  "bin/build": `#!/bin/sh\n/bin/cp -R "$CNB_BUILDPACK_DIR/layers/." "$CNB_LAYERS_DIR"\n`,
  "layers/x.toml": "[types]\nbuild = true\nlaunch = true\n",
  ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`layers/x/${path}`, text])),
});
