import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { builder, outcomeOf } from "../test-cases.ts";

/** A project whose build leaves behind what that of setuptools does. */
const lib: FileMap = {
  "lib/pyproject.toml": `[project]
name = "lib"
version = "1.0"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
`,
  "lib/backend.py": `import os, zipfile
def build_wheel(directory, settings=None, metadata=None):
    os.makedirs("build/lib", exist_ok=True)
    os.makedirs("lib.egg-info", exist_ok=True)
    for path in ("build/lib/lib.py", "lib.egg-info/PKG-INFO", "version.py"):
        open(path, "w").close()
    with zipfile.ZipFile(os.path.join(directory, "lib-1.0-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("lib.py", "")
        wheel.writestr("lib-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: lib\\nVersion: 1.0\\n")
        wheel.writestr("lib-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: a\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("lib-1.0.dist-info/RECORD", "")
    return "lib-1.0-py3-none-any.whl"
`,
};

const manifest = '[project]\nname = "web"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["lib"]\n';

test.for<[string, FileMap]>([
  ["pip", { "requirements.txt": "./lib\n" }],
  [
    "uv",
    {
      "pyproject.toml": `${manifest}[tool.uv.sources]\nlib = { path = "lib" }\n`,
      "uv.lock": `version = 1
requires-python = ">=3.10"
[[package]]
name = "lib"
version = "1.0"
source = { directory = "lib" }
[[package]]
name = "web"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "lib" }]
[package.metadata]
requires-dist = [{ name = "lib", directory = "lib" }]
`,
    },
  ],
])(
  "the package manager %s leaves no build files in the directory of a local package",
  { timeout: 300_000 },
  async ([, files]) => {
    const app = { ...files, ...lib };
    const built = await (await builder({}))(app);
    expect(outcomeOf(built, app)).toEqual({ packages: ["lib-1.0"], added: [] });
  },
);
