import { rm, stat, symlink } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { defaultTo, override } from "../env/modification.ts";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import { readFileMap, type Tree, writeFileMap } from "../host/files/tree.ts";
import { restoredLayers } from "../host/layer-directory.ts";
import { readCompiled } from "../host/program.ts";
import { emitSboms } from "../sbom/emit.ts";
import { cycloneDx } from "../sbom/sbom.ts";
import { string, table } from "../spec/schemas/schema.ts";
import { cachedLayer, launchLayer, temporaryLayer } from "./definition.ts";
import { scriptFor } from "./exec-d.ts";
import { provideLayers } from "./provide.ts";
import type { Layers } from "./recipe.ts";

const runtime = cachedLayer("runtime", { launch: true, metadata: table({ version: string }) });
const agent = launchLayer("agent", { metadata: table({ version: string }) });
const scratch = temporaryLayer("scratch");
const version = (value: string) => ({ metadata: { version: value } });
const never = () => {
  throw new Error("create must not run");
};

/** Uses layers over what was restored, and gives all files of the layers directory afterwards. */
async function using(
  restored: Tree,
  use: (layers: Layers & { dropUntouched(): Promise<void> }, dir: string) => Promise<unknown>,
): Promise<Tree> {
  return inTemporaryDirectory(async (dir) => {
    await writeFileMap(dir, restored);
    await use(
      provideLayers({
        layersDir: dir,
        buildpackDir: import.meta.dirname,
        compiledExecD: readCompiled,
        execEnv: "production",
        restored: await restoredLayers(dir),
        emit: (sboms) => emitSboms(sboms, ["application/vnd.cyclonedx+json"]),
        onDecided() {},
        onProvided() {},
      }),
      dir,
    );
    return readFileMap(dir, { rename: (text) => text.replaceAll(dir, "<layers>") });
  });
}

const runtimeToml = `[types]\nbuild = false\nlaunch = true\ncache = true\n\n[metadata]\nversion = "22.1.0"\n`;

describe("a cached layer", () => {
  test("is created in an empty directory if no layer was restored", async () => {
    const files = await using({}, async (layers, dir) => {
      const layer = await layers.provide(runtime, {
        ...version("22.1.0"),
        create: ({ path, reason, previous }) =>
          writeFileMap(path, { "made.json": JSON.stringify({ reason, previous: previous ?? null }) }),
      });
      expect(layer).toEqual({ state: "created", name: "runtime", path: `${dir}/runtime`, reason: { kind: "absent" } });
    });
    expect(files).toEqual({
      "runtime.toml": runtimeToml,
      "runtime/made.json": `{"reason":{"kind":"absent"},"previous":null}`,
    });
  });

  test("is reused with its types, environment and SBOM written again", async () => {
    const restored = {
      "runtime.toml": `[metadata]\nversion = "22.1.0"\n`,
      "runtime.sbom.cdx.json": "old",
      "runtime.sbom.spdx.json": "old",
      "runtime/bin/node": "22.1.0",
      "runtime/env/OLD.override": "old",
      "runtime/env.launch/web/OLD.override": "old",
    };
    const files = await using(restored, async (layers, dir) => {
      const layer = await layers.provide(runtime, {
        ...version("22.1.0"),
        create: never,
        env: ({ path }) => ({ shared: { NODE_HOME: override(path) }, launch: { NODE_ENV: defaultTo("production") } }),
        sbom: () => [cycloneDx([{ name: "node", version: "22.1.0" }])],
      });
      expect(layer).toEqual({
        state: "restored",
        name: "runtime",
        path: `${dir}/runtime`,
        previous: { metadata: { version: "22.1.0" } },
      });
    });
    expect(files).toEqual({
      "runtime.toml": runtimeToml,
      "runtime.sbom.cdx.json": expect.stringContaining(`"name": "node"`),
      "runtime/bin/node": "22.1.0",
      "runtime/env/NODE_HOME.override": "<layers>/runtime",
      "runtime/env.launch/NODE_ENV.default": "production",
    });
  });

  test("gives create() access to its old contents, and loses the files that create() does not copy", async () => {
    const restored = {
      "runtime.toml": `[metadata]\nversion = "20.0.0"\n`,
      "runtime/kept": "from 20",
      "runtime/dropped": "",
    };
    const files = await using(restored, (layers) =>
      layers.provide(runtime, {
        ...version("22.1.0"),
        async create({ path, previous }) {
          const old = await readFileMap(previous?.path ?? "");
          await writeFileMap(path, { kept: old.kept ?? "", metadata: JSON.stringify(previous?.metadata) });
        },
      }),
    );
    expect(files).toEqual({
      "runtime.toml": runtimeToml,
      "runtime/kept": "from 20",
      "runtime/metadata": `{"version":"20.0.0"}`,
    });
  });

  test("is recreated with the reason that reject returns", async () => {
    const restored = { "runtime.toml": `[metadata]\nversion = "22.1.0"\n`, "runtime/broken": "" };
    await using(restored, async (layers) => {
      const layer = await layers.provide(runtime, {
        ...version("22.1.0"),
        create() {},
        reject: () => "partial-install",
      });
      expect(layer).toMatchObject({ state: "created", reason: { kind: "rejected", reason: "partial-install" } });
      if (layer.state === "created" && layer.reason.kind === "rejected") {
        const reason: "partial-install" = layer.reason.reason;
        // @ts-expect-error the words of reject are a closed union
        const other: "another" = layer.reason.reason;
        expect(reason).toBe(other);
      }
    });
  });

  test("leaves no files if create fails", async () => {
    const restored = {
      "runtime.toml": `[metadata]\nversion = "20.0.0"\n`,
      "runtime/old": "",
      "runtime.sbom.cdx.json": "{}",
    };
    const files = await using(restored, async (layers) => {
      const create = async ({ path }: { path: string }) => {
        await writeFileMap(path, { half: "made" });
        throw new Error("the disk is full");
      };
      await expect(layers.provide(runtime, { ...version("22.1.0"), create })).rejects.toThrow("the disk is full");
    });
    expect(files).toEqual({});
  });

  test("leaves no files if its environment is invalid", async () => {
    const files = await using({}, async (layers) => {
      const env = () => ({ shared: { CNB_X: override("1") } });
      await expect(layers.provide(runtime, { ...version("1"), create: never, env })).rejects.toMatchObject({
        code: "ENV_INVALID",
      });
    });
    expect(files).toEqual({});
  });
});

