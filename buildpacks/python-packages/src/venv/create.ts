import type { RunTool } from "libcnb";
import type { Python, Venv } from "../package-manager.ts";

/** Makes an empty virtual environment in an empty folder: without pip, which nobody needs at launch. */
export async function createVenv(run: RunTool, python: Python, { dir }: Venv): Promise<void> {
  await run(python.path, ["-I", "-m", "venv", "--without-pip", dir], { cwd: "/", output: "capture" });
}
