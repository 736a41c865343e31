import { writeFileSync } from "node:fs";
import { build } from "esbuild";
import { compileModules } from "../../../builder-packager/src/compile/small/bytecode.ts";
import { engineFor, engineOfHost } from "../../../builder-packager/src/compile/small/engine.ts";
import { nodeLayer, onNodeLayer } from "../../../builder-packager/src/compile/small/node-layer.ts";
import { payloadOf, withPayload } from "../../../builder-packager/src/compile/small/payload.ts";

/** Writes a program for the small engine with this module and what it imports, which may be native modules. */
export async function writeSmallProgram(entry: string, file: string): Promise<void> {
  const layer = await nodeLayer();
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    mainFields: ["module", "main"],
    external: ["engine:*"],
    plugins: [onNodeLayer(layer)],
  });
  const main = { name: "main.js", text: `import "globals";\n${outputFiles[0]?.text}` };
  const modules = await compileModules([main, ...layer.chunks], {
    engine: await engineOfHost(process.env),
    signal: undefined,
  });
  const { program } = engineFor(process.arch === "arm64" ? "arm64" : "amd64");
  writeFileSync(file, withPayload(program, payloadOf(modules)), { mode: 0o755 });
}
