import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramParts } from "./bundle/bundle-report.ts";
import type { Script } from "./script.ts";
import { versionGuard } from "./script-start.ts";

/**
 * Writes the script, its source map and its start file into the working directory. The start file
 * is separate, because a Node.js version that is too old cannot even parse the script.
 */
export async function writeScriptProgram({ code, map }: Script, workDir: string): Promise<ProgramParts> {
  await writeFile(join(workDir, "main.cjs"), code);
  await writeFile(join(workDir, "main.cjs.map"), map);
  await writeFile(join(workDir, "start.cjs"), versionGuard);
  return { node: 0, script: code.length, codeCache: 0, sourceMap: map.length };
}
