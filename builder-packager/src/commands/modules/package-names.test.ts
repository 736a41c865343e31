import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addLabels, addListed } from "../flags/listed-values.ts";
import { type NamingFlags, namesOf } from "./package-names.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "package-names-"));
  await mkdir(join(cwd, "web"));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

test.for<
  [
    string,
    string | undefined,
    Partial<NamingFlags>,
    { readonly dir: string; readonly outputs: readonly string[] } | string,
  ]
>([
  ["no argument", undefined, {}, { dir: ".", outputs: [] }],
  ["a directory", "web", {}, { dir: "web", outputs: [] }],
  ["a directory that does not exist", "wbe", {}, { dir: "wbe", outputs: [] }],
  ["a directory and --output", "web", { output: ["x.cnb"] }, { dir: "web", outputs: ["x.cnb"] }],
  ["a directory and --format dir", "web", { format: "dir" }, { dir: "web", outputs: [] }],
  ["a file name and --path, as in pack", "x.cnb", { format: "file", path: "web" }, { dir: "web", outputs: ["x.cnb"] }],
  [
    "a file name and --config, as in pack",
    "x",
    { format: "file", config: "package.toml" },
    { dir: ".", outputs: ["x"] },
  ],
  [
    "a file name that is also a directory, with --path",
    "web",
    { format: "file", path: "." },
    { dir: ".", outputs: ["web"] },
  ],
  ["an image name and --publish, as in pack", "h:5000/web", { publish: true }, { dir: ".", outputs: ["h:5000/web"] }],
  [
    "a directory, --publish and an image name in --output",
    "web",
    { publish: true, output: ["h:5000/web"] },
    { dir: "web", outputs: ["h:5000/web"] },
  ],
  [
    "an image in a Docker daemon and --path",
    "docker-daemon:web",
    { path: "web" },
    { dir: "web", outputs: ["docker-daemon:web"] },
  ],
  [
    "an image name without --publish is refused",
    "acme/web",
    { path: "web" },
    "acme/web is not an existing directory; pack would write an image of this name to a Docker daemon",
  ],
  ["--publish without an image name is refused", "web", { publish: true }, "--publish needs an image name"],
  [
    "--publish with a file name is refused",
    "x.cnb",
    { publish: true, path: "web" },
    "--publish writes to a registry, but x.cnb is not an image name",
  ],
  [
    "--publish with --format is refused",
    "h:5000/web",
    { publish: true, format: "file" },
    "--publish writes an image, but --format file does not",
  ],
  [
    "--path with --config is refused",
    "x.cnb",
    { path: "web", config: "p.toml" },
    "--config and --path cannot be used together",
  ],
  [
    "--pull-policy if-not-present has no effect",
    undefined,
    { pullPolicy: "if-not-present" },
    { dir: ".", outputs: [] },
  ],
  [
    "--pull-policy never is refused",
    undefined,
    { pullPolicy: "never" },
    "--pull-policy never is not supported: cnb reads the buildpacks of package.toml from registries and paths, not from a Docker daemon",
  ],
  ["an unknown --pull-policy is refused", undefined, { pullPolicy: "often" }, "--pull-policy often is unknown"],
  [
    "--buildpack-registry is refused",
    undefined,
    { buildpackRegistry: "official" },
    "--buildpack-registry is not supported: cnb does not query an index on a Git server",
  ],
])("cnb buildpack package interprets its arguments: %s", async ([, given, flags, expected]) => {
  const names = namesOf(given, { output: [], ...flags }, cwd);
  if (typeof expected === "string")
    await expect(names).rejects.toMatchObject({ code: "ARGUMENT_INVALID", message: expected });
  else expect(await names).toEqual(expected);
});

test.for<[string, readonly string[]]>([
  ["a", ["a"]],
  ["a,b", ["a", "b"]],
  ['"a,b",c', ["a,b", "c"]],
  ['"say ""x"""', ['say "x"']],
  ["", [""]],
  ["a,,b", ["a", "", "b"]],
])("the option value %j is parsed as a comma-separated list", ([text, expected]) =>
  expect(addListed(text, ["before"])).toEqual(["before", ...expected]),
);

test.for<[string, Readonly<Record<string, string>> | string]>([
  ["a=1", { a: "1" }],
  ["a=1,2", { a: "1,2" }],
  ["a=1,b=2", { a: "1", b: "2" }],
  ['"a=1,2",b=3', { a: "1,2", b: "3" }],
  ["a=b=c", { a: "b=c" }],
  ["a=", { a: "" }],
  ["a", "Use NAME=VALUE."],
  ["=a", "Use NAME=VALUE."],
  ["a=1,b=2,c", "Use NAME=VALUE."],
])("--label %j is parsed", ([text, expected]) => {
  if (typeof expected === "string") expect(() => addLabels(text, {})).toThrow(expected);
  else expect(addLabels(text, { before: "x" })).toEqual({ before: "x", ...expected });
});
