import type { RunTool } from "libcnb";

/** Returns the version of the Node.js in PATH: `v24.21.0`. */
export async function nodeVersion(run: RunTool): Promise<string> {
  const { stdout } = await run("node", ["--version"], { output: "capture" });
  return stdout.trim();
}