describe("a launch layer", () => {
  const env = (value: string) => () => ({ launch: { A: override(value) } });
  const restored = `[metadata]\nversion = "1"\n\n[metadata.libcnb.env]\n"env.launch/A.override" = "x"\n`;
  const written = `[types]\nbuild = false\nlaunch = true\ncache = false\n\n${restored}`;

  test("whose metadata is unchanged is reused from the previous image, and its contents are not restored", async () => {
    const files = await using({ "agent.toml": restored }, async (layers, dir) => {
      const layer = await layers.provide(agent, { ...version("1"), create: never, env: env("x") });
      expect(layer).toEqual({
        state: "reused",
        name: "agent",
        path: `${dir}/agent`,
        previous: { metadata: { version: "1" } },
      });
    });
    expect(files).toEqual({ "agent.toml": written });
  });

  test("is recreated if its environment changed", async () => {
    const files = await using({ "agent.toml": restored }, async (layers) => {
      const layer = await layers.provide(agent, { ...version("1"), create() {}, env: env("y") });
      expect(layer).toMatchObject({
        state: "created",
        reason: { kind: "metadata-changed", changes: [{ field: "env.launch/A.override", from: "x", to: "y" }] },
      });
    });
    expect(files).toEqual({ "agent.toml": written.replace(`"x"`, `"y"`), "agent/env.launch/A.override": "y" });
  });
});

test("a temporary layer is created in every build, for later buildpacks", async () => {
  const files = await using({ "scratch.toml": "", "scratch/old": "" }, async (layers) => {
    const layer = await layers.provide(scratch, { create: ({ path }) => writeFileMap(path, { new: "" }) });
    expect(layer).toMatchObject({ state: "created", reason: { kind: "uncached" } });
  });
  expect(files).toEqual({
    "scratch.toml": "[types]\nbuild = true\nlaunch = false\ncache = false\n",
    "scratch/new": "",
  });
});

test("restored layers that the buildpack does not provide are removed, and store.toml is kept", async () => {
  const restored = {
    "old.toml": "",
    "old/a": "",
    "old.sbom.cdx.json": "",
    "older.toml": "",
    "store.toml": "[metadata]\na = 1\n",
  };
  const files = await using(restored, async (layers) => {
    await layers.provide(scratch, { create() {} });
    await layers.dropUntouched();
  });
  expect(files).toEqual({
    "scratch.toml": "[types]\nbuild = true\nlaunch = false\ncache = false\n",
    "scratch/": "",
    "store.toml": "[metadata]\na = 1\n",
  });
});

