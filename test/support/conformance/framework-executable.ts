import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { Buildpack, Extension } from "libcnb";
import { absentPeers } from "../../../builder-packager/src/compile/bundle/absent-peers.ts";
import { nodeLayer } from "../../../builder-packager/src/compile/small/node-layer.ts";
import { root } from "../cnb.ts";
import { bundledForEngine, compiled, mainModule, programWith } from "../small/small-program.ts";

/**
 * A buildpack or extension written with the framework. Its source goes into another process: it sees nothing of the file it stands in but its
 * parameters: the framework's exports, a function that tells the test a value, and the module node:fs.
 */
export type Written = (
  libcnb: typeof import("libcnb"),
  report: (value: unknown) => void,
  fs: typeof import("node:fs"),
) => Buildpack | Extension;

const frameworkSource = `export * as libcnb from "libcnb";\nexport { runBuildpacks } from "libcnb/runtime";\n`;

/** The framework as one script in a directory: processes that start from it start as fast as compiled ones. */
export async function bundledFramework(dir: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: frameworkSource, resolveDir: join(root, "test") },
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

/** A buildpack of an executable, and the file that its reports are appended to. */
export interface WrittenBuildpack {
  readonly id: string;
  readonly written: Written;
  readonly reported: string;
}

/** An executable of one buildpack, of which `bin/detect` and `bin/build` are names, as of a compiled one. */
export const executableScript = (framework: string, buildpack: WrittenBuildpack): string =>
  `#!${process.execPath}
import * as fs from "node:fs";
import { libcnb, runBuildpacks } from ${JSON.stringify(framework)};
${running(buildpack)}`;

const running = ({ id, written, reported }: WrittenBuildpack): string => `
const tell = (value) => fs.appendFileSync(${JSON.stringify(reported)}, JSON.stringify(value) + "\\n");
await runBuildpacks({ ${JSON.stringify(id)}: async () => ({ default: (${written.toString()})(libcnb, tell, fs) }) });
`;

/** Makes executables of buildpacks on the small engine. The framework is compiled once. */
export async function smallExecutables(): Promise<(buildpack: WrittenBuildpack) => Promise<Uint8Array>> {
  const contents = `${frameworkSource}export * as fs from "node:fs";\n`;
  const text = await bundledForEngine({ stdin: { contents, resolveDir: join(root, "test") } });
  const framework = await compiled([{ name: "framework.js", text }, ...(await nodeLayer()).chunks]);
  const imports = `import { fs, libcnb, runBuildpacks } from "./framework.js";\n`;
  return async (buildpack) =>
    programWith([...(await compiled([mainModule(imports + running(buildpack))])), ...framework]);
}
