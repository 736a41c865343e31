// @needs processes
import { checkError } from "@libcnb/app-kit/release/test-program-check";
import { expect, test } from "vitest";
import { checkStart } from "./check-start.ts";

const missing = "python3: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.17' not found";
const libraryAbsent = "ModuleNotFoundError: No module named 'encodings'";

test.for<[string, string, unknown]>([
  ["misses a library", `#!/bin/sh\necho "${missing.replace("`", "\\`")}" >&2; exit 127\n`, missing],
  ["misses its dynamic linker", "#!/lib/ld-absent.so\n", expect.anything()],
  ["misses its modules", `#!/bin/sh\necho "${libraryAbsent}" >&2; exit 1\n`, libraryAbsent],
])("a Python that %s fails the build", async ([, program, cause]) => {
  const release = { id: "python", version: "3.14.7", path: "bin/python3", program };
  expect(await checkError(release, checkStart)).toMatchObject({
    code: "PYTHON_NOT_STARTING",
    message: "Python 3.14.7 does not start in the build image",
    cause,
    hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine) for the processor that is built for.",
  });
});
