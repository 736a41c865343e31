import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RunTool } from "libcnb";
import { expect, test } from "vitest";
import { readPython } from "./python.ts";
import { pythonEnv, testPython } from "./test-python.ts";

const execute = promisify(execFile);

test.each(["3.14", "3.11", "3.10"])(
  "the version, environment markers and wheel tags read from CPython %s equal those that pip uses",
  async (line) => {
    const env = await pythonEnv(line);
    const run = (async (tool: string, args: readonly string[]) => execute(tool, args, { env })) as unknown as RunTool;
    const python = await readPython(run);
    expect({ ...python, tags: await python.tags() }).toEqual(await askPip(`${await testPython(line)}/bin/python3`));
  },
);

/** The same facts by the libraries that decide what pip installs. */
async function askPip(python: string): Promise<unknown> {
  const question = [
    "import json, pip, platform, sys",
    "from pip._vendor.packaging import markers, tags",
    "known = dict(markers.default_environment())",
    "facts = dict(version=platform.python_version(), pip=pip.__version__, path=sys.executable, markers=known)",
    "print(json.dumps(dict(facts, tags=[str(tag) for tag in tags.sys_tags()])))",
  ];
  const { stdout } = await execute(python, ["-I", "-c", question.join("\n")]);
  return JSON.parse(stdout);
}
