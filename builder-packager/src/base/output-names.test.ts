import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatImageReference, parseImageReference } from "../oci/model/reference.ts";
import { checkWritable, recordedName, stageReference } from "./output-names.ts";

describe("the name of a run image", () => {
  test.for<[output: string, reference: string, name: string | undefined]>([
    ["oci:dist/base", "oci:dist/base-run", "localhost/base-run:bookworm"],
    ["oci:dist/base/", "oci:dist/base-run", "localhost/base-run:bookworm"],
    ["oci:dist/base:v1", "oci:dist/base-run:v1", "v1-run:bookworm"],
    ["oci:dist/My Base", "oci:dist/My Base-run", "localhost/my-base-run:bookworm"],
    ["oci-archive:base.tar", "oci-archive:base-run.tar", "localhost/base-run:bookworm"],
    ["docker-archive:base.tar:me/base:1", "docker-archive:base-run.tar:me/base-run:1", undefined],
    ["docker-daemon:base:1", "docker-daemon:base-run:1", undefined],
    ["localhost:5000/team/base:1", "localhost:5000/team/base-run:1", undefined],
    ["localhost:5000/team/base", "localhost:5000/team/base-run", undefined],
  ])("for the build image's output %j is %j", ([output, reference, name]) => {
    const parsed = parseImageReference(output);
    expect(formatImageReference(stageReference(parsed, "run"))).toBe(reference);
    expect(recordedName(undefined, parsed, "bookworm", "run")).toBe(name);
  });

  test.for<[name: string, recorded: string]>([
    ["localhost/libcnb/base", "localhost/libcnb/base-run:bookworm"],
    ["localhost/libcnb/base:1", "localhost/libcnb/base-run:1"],
    ["localhost:5000/base", "localhost:5000/base-run:bookworm"],
  ])("for the build image's name %j is %j", ([name, recorded]) => {
    expect(recordedName(name, { kind: "oci", dir: "x" }, "bookworm", "run")).toBe(recorded);
  });
});

test.for<[string, string, RegExp | undefined]>([
  ["to a directory that does not exist yet is accepted", "a/b/c", undefined],
  [
    "two levels below a regular file is refused",
    "file/a/x",
    /^cannot write .*\/file\/a\/x: .*\/file\/a is not a directory$/,
  ],
  ["directly below a regular file is refused", "file/x", /^cannot write .*\/file\/x: .*\/file is not a directory$/],
])("an output path %s", async ([, path, message]) => {
  const dir = await mkdtemp(join(tmpdir(), "cnb-output-"));
  try {
    await writeFile(join(dir, "file"), "");
    const check = checkWritable({ kind: "oci", dir: join(dir, path) });
    await (message ? expect(check).rejects.toThrow(message) : expect(check).resolves.toBeUndefined());
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
