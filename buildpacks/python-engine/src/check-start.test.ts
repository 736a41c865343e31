// @needs processes
import { checkError } from "@libcnb/app-kit/release/test-program-check";
import { expect, test } from "vitest";
import { checkStart } from "./install.ts";

const missing = "python3: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.17' not found";
const libraryAbsent = "ModuleNotFoundError: No module named 'encodings'";

test.for<[string, string, unknown]>([
  ["lacks a library", `#!/bin/sh\necho "${missing.replace("`", "\\`")}" >&2; exit 127\n`, missing],
  ["lacks its dynamic linker", "#!/lib/ld-absent.so\n", expect.anything()],
  ["lacks its standard library", `#!/bin/sh\necho "${libraryAbsent}" >&2; exit 1\n`, libraryAbsent],
])("the build fails if the installed Python %s", async ([, program, cause]) => {
  const release = { id: "python", version: "3.14.7", path: "bin/python3", program };
  expect(await checkError(release, checkStart)).toMatchObject({
    code: "PYTHON_NOT_STARTING",
    message: "Python 3.14.7 does not start in the build image",
    cause,
    hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine) for the target's architecture.",
  });
});
