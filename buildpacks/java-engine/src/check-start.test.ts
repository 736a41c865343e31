// @needs processes
import { checkError } from "@libcnb/app-kit/release/test-program-check";
import { expect, test } from "vitest";
import { checkStart } from "./install.ts";

const java = { id: "liberica-jre", version: "21.0.11", path: "bin/java" };

test.for([
  ["its dynamic linker", "#!/nowhere/ld\n", expect.anything()],
  [
    "a shared library",
    "#!/bin/sh\necho 'libz.so.1: cannot open shared object file' >&2\nexit 127\n",
    expect.stringContaining("libz"),
  ],
  ["its virtual machine", "#!/bin/sh\necho 'failed libjvm.so' >&2\nexit 1\n", "failed libjvm.so"],
] as const)(
  "an installed Java that lacks %s does not start, and the error contains the cause",
  async ([, program, cause]) => {
    expect(await checkError({ ...java, program }, checkStart)).toMatchObject({
      code: "JAVA_NOT_STARTING",
      message: "liberica-jre 21.0.11 does not start in the build image",
      cause,
    });
  },
);

test("the start check succeeds for an installed Java that starts", async () => {
  expect(
    await checkError({ ...java, program: "#!/bin/sh\nexit 0\n" }, checkStart).catch(() => undefined),
  ).toBeUndefined();
});
