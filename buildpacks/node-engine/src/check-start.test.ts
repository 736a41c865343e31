import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { buildFailure } from "libcnb/testing";
import { expect, test } from "vitest";
import { checkStart } from "./check-start.ts";

const missing = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file";

test.for<[string, string, object]>([
  [
    "misses a library",
    `#!/bin/sh\necho "${missing}" >&2; exit 127\n`,
    {
      cause: missing,
      hint: "Use base images, for build and run, that have libatomic.so.1, or another line of Node.js (BP_NODE_VERSION).",
    },
  ],
  [
    "misses its dynamic linker",
    "#!/lib/ld-absent.so\n",
    { hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine)." },
  ],
])("a Node.js that %s fails the build", async ([, program, expected]) => {
  const dir = mkdtempSync(join(tmpdir(), "libcnb-node-"));
  try {
    mkdirSync(join(dir, "bin"));
    writeFileSync(join(dir, "bin/node"), program);
    chmodSync(join(dir, "bin/node"), 0o755);
    const buildpack = defineBuildpack({
      detect: () => pass(),
      build: async ({ inventory, run }) => checkStart(run, await inventory.resolve("node"), dir),
    });
    const dependencies = [{ id: "node", version: "26.1.0", uri: "https://x.test/node.tar.gz" }];
    const { error } = await buildFailure(buildpack, { buildpack: { metadata: { dependencies } } });
    expect(error).toMatchObject({
      code: "NODE_NOT_STARTING",
      message: "Node.js 26.1.0 does not start in the build image",
      ...expected,
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
