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
  ["packages the current directory without arguments", undefined, {}, { dir: ".", outputs: [] }],
  ["packages the directory that its argument names", "web", {}, { dir: "web", outputs: [] }],
  [
    "treats an argument without a suffix as a directory even if it does not exist",
    "wbe",
    {},
    { dir: "wbe", outputs: [] },
  ],
  [
    "writes the directory's package to the file of --output",
    "web",
    { output: ["x.cnb"] },
    { dir: "web", outputs: ["x.cnb"] },
  ],
  [
    "packages the directory that its argument names with --format dir",
    "web",
    { format: "dir" },
    { dir: "web", outputs: [] },
  ],
  [
    "accepts an output file as argument if --path names the directory, as pack does",
    "x.cnb",
    { format: "file", path: "web" },
    { dir: "web", outputs: ["x.cnb"] },
  ],
  [
    "accepts an output file as argument if --config is given, as pack does",
    "x",
    { format: "file", config: "package.toml" },
    { dir: ".", outputs: ["x"] },
  ],
  [
    "treats an argument as output file with --path even if a directory has this name",
    "web",
    { format: "file", path: "." },
    { dir: ".", outputs: ["web"] },
  ],
  [
    "accepts an image name as argument with --publish, as pack does",
    "h:5000/web",
    { publish: true },
    { dir: ".", outputs: ["h:5000/web"] },
  ],
  [
    "publishes a directory's package to the image name of --output",
    "web",
    { publish: true, output: ["h:5000/web"] },
    { dir: "web", outputs: ["h:5000/web"] },
  ],
  [
    "accepts an image in a Docker daemon as argument if --path names the directory",
    "docker-daemon:web",
    { path: "web" },
    { dir: "web", outputs: ["docker-daemon:web"] },
  ],
  [
    "refuses an image name without --publish",
    "acme/web",
    { path: "web" },
    "acme/web is not an existing directory; pack would write an image of this name to a Docker daemon",
  ],
  ["refuses --publish without an image name", "web", { publish: true }, "--publish needs an image name"],
  [
    "refuses --publish with a file name",
    "x.cnb",
    { publish: true, path: "web" },
    "--publish writes to a registry, but x.cnb is not an image name",
  ],
  [
    "refuses --publish with --format",
    "h:5000/web",
    { publish: true, format: "file" },
    "--publish writes an image, but --format file does not",
  ],
  [
    "refuses --path with --config",
    "x.cnb",
    { path: "web", config: "p.toml" },
    "--config and --path cannot be used together",
  ],
  ["ignores --pull-policy if-not-present", undefined, { pullPolicy: "if-not-present" }, { dir: ".", outputs: [] }],
  [
    "refuses --pull-policy never",
    undefined,
    { pullPolicy: "never" },
    "--pull-policy never is not supported: cnb reads the buildpacks of package.toml from registries and paths, not from a Docker daemon",
  ],
  ["refuses an unknown --pull-policy", undefined, { pullPolicy: "often" }, "--pull-policy often is unknown"],
  [
    "refuses --buildpack-registry",
    undefined,
    { buildpackRegistry: "official" },
    "--buildpack-registry is not supported: cnb does not query an index on a Git server",
  ],
])("cnb buildpack package %s", async ([, given, flags, expected]) => {
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
])("the comma-separated option value %j is parsed as the list %j", ([text, expected]) =>
  expect(addListed(text, ["before"])).toEqual(["before", ...expected]),
);

test.for<[string, Readonly<Record<string, string>>]>([
  ["a=1", { a: "1" }],
  ["a=1,2", { a: "1,2" }],
  ["a=1,b=2", { a: "1", b: "2" }],
  ['"a=1,2",b=3', { a: "1,2", b: "3" }],
  ["a=b=c", { a: "b=c" }],
  ["a=", { a: "" }],
])("--label %j is parsed as the labels %j", ([text, expected]) => {
  expect(addLabels(text, { before: "x" })).toEqual({ before: "x", ...expected });
});

test.for(["a", "=a", "a=1,b=2,c"])('--label %j is refused with the hint "Use NAME=VALUE."', (text) => {
  expect(() => addLabels(text, {})).toThrow("Use NAME=VALUE.");
});
