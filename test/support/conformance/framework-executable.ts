import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { Buildpack, Extension } from "libcnb";
import { absentPeers } from "../../../builder-packager/src/compile/bundle/absent-peers.ts";
import { root } from "../cnb.ts";

/**
 * A buildpack or extension written with the framework. Its source goes into another process: it sees nothing of the file it stands in but its
 * parameters, the framework's exports and a function that tells the test a value.
 */
export type Written = (libcnb: typeof import("libcnb"), report: (value: unknown) => void) => Buildpack | Extension;

/** The framework as one script in a directory: processes that start from it start as fast as compiled ones. */
export async function bundledFramework(dir: string): Promise<string> {
  const contents = `export * as libcnb from "libcnb";\nexport { runBuildpacks } from "libcnb/runtime";\n`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, "test") },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    conditions: ["@libcnb/source"],
    plugins: [absentPeers],
    // packages in CommonJS call it
    banner: { js: `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);` },
  });
  const file = join(dir, "framework.mjs");
  await writeFile(file, outputFiles[0]?.contents ?? "");
  return file;
}

/** An executable of one buildpack, of which `bin/detect` and `bin/build` are names, as of a compiled one. */
export const executableScript = (framework: string, id: string, written: Written, reported: string): string =>
  `#!${process.execPath}
import { appendFileSync } from "node:fs";
import { libcnb, runBuildpacks } from ${JSON.stringify(framework)};
const tell = (value) => appendFileSync(${JSON.stringify(reported)}, JSON.stringify(value) + "\\n");
await runBuildpacks({ ${JSON.stringify(id)}: async () => ({ default: (${written.toString()})(libcnb, tell) }) });
`;
