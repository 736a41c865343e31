import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { buildFailure } from "libcnb/testing";
import { expect, test } from "vitest";
import { checkStart } from "./check-start.ts";

const missing = "python3: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.17' not found";
const libraryAbsent = "ModuleNotFoundError: No module named 'encodings'";

test.for<[string, string, unknown]>([
  ["misses a library", `#!/bin/sh\necho "${missing.replace("`", "\\`")}" >&2; exit 127\n`, missing],
  ["misses its dynamic linker", "#!/lib/ld-absent.so\n", expect.anything()],
  ["misses its modules", `#!/bin/sh\necho "${libraryAbsent}" >&2; exit 1\n`, libraryAbsent],
])("a Python that %s fails the build", async ([, program, cause]) => {
  const dir = mkdtempSync(join(tmpdir(), "libcnb-python-"));
  try {
    mkdirSync(join(dir, "bin"));
    writeFileSync(join(dir, "bin/python3"), program);
    chmodSync(join(dir, "bin/python3"), 0o755);
    const buildpack = defineBuildpack({
      detect: () => pass(),
      build: async ({ inventory, run }) => checkStart(run, await inventory.resolve("python"), dir),
    });
    const dependencies = [{ id: "python", version: "3.14.7", uri: "https://x.test/python.tar.gz" }];
    const { error } = await buildFailure(buildpack, { buildpack: { metadata: { dependencies } } });
    expect(error).toMatchObject({
      code: "PYTHON_NOT_STARTING",
      message: "Python 3.14.7 does not start in the build image",
      cause,
      hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine) for the processor that is built for.",
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
