import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineBuildpack, pass, readProject } from "libcnb";
import { parseProjectToml } from "libcnb/spec";
import { build, type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { expectEach } from "../support/conformance/case-table.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import type { Files } from "../support/lifecycle/lifecycle-binaries.ts";
import { type LifecycleRunner, lifecycleRunner } from "../support/lifecycle/lifecycle-run.ts";

let lifecycle: LifecycleRunner;
/** Of the user: read from outside the platform directory. */
let outside: string;

beforeAll(async () => {
  lifecycle = await lifecycleRunner();
  outside = await mkdtemp(join(tmpdir(), "platform-"));
  await chmod(outside, 0o755);
});
afterAll(async () => {
  await lifecycle?.remove();
  if (outside !== undefined) await rm(outside, { recursive: true });
});

row(
  91,
  "The user's variables are the files in `<platform>/env`, including links to files but not directories; `platform.env` contains them even with `clear-env`",
  ["lifecycle", "framework", "test kit"],
  async () => {
    const platform = {
      "env/PLAIN": "a value",
      "env/BYTES": ` "é"\n$HOME\\ \n`,
      "env/EMPTY": "",
      "env/with.suffix": "kept",
      "env/LINK": "-> ../secrets/link",
      "env/KUBERNETES": "-> ..data/KUBERNETES",
      "env/..data": "-> ..2026",
      "env/..2026/KUBERNETES": "mounted",
      "env/directory/INSIDE": "passed over",
      "secrets/link": "followed",
    };
    const expected = {
      PLAIN: "a value",
      BYTES: ` "é"\n$HOME\\ \n`,
      EMPTY: "",
      "with.suffix": "kept",
      LINK: "followed",
      KUBERNETES: "mounted",
    };
    const written: Written = ({ defineBuildpack, pass }, report) =>
      defineBuildpack({
        detect({ env, platform }) {
          const ours = "PLAIN BYTES EMPTY with.suffix LINK KUBERNETES ..data ..2026 directory".split(" ");
          const known = (all: Readonly<Record<string, string | undefined>>) =>
            Object.fromEntries(ours.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
          report({ platform: platform.env, ofLifecycle: known(process.env), env: known(env) });
          return pass();
        },
        build() {},
      });
    const buildpacks = { open: { written }, closed: { toml: "clear-env = true\n", written } };
    const { exitCode, reported } = await lifecycle.detect({ buildpacks, platform });
    expect({ exitCode, reported }).toEqual({
      exitCode: 0,
      reported: {
        open: [{ platform: expected, ofLifecycle: expected, env: expected }],
        closed: [{ platform: expected, ofLifecycle: {}, env: {} }],
      },
    });
    for (const clearEnv of [false, true]) {
      const seen: unknown[] = [];
      const buildpack = defineBuildpack({
        detect: () => pass(),
        build: ({ env, platform }) => void seen.push({ PLAIN: env.PLAIN, platform: platform.env }),
      });
      await build(buildpack, { env: expected, buildpack: { clearEnv } });
      expect(seen).toEqual([{ PLAIN: clearEnv ? undefined : "a value", platform: expected }]);
    }
  },
);

/** Tells all bindings with all their entries. */
const listing: Written = ({ defineBuildpack, pass }, report) =>
  defineBuildpack({
    async detect({ bindings }) {
      const all = await bindings.all();
      report(
        all.map((binding) => ({
          name: binding.name,
          type: binding.type,
          provider: binding.provider,
          entries: Object.fromEntries(binding.keys.map((key) => [key, binding.text(key)])),
        })),
      );
      return pass();
    },
    build() {},
  });

/** The bindings that a buildpack sees, or how it failed. */
async function bindingsWith(platform: Files, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { exitCode, output, reported } = await lifecycle.detect({
    buildpacks: { a: { written: listing } },
    platform,
    env,
  });
  return exitCode === 0 ? reported.a?.[0] : /^ERROR: .*$/m.exec(output)?.[0];
}

row(
  92,
  "A binding is a directory with the file `type`, optionally `provider`, and its entries; the deprecated form with `metadata` and `secret` is supported",
  ["lifecycle", "test kit"],
  async () => {
    const db = { name: "db", type: "postgresql", provider: "aws", entries: { password: "p w", uri: "postgres://x" } };
    await expectEach<Files, unknown>(
      {
        "a platform without bindings gives an empty list": [{}, []],
        "a binding can consist of files": [
          { "db/type": "postgresql\n", "db/provider": "aws", "db/uri": "postgres://x", "db/password": "p w" },
          [db],
        ],
        "a binding can be a volume of Kubernetes": [
          {
            "db/..2026/type": "postgresql",
            "db/..2026/provider": "aws",
            "db/..2026/uri": "postgres://x",
            "db/..2026/password": "p w",
            "db/..data": "-> ..2026",
            "db/type": "-> ..data/type",
            "db/provider": "-> ..data/provider",
            "db/uri": "-> ..data/uri",
            "db/password": "-> ..data/password",
          },
          [db],
        ],
        "a binding can have the deprecated form": [
          {
            "db/metadata/kind": "postgresql",
            "db/metadata/provider": "aws",
            "db/secret/uri": "postgres://x",
            "db/secret/password": "p w",
          },
          [db],
        ],
        "several bindings are sorted by name": [
          { "b/type": "x", "a/type": "y", "a/metadata.json": "{}", ".hidden/type": "z", file: "" },
          [
            { name: "a", type: "y", entries: { "metadata.json": "{}" } },
            { name: "b", type: "x", entries: {} },
          ],
        ],
        "a binding without a type is an error": [
          { "db/uri": "x" },
          expect.stringMatching(/^ERROR: the binding "db" .* has no type/),
        ],
      },
      (files) =>
        bindingsWith(Object.fromEntries(Object.entries(files).map(([path, text]) => [`bindings/${path}`, text]))),
    );
    const seen: unknown[] = [];
    const buildpack = defineBuildpack({
      detect: () => pass(),
      async build({ bindings }) {
        const found = await bindings.find({ type: "PostgreSQL" });
        seen.push([found?.name, found?.provider, found?.text("uri")]);
      },
    });
    await build(buildpack, { bindings: { db: { type: "postgresql", provider: "aws", uri: "postgres://x" } } });
    expect(seen).toEqual([["db", "aws", "postgres://x"]]);
  },
);

row(
  93,
  "Bindings come from SERVICE_BINDING_ROOT, VCAP_SERVICES, VCAP_SERVICES_FILE_PATH or `<platform>/bindings`, in this order; the variables apply if the user sets them for the build",
  ["lifecycle", "framework"],
  async () => {
    const vcap = (name: string) => JSON.stringify({ label: [{ name, credentials: { uri: "x" } }] });
    await writeFiles(outside, { "root/of-root/type": "t", "vcap.json": vcap("of-file") });
    const root = join(outside, "root");
    const bindings = { "bindings/of-platform/type": "t" };
    const file = { "env/VCAP_SERVICES_FILE_PATH": join(outside, "vcap.json") };
    const text = { "env/VCAP_SERVICES": vcap("of-text") };
    const directory = { "env/SERVICE_BINDING_ROOT": root };
    const names = async (platform: Files, env?: Readonly<Record<string, string>>) => {
      const found = await bindingsWith(platform, env);
      return Array.isArray(found) ? found.map(({ name }) => name) : found;
    };
    await expectEach<Files, unknown>(
      {
        "SERVICE_BINDING_ROOT is used if all four locations are set": [
          { ...bindings, ...file, ...text, ...directory },
          ["of-root"],
        ],
        "VCAP_SERVICES is used if SERVICE_BINDING_ROOT is not set": [{ ...bindings, ...file, ...text }, ["of-text"]],
        "VCAP_SERVICES_FILE_PATH is used if neither SERVICE_BINDING_ROOT nor VCAP_SERVICES is set": [
          { ...bindings, ...file },
          ["of-file"],
        ],
        "the platform directory is used if no variable is set": [bindings, ["of-platform"]],
        "the platform directory is used if SERVICE_BINDING_ROOT names a missing directory": [
          { ...bindings, "env/SERVICE_BINDING_ROOT": join(outside, "nowhere") },
          ["of-platform"],
        ],
        "the platform directory is used if SERVICE_BINDING_ROOT is empty": [
          { ...bindings, "env/SERVICE_BINDING_ROOT": "" },
          ["of-platform"],
        ],
        "a relative path in SERVICE_BINDING_ROOT is an error": [
          { ...bindings, "env/SERVICE_BINDING_ROOT": "root" },
          "ERROR: cannot read the service bindings of SERVICE_BINDING_ROOT (BINDING_INVALID)",
        ],
        "the list of bindings is empty if no location has bindings": [{}, []],
      },
      (platform) => names(platform),
    );
    // the lifecycle lets none of the container's variables through
    const container = { SERVICE_BINDING_ROOT: root, VCAP_SERVICES: vcap("of-container") };
    expect(await names(bindings, container)).toEqual(["of-platform"]);
  },
);

/** The content of the file, or the error about it. */
function project(text: string): unknown {
  try {
    const { tables, ...read } = parseProjectToml(text, "project.toml");
    return read;
  } catch (error) {
    return String((error as Error).cause);
  }
}

row(
  94,
  "A buildpack can read the app's own data and the settings for the platform from project.toml with schema 0.1 and 0.2",
  ["framework", "test kit"],
  async () => {
    const text = `[_]
schema-version = "0.2"
id = "com.example.shop"
name = "Shop"
version = "1.2"
authors = ["Ada"]
documentation-url = "https://example.com/docs"
source-url = "https://example.com/source"
licenses = [{ type = "MIT" }]
metadata = { team = "web" }
[io.buildpacks]
builder = "example/builder"
include = ["src/"]
group = [{ id = "example/node", version = "1.0.0" }]
pre.group = [{ uri = "docker://example/first" }]
post.group = [{ id = "example/inline", script = { api = "0.10", inline = "echo hi" } }]
build.env = [{ name = "BP_KEEP", value = "true" }]
[com.example]
own = 1
`;
    const member = { id: undefined, version: undefined, uri: undefined, script: undefined, execEnv: [] };
    const script = { api: "0.10", inline: "echo hi", shell: "/bin/sh" };
    const expected = {
      schemaVersion: "0.2",
      id: "com.example.shop",
      name: "Shop",
      version: "1.2",
      authors: ["Ada"],
      documentationUrl: "https://example.com/docs",
      sourceUrl: "https://example.com/source",
      licenses: [{ type: "MIT" }],
      metadata: { team: "web" },
      build: {
        builder: "example/builder",
        include: ["src/"],
        exclude: undefined,
        group: [{ ...member, id: "example/node", version: "1.0.0" }],
        pre: [{ ...member, uri: "docker://example/first" }],
        post: [{ ...member, id: "example/inline", script }],
        env: [{ name: "BP_KEEP", value: "true", execEnv: [] }],
      },
    };
    expect(project(text)).toEqual(expected);
    const old = `[project]\nname = "Shop"\n[metadata]\nteam = "web"\n[build]\nexclude = ["*.md"]\n[[build.buildpacks]]\nuri = "a.tgz"\n[[build.env]]\nname = "A"\nvalue = ""\n`;
    expect(project(old)).toMatchObject({
      schemaVersion: "0.1",
      name: "Shop",
      metadata: { team: "web" },
      build: { exclude: ["*.md"], group: [{ ...member, uri: "a.tgz" }], env: [{ name: "A", value: "", execEnv: [] }] },
    });
    await expectEach<string, unknown>(
      {
        "include together with exclude is refused": [
          `[_]\n[io.buildpacks]\ninclude = ["a"]\nexclude = ["b"]\n`,
          "io.buildpacks.exclude: cannot be combined with include",
        ],
        "a licence that has neither type nor uri is refused": [
          `[_]\nlicenses = [{}]\n`,
          "_.licenses[0]: has neither type nor uri",
        ],
        "a buildpack that has neither id nor uri is refused": [
          `[_]\n[[io.buildpacks.group]]\nversion = "1"\n`,
          "io.buildpacks.group[0]: has neither id nor uri",
        ],
        "a URI together with a version is refused": [
          `[_]\n[[io.buildpacks.pre.group]]\nuri = "a"\nversion = "1"\n`,
          "io.buildpacks.pre.group[0]: has both uri and version",
        ],
        "an unknown schema version is refused": [
          `[_]\nschema-version = "9"\n`,
          `_.schema-version: expected one of "0.1", "0.2", "0.3", got "9"`,
        ],
      },
      project,
    );
    const apps: readonly (readonly [FileMap, unknown])[] = [
      [{ "project.toml": text }, { ...expected, tables: expect.objectContaining({ com: { example: { own: 1 } } }) }],
      [{}, undefined],
    ];
    for (const [app, read] of apps) {
      const seen: unknown[] = [];
      const buildpack = defineBuildpack({
        detect: () => pass(),
        build: async (context) => void seen.push(await readProject(context.app)),
      });
      await build(buildpack, { app });
      expect(seen).toEqual([read]);
    }
  },
);
