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
  ["nothing", undefined, {}, { dir: ".", outputs: [] }],
  ["a folder", "web", {}, { dir: "web", outputs: [] }],
  ["a folder that is not there", "wbe", {}, { dir: "wbe", outputs: [] }],
  ["a folder and a name", "web", { output: ["x.cnb"] }, { dir: "web", outputs: ["x.cnb"] }],
  ["a folder and a format", "web", { format: "dir" }, { dir: "web", outputs: [] }],
  ["pack's name of a file", "x.cnb", { format: "file", path: "web" }, { dir: "web", outputs: ["x.cnb"] }],
  [
    "pack's name of a file with a package.toml",
    "x",
    { format: "file", config: "package.toml" },
    { dir: ".", outputs: ["x"] },
  ],
  ["pack's name that is a folder as well", "web", { format: "file", path: "." }, { dir: ".", outputs: ["web"] }],
  ["pack's name of an image", "h:5000/web", { publish: true }, { dir: ".", outputs: ["h:5000/web"] }],
  ["an image by --output", "web", { publish: true, output: ["h:5000/web"] }, { dir: "web", outputs: ["h:5000/web"] }],
  ["another transport", "docker-daemon:web", { path: "web" }, { dir: "web", outputs: ["docker-daemon:web"] }],
  [
    "an image without --publish",
    "acme/web",
    { path: "web" },
    "acme/web is not an existing directory; pack would write an image of this name to a Docker daemon",
  ],
  ["--publish without a name", "web", { publish: true }, "--publish needs an image name"],
  [
    "--publish of a file",
    "x.cnb",
    { publish: true, path: "web" },
    "--publish writes to a registry, but x.cnb is not an image name",
  ],
  [
    "--publish and a format",
    "h:5000/web",
    { publish: true, format: "file" },
    "--publish writes an image, but --format file does not",
  ],
  ["--path and --config", "x.cnb", { path: "web", config: "p.toml" }, "--config and --path cannot be used together"],
  ["a policy that has no meaning here", undefined, { pullPolicy: "if-not-present" }, { dir: ".", outputs: [] }],
  [
    "a policy that needs a daemon",
    undefined,
    { pullPolicy: "never" },
    "--pull-policy never is not supported: cnb reads members from the registry or path in package.toml, not from a Docker daemon",
  ],
  ["an unknown policy", undefined, { pullPolicy: "often" }, "--pull-policy often is unknown"],
  [
    "a buildpack registry",
    undefined,
    { buildpackRegistry: "official" },
    "--buildpack-registry is not supported: cnb does not query an index on a Git server",
  ],
])("package output names: %s", async ([, given, flags, expected]) => {
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
])("%j is parsed as a list", ([text, expected]) =>
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
])("%j is parsed as labels", ([text, expected]) => {
  if (typeof expected === "string") expect(() => addLabels(text, {})).toThrow(expected);
  else expect(addLabels(text, { before: "x" })).toEqual({ before: "x", ...expected });
});
