import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { absentPeers } from "../../../../builder-packager/src/compile/bundle/absent-peers.ts";
import { operatorDir } from "../../../../framework/src/runtime/inputs/tool-env.ts";
import { pinnedNode, root } from "../../cnb.ts";
import { writeSmallProgram } from "../../small/small-program.ts";
import { idleModule } from "../recording/idle.ts";

/** The programs of one source for both engines. */
export interface Programs {
  readonly node: string;
  readonly small: string;
}

/** What sources import for builds alone, which is never called here. */
const lacks = new Map([["v8", new Set(["deserialize", "serialize"])]]);

const framework = join(root, "framework/src");
const stub = (name: string): string => join(import.meta.dirname, "located", name);

/** Compiles a source for both engines: a buildpack's module, or tests that define buildpacks. */
export async function programsFor(source: string, dir: string): Promise<Programs> {
  await mkdir(dir, { recursive: true });
  const entry = join(dir, "entry.ts");
  await writeFile(entry, entrySource(join(root, source)));
  const programs = { node: join(dir, "main.mjs"), small: join(dir, "engine") };
  const plugins = [locating(join(root, source))];
  await Promise.all([
    writeNodeProgram(entry, programs.node, plugins),
    writeSmallProgram(entry, programs.small, { plugins, lacks }),
  ]);
  return programs;
}

const entrySource = (source: string): string => `
import { runBuildpacks } from ${JSON.stringify(join(framework, "runtime/index.ts"))};
import { readDescription } from ${JSON.stringify(stub("description.ts"))};
import { locatedModules } from ${JSON.stringify(stub("locate.ts"))};
await runBuildpacks(locatedModules(readDescription(), () => import(${JSON.stringify(source)})));
`;

async function writeNodeProgram(entry: string, file: string, plugins: Plugin[]): Promise<void> {
  const require = `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);`;
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    minifyWhitespace: true, // loads faster
    minifySyntax: true,
    conditions: ["@libcnb/source"],
    logLevel: "silent",
    plugins: [...plugins, absentPeers],
    banner: { js: `#!${pinnedNode}\n${require}` },
  });
  await chmod(file, 0o755);
}

const stubs = ["testing/detect.ts", "testing/group/group.ts"].map((path) => join(framework, path));
const idle = ["build", "exec-d", "generate", "rebuild"].map((name) => join(framework, "testing", `${name}.ts`));

/** Replaces vitest and the test kit by modules that look for a buildpack in a test, and the path of the operator's variables. */
const locating = (source: string): Plugin => ({
  name: "located",
  setup({ initialOptions, onResolve, onLoad }) {
    initialOptions.define = { "import.meta.dirname": JSON.stringify(dirname(source)) };
    onResolve({ filter: /^file:/ }, ({ path }) => ({ path: fileURLToPath(path) }));
    onResolve({ filter: /^vitest$/ }, () => ({ path: stub("vitest.ts") }));
    onLoad({ filter: /\/framework\/src\/testing\// }, ({ path }) => {
      if (stubs.includes(path))
        return { contents: `export * from ${JSON.stringify(stub(basename(path)))};`, resolveDir: root };
      if (idle.includes(path)) return { contents: idleModule(pathToFileURL(path)), resolveDir: root };
      return undefined;
    });
    onLoad({ filter: /\/framework\/src\/runtime\/inputs\/tool-env\.ts$/ }, async ({ path }) => {
      const [before, after, ...more] = (await readFile(path, "utf8")).split(JSON.stringify(operatorDir));
      if (after === undefined || more.length > 0)
        throw new Error(`${path} does not have the operator's directory once`);
      const description = `import { readDescription } from ${JSON.stringify(stub("description.ts"))};`;
      return { contents: `${description}\n${before}readDescription().operatorDir${after}`, loader: "ts" };
    });
  },
});