test("a symbolic link in place of a layer is not followed", async () => {
  const restored = { "runtime.toml": `[metadata]\nversion = "1"\n`, "elsewhere/": "", runtime: "-> elsewhere" };
  const files = await using(restored, async (layers) => {
    const layer = await layers.provide(runtime, {
      ...version("1"),
      create: ({ path }) => writeFileMap(path, { a: "" }),
    });
    expect(layer).toMatchObject({ state: "created", reason: { kind: "contents-absent" } });
  });
  expect(files).toEqual({ "elsewhere/": "", "runtime.toml": runtimeToml.replace("22.1.0", "1"), "runtime/a": "" });
});

test.for<[string, (layers: Layers) => Promise<unknown>, string]>([
  [
    "a layer twice",
    (layers) => layers.provide(scratch, { create() {} }).then(() => layers.provide(scratch, { create() {} })),
    `layer "scratch" is provided twice in one build`,
  ],
  [
    "a cached layer whose directory is missing after create",
    (layers) => layers.provide(runtime, { ...version("1"), create: ({ path }) => rm(path, { recursive: true }) }),
    `the directory of the layer "runtime" no longer exists`,
  ],
  [
    "a cached layer whose directory became a symbolic link",
    (layers) =>
      layers.provide(runtime, {
        ...version("1"),
        create: ({ path }) => rm(path, { recursive: true }).then(() => symlink("/", path)),
      }),
    `the directory of the layer "runtime" no longer exists`,
  ],
  [
    "a cached layer whose directory is removed by a reject() that returns no reason",
    async (layers) => {
      const reject = ({ path }: { path: string }) => rm(path, { recursive: true }).then(() => undefined);
      await layers.provide(runtime, { ...version("restored"), create: never, reject });
    },
    `the directory of the layer "runtime" no longer exists`,
  ],
  [
    "an exec.d program that is missing in the buildpack",
    (layers) => layers.provide(scratch, { create: never, execD: () => ({ shared: { port: { file: "absent" } } }) }),
    `the exec.d program "absent" cannot be read`,
  ],
])("providing %s is refused", async ([, use, message]) => {
  const restored = { "runtime.toml": `[metadata]\nversion = "restored"\n`, "runtime/a": "" };
  await using(restored, (layers) => expect(use(layers)).rejects.toThrow(message));
});

test("TypeScript reports mistakes in layer definitions at their location", async () => {
  await using({}, async (layers) => {
    // @ts-expect-error a misspelt metadata field is a compile error
    await layers.provide(runtime, { metadata: { versoin: "1" }, create() {} });
    // @ts-expect-error a launch layer has no contents to reject
    await layers.provide(agent, { metadata: { version: "1" }, create() {}, reject: () => "x" });
    // @ts-expect-error a temporary layer has no metadata
    await layers.provide(scratch, { metadata: { version: "1" }, create() {} });
  });
});

test("read-only directories in a layer do not block the next build", async () => {
  const { chmod } = await import("node:fs/promises");
  const restored = {
    "runtime.toml": `[metadata]\nversion = "20.0.0"\n`,
    "runtime/mod/readonly": "",
    "runtime/mod/deep/readonly": "",
  };
  const files = await using(restored, async (layers, dir) => {
    for (const path of ["mod/deep", "mod"]) await chmod(`${dir}/runtime/${path}`, 0o555);
    await layers.provide(runtime, { ...version("22.1.0"), create() {} });
  });
  expect(files).toEqual({ "runtime.toml": runtimeToml, "runtime/": "" });
});

describe("the previous metadata of a layer", () => {
  test("is available before and after provide(), with the types of the schema", async () => {
    await using({ "runtime.toml": `[metadata]\nversion = "20.0.0"\n`, "runtime/a": "" }, async (layers) => {
      const before: string | undefined = layers.previous(runtime)?.metadata?.version;
      const layer = await layers.provide(runtime, { ...version("22.1.0"), create() {} });
      // @ts-expect-error metadata has the fields of the layer's schema
      const other = layer.previous?.metadata?.versoin;
      const after: string | undefined = layer.previous?.metadata?.version;
      expect([before, after, other, layer.state === "created" && layer.reason.kind]).toEqual([
        "20.0.0",
        "20.0.0",
        undefined,
        "metadata-changed",
      ]);
    });
  });

  test("is undefined if it is invalid or the layer was not restored", async () => {
    await using({ "runtime.toml": `[metadata]\nversion = 20\n` }, async (layers) => {
      const layer = await layers.provide(runtime, { ...version("22.1.0"), create() {} });
      expect([layers.previous(runtime), layers.previous(agent), layer.previous]).toEqual([
        { metadata: undefined },
        undefined,
        { metadata: undefined },
      ]);
    });
  });
});

