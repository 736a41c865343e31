import type { RunTool } from "libcnb";
import type { Python } from "./package-manager.ts";

/** Asks the Python in PATH about itself. */
export async function readPython(run: RunTool): Promise<Python> {
  const { stdout } = await run("python3", ["-I", "-c", question], { output: "capture", cwd: "/" });
  return JSON.parse(stdout) as Python;
}

// -I: neither files of the app nor variables may answer for it
const question = `
import json, pip, platform, sys
from pip._vendor.packaging.markers import default_environment
from pip._vendor.packaging.tags import sys_tags
print(json.dumps({
    "version": platform.python_version(),
    "pip": pip.__version__,
    "path": sys.executable,
    "markers": default_environment(),
    "tags": [str(tag) for tag in sys_tags()],
}))
`;
