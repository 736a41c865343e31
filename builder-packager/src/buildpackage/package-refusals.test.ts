// @needs processes
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PackageRequest } from "./package-request.ts";
import { order, prebuilt, toml } from "./testing/descriptors.ts";
import { type Files, type PackagingWorkspace, packagingWorkspace } from "./testing/packaging-workspace.ts";

let workspace: PackagingWorkspace;
beforeAll(async () => {
  workspace = await packagingWorkspace();
});
afterAll(() => workspace.remove());

const misspelt = `[[metadata.configurations]]\nname = "BP_X"\ndefalt = "1"\n`;

test.for<[string, Files, Partial<PackageRequest> & { readonly output?: string }, string, string]>([
  ["a missing buildpack.toml", { "x.txt": "" }, {}, "BUILDPACK_NOT_FOUND", "there is no buildpack.toml in DIR"],
  [
    "a buildpack.toml that is not TOML",
    { "buildpack.toml": `api = "0.10"\nid = \n` },
    {},
    "BUILDPACK_INVALID",
    "DIR/buildpack.toml:2:6 is not valid TOML: invalid value",
  ],
  [
    "several wrong values in buildpack.toml",
    { "buildpack.toml": `api = 1\n[buildpack]\nid = "a b"\n` },
    {},
    "BUILDPACK_INVALID",
    [
      "DIR/buildpack.toml has 3 problems",
      '  DIR/buildpack.toml:1:1: api: expected an API version such as "0.10", got 1',
      "  DIR/buildpack.toml:2:2: buildpack.version: is missing",
      '  DIR/buildpack.toml:3:1: buildpack.id: expected a buildpack id (letters, digits, ., / and -), got "a b"',
    ].join("\n"),
  ],
  [
    "a buildpack.toml that is a directory",
    { "buildpack.toml/x": "" },
    {},
    "BUILDPACK_INVALID",
    "cannot read DIR/buildpack.toml: it is a directory",
  ],
  [
    "a buildpack.toml that is not UTF-8",
    { "buildpack.toml": Buffer.from('api = "0.10" # caf\xe9\n', "latin1") },
    {},
    "BUILDPACK_INVALID",
    "DIR/buildpack.toml:1:19 is not valid TOML: its bytes are not UTF-8",
  ],
  [
    "a buildpack.toml larger than a megabyte",
    { "buildpack.toml": `${toml("me/x")}description = "${"x".repeat(2 ** 20)}"\n` },
    {},
    "BUILDPACK_INVALID",
    "DIR/buildpack.toml is larger than 1 MiB",
  ],
  [
    "a package.toml that is not TOML",
    { ...prebuilt("me/x"), "package.toml": "[buildpack]\nuri = .\n" },
    {},
    "BUILDPACK_INVALID",
    "DIR/package.toml:2:7 is not valid TOML: invalid value",
  ],
  [
    "a package.toml that is not UTF-8",
    { ...prebuilt("me/x"), "package.toml": Buffer.from("[buildpack]\nuri = '\xff'\n", "latin1") },
    {},
    "BUILDPACK_INVALID",
    "DIR/package.toml:2:8 is not valid TOML: its bytes are not UTF-8",
  ],
  [
    "a package.toml with table names that JavaScript treats specially",
    { ...prebuilt("me/x"), "package.toml": "[constructor]\na = 1\n[__proto__]\nb = 2\n[buildpack.toString]\n" },
    {},
    "BUILDPACK_INVALID",
    [
      "DIR/package.toml has 4 problems",
      "  DIR/package.toml:1:2: constructor: unknown key; the known keys are buildpack, extension, dependencies, platform, targets, verify",
      "  DIR/package.toml:3:2: __proto__: unknown key; the known keys are buildpack, extension, dependencies, platform, targets, verify",
      '  DIR/package.toml:5:2: buildpack.uri: is missing; if the buildpack is in the same directory, write [buildpack] and uri = "."',
      "  DIR/package.toml:5:12: buildpack.toString: unknown key; the known keys are uri",
    ].join("\n"),
  ],
  [
    "a missing package.toml",
    prebuilt("me/x"),
    { config: "nope.toml" },
    "ARGUMENT_INVALID",
    "cannot read nope.toml: there is no such file",
  ],
  [
    "a package.toml that is a directory",
    prebuilt("me/x"),
    { config: "." },
    "ARGUMENT_INVALID",
    "cannot read .: it is a directory",
  ],
  [
    "a misspelled key in the configurations of a shell buildpack",
    prebuilt("me/x", misspelt),
    {},
    "BUILDPACK_INVALID",
    "DIR/buildpack.toml has 1 problem\n  DIR/buildpack.toml:8:1: metadata.configurations[0].defalt: unknown key; did you mean default?",
  ],
  [
    "a misspelled key in the configurations of a composite buildpack",
    { "buildpack.toml": toml("me/x", misspelt + order("me/y")) },
    {},
    "BUILDPACK_INVALID",
    "DIR/buildpack.toml has 1 problem\n  DIR/buildpack.toml:8:1: metadata.configurations[0].defalt: unknown key; did you mean default?",
  ],
  [
    "configurations without names",
    prebuilt("me/x", `[[metadata.configurations]]\ndefault = "1"\n[[metadata.configurations]]\nname = "B P"\n`),
    {},
    "BUILDPACK_INVALID",
    [
      "DIR/buildpack.toml has 2 problems",
      "  DIR/buildpack.toml:6:12: metadata.configurations[0].name: is missing",
      '  DIR/buildpack.toml:9:1: metadata.configurations[1].name: expected the name of a variable, got "B P"',
    ].join("\n"),
  ],
  [
    "configurations that are a table",
    prebuilt("me/x", `[metadata.configurations]\nname = "BP_X"\n`),
    {},
    "BUILDPACK_INVALID",
    "DIR/buildpack.toml has 1 problem\n  DIR/buildpack.toml:6:11: metadata.configurations: expected tables: [[metadata.configurations]]",
  ],
  [
    "a missing entry point",
    { "buildpack.toml": toml("me/x") },
    {},
    "BUILDPACK_ENTRY_MISSING",
    "DIR contains neither src/buildpack.ts nor bin/detect and bin/build",
  ],
  [
    "a missing entry point named in package.json",
    { "buildpack.toml": toml("me/x"), "package.json": `{ "libcnb": { "entry": "./gone.ts" } }` },
    {},
    "BUILDPACK_ENTRY_MISSING",
    "DIR/gone.ts does not exist, but is set as libcnb.entry in package.json",
  ],
  [
    "a malformed target",
    prebuilt("me/x"),
    { targets: ["linux"] },
    "TARGET_UNSUPPORTED",
    `"linux" is not a valid target platform`,
  ],
  [
    "a target that buildpack.toml does not list",
    prebuilt("me/x", `[[targets]]\nos = "linux"\narch = "arm64"\n`),
    { targets: ["linux/amd64"] },
    "TARGET_UNSUPPORTED",
    "me/x@1.0.0 does not support linux/amd64, only linux/arm64",
  ],
  [
    "an output that cannot be written",
    prebuilt("me/x"),
    { output: "/dev/null/y.cnb" },
    "OUTPUT_UNWRITABLE",
    "cannot write /dev/null/y.cnb: a part of the path is not a directory",
  ],
  [
    "a directory as output file",
    prebuilt("me/x"),
    { output: "taken.cnb" },
    "OUTPUT_UNWRITABLE",
    "cannot write ROOT/taken.cnb: it is a directory",
  ],
])(
  "packaging fails with one clear error for %s",
  async ([name, files, { output = "no.cnb", ...more }, code, message]) => {
    const dir = await workspace.folder(`errors/${name.replaceAll(" ", "-")}`, files);
    await mkdir(join(workspace.dir, "taken.cnb"), { recursive: true });
    const error = await workspace.packaged(dir, [output], more).then(
      () => undefined,
      (reason: Error & { code: string; exitCode: number }) => reason,
    );
    expect([error?.code, error?.message.replaceAll(dir, "DIR").replaceAll(workspace.dir, "ROOT")]).toEqual([
      code,
      message,
    ]);
    expect(error?.exitCode).toBe(code === "OUTPUT_UNWRITABLE" ? 1 : 3);
  },
);