describe("a layer for certain execution environments", () => {
  const restored = { "runtime.toml": `[metadata]\nversion = "1"\n`, "runtime/a": "", "runtime.sbom.cdx.json": "{}" };

  test("is skipped and removed in other execution environments", async () => {
    const files = await using(restored, async (layers, dir) => {
      const layer = await layers.provide(runtime, { ...version("1"), create: never, execEnv: ["test", "development"] });
      expect(layer).toEqual({ state: "skipped", name: "runtime", path: `${dir}/runtime` });
    });
    expect(files).toEqual({});
  });

  test.for([["production"], ["test", "production"], ["*"]])(
    "is provided for %j, which its metadata records",
    async (execEnv) => {
      const files = await using(restored, async (layers) => {
        const layer = await layers.provide(runtime, { ...version("1"), create: never, execEnv });
        expect(layer.state).toBe("restored");
      });
      expect(files).toEqual({
        "runtime.toml": `${runtimeToml.replace("22.1.0", "1")}exec-env = [ ${execEnv.map((each) => `"${each}"`).join(", ")} ]\n`,
        "runtime/a": "",
      });
    },
  );

  test("has the state skipped in its TypeScript type, which the type of any other layer lacks", async () => {
    await using({}, async (layers) => {
      const some = await layers.provide(scratch, { create() {}, execEnv: ["test"] });
      const all = await layers.provide(temporaryLayer("all"), { create() {} });
      const skipped = some.state === "skipped";
      // @ts-expect-error a layer for all is never skipped
      const never = all.state === "skipped";
      expect([skipped, never]).toEqual([true, false]);
    });
  });
});

describe("exec.d programs of a layer", () => {
  const execD = ({ path }: { path: string }) => ({
    shared: { memory: scriptFor(`${path}/bin/node`, "measure()"), cpus: { file: "provide.test.ts" } },
    process: { web: { port: "#!/bin/sh\necho 'PORT = \"1\"' >&3" } },
  });

  test("are written in every build, numbered and executable", async () => {
    const restored = { "runtime.toml": `[metadata]\nversion = "1"\n`, "runtime/exec.d/00-old": "", "runtime/a": "" };
    await using(restored, async (layers, dir) => {
      const script = execD({ path: "/x" }).process.web.port;
      const programs = () => ({ shared: { z: script, a: script }, process: { web: { port: script } } });
      const layer = await layers.provide(runtime, { ...version("1"), create: never, execD: programs });
      const files = ["exec.d/00-z", "exec.d/01-a", "exec.d/web/00-port"];
      expect(Object.keys(await readFileMap(layer.path))).toEqual(["a", ...files]);
      for (const file of files) expect((await stat(`${dir}/runtime/${file}`)).mode & 0o777).toBe(0o755);
    });
  });

  test("are refused before create runs if they are not executable", async () => {
    const files = await using({}, async (layers) => {
      await expect(layers.provide(runtime, { ...version("1"), create: never, execD })).rejects.toMatchObject({
        code: "EXEC_D_INVALID",
        message: "exec.d/01-cpus is neither a script nor an executable",
      });
    });
    expect(files).toEqual({});
  });

  test("are recorded by digest in a launch layer's metadata, so the layer is reused without its contents", async () => {
    const recipe = { ...version("1"), execD: () => ({ shared: { a: "#!/bin/sh\n" } }) };
    const first = await using({}, (layers) => layers.provide(agent, { ...recipe, create() {} }));
    const toml = String(first["agent.toml"]);
    expect(toml).toContain(`"exec.d/00-a" = "sha256:`);
    const metadata = { "agent.toml": toml.slice(toml.indexOf("[metadata]")) };
    expect(await using(metadata, (layers) => layers.provide(agent, { ...recipe, create: never }))).toEqual({
      "agent.toml": toml,
    });
    await using(metadata, async (layers) => {
      const layer = await layers.provide(agent, { ...version("1"), create() {} });
      expect(layer).toMatchObject({ state: "created", reason: { kind: "metadata-changed" } });
    });
  });
});
