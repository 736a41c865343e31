import type { RunTool } from "libcnb";
import type { Python, Venv } from "../package-manager.ts";

/** Creates an empty virtual environment in an empty directory, without pip, which is not needed at launch. */
export async function createVenv(run: RunTool, python: Python, { dir }: Venv): Promise<void> {
  await run(python.path, ["-I", "-m", "venv", "--without-pip", dir], { cwd: "/", output: "capture" });
}
