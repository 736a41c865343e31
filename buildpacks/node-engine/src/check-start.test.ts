// @needs processes
import { checkError } from "@libcnb/app-kit/release/test-program-check";
import { expect, test } from "vitest";
import { checkStart } from "./install.ts";

const missing = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file";

test.for<[string, string, object]>([
  [
    "lacks a shared library",
    `#!/bin/sh\necho "${missing}" >&2; exit 127\n`,
    {
      cause: missing,
      hint: "Use a build image and a run image that have libatomic.so.1, or another release line of Node.js (BP_NODE_VERSION).",
    },
  ],
  [
    "lacks its dynamic linker",
    "#!/lib/ld-absent.so\n",
    { hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine)." },
  ],
])("a Node.js that %s fails the build", async ([, program, expected]) => {
  const release = { id: "node", version: "26.1.0", path: "bin/node", program };
  expect(await checkError(release, checkStart)).toMatchObject({
    code: "NODE_NOT_STARTING",
    message: "Node.js 26.1.0 does not start in the build image",
    ...expected,
  });
});
