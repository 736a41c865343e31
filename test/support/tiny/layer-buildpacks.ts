import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildContext, defineBuildpack, pass, s } from "libcnb";
import type { FileMap } from "libcnb/testing";

/** A buildpack that passes, of the test's own work. */
export const buildpack = (work: (context: BuildContext) => Promise<unknown>) =>
  defineBuildpack({
    detect: () => pass(),
    async build(context) {
      await work(context);
    },
  });

/** A key of layers. */
export const version = s.table({ version: s.string });

/** Fills a layer with one file. */
export const put =
  (text = "x") =>
  ({ path }: { readonly path: string }) =>
    writeFile(join(path, "file"), text);

/** A buildpack without the framework: what it may write, the lifecycle tells. */
export const script = (lines: string) => ({ "bin/build": `#!/bin/sh\nset -e\ncd "$CNB_LAYERS_DIR"\n${lines}\n` });

/** The paths of a layer's files; empty if the layer does not exist. */
export const paths = (files: FileMap | undefined) => Object.keys(files ?? {});
