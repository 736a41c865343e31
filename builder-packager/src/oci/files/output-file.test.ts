import { expect, test } from "vitest";
import { unwritable } from "./output-file.ts";

test("the error about an output that is a mount point has a hint with other paths", () => {
  const busy = Object.assign(new Error("busy"), { code: "EBUSY", syscall: "rename", path: "/out/app" });
  expect(unwritable("/out/app", busy)).toMatchObject({
    code: "OUTPUT_UNWRITABLE",
    message: "cannot write /out/app: it is a mount point",
    hint: "Choose a directory inside it, or another path.",
  });
});
