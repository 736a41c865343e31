import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addLabels, addListed } from "./listed-values.ts";
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
  ["an image without --publish", "acme/web", { path: "web" }, "pack would write acme/web into a Docker daemon"],
  ["--publish without a name", "web", { publish: true }, "--publish needs the name of the image"],
  [
    "--publish of a file",
    "x.cnb",
    { publish: true, path: "web" },
    "--publish writes to a registry, and x.cnb is no name there",
  ],
  [
    "--publish and a format",
    "h:5000/web",
    { publish: true, format: "file" },
    "--publish writes an image, and --format file does not",
  ],
  ["--path and --config", "x.cnb", { path: "web", config: "p.toml" }, "--config and --path cannot be used together"],
  ["a policy that has no meaning here", undefined, { pullPolicy: "if-not-present" }, { dir: ".", outputs: [] }],
  [
    "a policy that needs a daemon",
    undefined,
    { pullPolicy: "never" },
    "--pull-policy never cannot be kept: there is no Docker daemon that holds images, members are read where package.toml says",
  ],
  ["an unknown policy", undefined, { pullPolicy: "often" }, "--pull-policy often is unknown"],
  [
    "a buildpack registry",
    undefined,
    { buildpackRegistry: "official" },
    "--buildpack-registry is not supported: it names an index on a Git server, which cnb does not ask",
  ],
])("%s", async ([, given, flags, expected]) => {
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
])("%j is a list", ([text, expected]) => expect(addListed(text, ["before"])).toEqual(["before", ...expected]));

test.for<[string, Readonly<Record<string, string>> | string]>([
  ["a=1", { a: "1" }],
  ["a=1,2", { a: "1,2" }],
  ["a=1,b=2", { a: "1", b: "2" }],
  ['"a=1,2",b=3', { a: "1,2", b: "3" }],
  ["a=b=c", { a: "b=c" }],
  ["a=", { a: "" }],
  ["a", "It is not NAME=VALUE."],
  ["=a", "It is not NAME=VALUE."],
  ["a=1,b=2,c", "It is not NAME=VALUE."],
])("%j is labels", ([text, expected]) => {
  if (typeof expected === "string") expect(() => addLabels(text, {})).toThrow(expected);
  else expect(addLabels(text, { before: "x" })).toEqual({ before: "x", ...expected });
});
