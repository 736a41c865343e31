import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  anyTable,
  type BuildContext,
  cachedLayer,
  component,
  cycloneDx,
  defineBuildpack,
  launchLayer,
  override,
  pass,
  string,
  type Table,
  table,
  temporaryLayer,
} from "libcnb";
import { build, buildFailure, type FileMap, rebuild } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { row } from "../support/conformance.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle-binaries.ts";
import { officialPlatform } from "../support/official-platform.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

const buildpack = (work: (context: BuildContext) => Promise<unknown>) =>
  defineBuildpack({
    detect: () => pass(),
    async build(context) {
      await work(context);
    },
  });

const version = table({ version: string });
const put =
  (text = "x") =>
  ({ path }: { readonly path: string }) =>
    writeFile(join(path, "file"), text);

/** A buildpack without the framework: what it may write, the lifecycle tells. */
const script = (lines: string) => ({ "bin/build": `#!/bin/sh\nset -e\ncd "$CNB_LAYERS_DIR"\n${lines}\n` });

const paths = (files: FileMap | undefined) => Object.keys(files ?? {});
const sha = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
const lineWith = (text: string, word: string) => text.split("\n").find((line) => line.includes(word));

row(
  27,
  "A layer is a directory with its metadata file beside it, whose types are false unless they are set; a directory without one is no layer",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const one = buildpack(async ({ layers }) => {
      await layers.provide(temporaryLayer("temporary", { launch: true }), { create: put() });
      await layers.provide(launchLayer("agent", { metadata: version }), { metadata: { version: "1" }, create: put() });
      const everything = cachedLayer("everything", { build: true, launch: true, metadata: version });
      await layers.provide(everything, { metadata: { version: "1" }, create: put() });
      await writeFile(join(layers.dir, "loose"), "");
    });
    const { buildpacks } = await (await platform.build({ buildpacks: { one } })).export();
    expect(buildpacks.one?.layers).toEqual({
      temporary: { sha, data: null, build: true, launch: true, cache: false },
      agent: { sha, data: { version: "1" }, build: false, launch: true, cache: false },
      everything: { sha, data: { version: "1" }, build: true, launch: true, cache: true },
    });
    for (const [toml, expected] of [
      [
        "[types]\\nlaunch = true\\n",
        { exitCode: 0, layers: { x: { sha, data: null, build: false, launch: true, cache: false } } },
      ],
      ["", { exitCode: 0, layers: {} }],
      ["<none>", { exitCode: 0, layers: {} }],
      ["launch = true\\n", { exitCode: 52, layers: {} }],
    ] as const) {
      const lines = toml === "<none>" ? "mkdir x" : `mkdir x; printf '${toml}' > x.toml`;
      const build = await platform.build({ buildpacks: { two: script(lines) }, left: [] });
      const image = build.exitCode === 0 ? await build.export() : undefined;
      expect([toml, { exitCode: build.exitCode, layers: image?.buildpacks.two?.layers ?? {} }]).toEqual([
        toml,
        expected,
      ]);
    }
  },
);

row(
  28,
  "A launch layer is in the image at the path it had in the build, its metadata in a label with the digest of its contents",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const one = buildpack(async ({ layers }) => {
      await layers.provide(launchLayer("agent", { metadata: version }), { metadata: { version: "1" }, create: put() });
      await layers.provide(cachedLayer("cached", { metadata: version }), { metadata: { version: "1" }, create: put() });
    });
    const { image, buildpacks, contents } = await (await platform.build({ buildpacks: { one } })).export();
    const by = "Layer: 'agent', Created by buildpack: one@1.0.0";
    expect(Object.entries(await contents()).filter(([maker]) => maker.startsWith("Layer:"))).toEqual([
      [by, ["/layers/one/agent/file"]],
    ]);
    const index = (image.config.history ?? []).findIndex(({ created_by }) => created_by === by);
    const agent = {
      sha: image.layers[index]?.diffId,
      data: { version: "1" },
      build: false,
      launch: true,
      cache: false,
    };
    expect(buildpacks.one?.layers).toEqual({ agent });
  },
);

const told = (name: string) => `env | grep -e '^PATH=' -e '^ONE=' -e '^TWO=' | sort > ${name}`;

row(
  29,
  "A build layer changes the environment of later buildpacks only; the one that provides it is not started with it",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const one = buildpack(async ({ layers }) => {
      const create = ({ path }: { readonly path: string }) => mkdir(join(path, "bin"));
      const env = () => ({ shared: { ONE: override("build") } });
      await layers.provide(temporaryLayer("for-build"), { create, env });
      await layers.provide(temporaryLayer("for-launch", { build: false, launch: true }), {
        create,
        env: () => ({ shared: { TWO: override("launch") } }),
      });
    });
    const layer = "mkdir -p x/env; printf own > x/env/TWO; printf '[types]\\nbuild = true\\n' > x.toml";
    const two = script(`${told("before")}; ${layer}; ${told("after")}`);
    const { layers } = await platform.build({ buildpacks: { one, two, three: script(told("seen")) } });
    const path = "PATH=<layers>/one/for-build/bin:/usr/bin:/bin";
    expect(["two/before", "two/after", "three/seen"].map((file) => layers[file])).toEqual([
      `ONE=build\n${path}\n`,
      `ONE=build\n${path}\n`,
      `ONE=build\n${path}\nTWO=own\n`,
    ]);
  },
);

row(
  30,
  "A cache layer comes back in the next build, its contents with its metadata or neither",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const states: string[] = [];
    const one = buildpack(async ({ layers }) => {
      for (const launch of [false, true]) {
        const layer = cachedLayer(launch ? "both" : "cached", { launch, metadata: version });
        const recipe = { metadata: { version: "1" }, create: put() };
        states.push((await layers.provide(layer, recipe)).state);
      }
    });
    const restored: string[][] = [];
    for (const left of [[], ["image", "cache"], ["image"], ["cache"]] as const) {
      if (left.length === 1) await (await platform.build({ buildpacks: { one } })).export();
      const next = await platform.build({ buildpacks: { one }, left });
      restored.push(paths(next.restored));
      await next.export();
    }
    const whole = ["one/both.toml", "one/both/file", "one/cached.toml", "one/cached/file"];
    expect(restored).toEqual([[], whole, [], whole]);
    const [made, kept] = [
      ["created", "created"],
      ["restored", "restored"],
    ];
    expect(states).toEqual([made, kept, kept, made, kept, kept].flat());
  },
);

row(
  31,
  "A layer with no type is set aside when its buildpack is done: neither later buildpacks nor the image nor the next build have it",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const one = buildpack(async ({ layers }) => {
      const env = () => ({ shared: { ONE: override("scratch") } });
      await layers.provide(temporaryLayer("scratch", { build: false }), { create: put(), env });
    });
    const given = { buildpacks: { one, two: script(told("seen")) } };
    const { layers, export: toImage } = await platform.build(given);
    expect(layers).toEqual({
      "one/scratch.ignore/env/ONE.override": "scratch",
      "one/scratch.ignore/file": "x",
      "one/scratch.toml": "[types]\nbuild = false\nlaunch = false\ncache = false\n",
      "two/seen": "PATH=/usr/bin:/bin\n",
    });
    const { buildpacks, contents } = await toImage();
    expect([buildpacks.one?.layers, Object.values(await contents()).flat()]).toEqual([
      {},
      expect.not.arrayContaining([expect.stringContaining("scratch")]),
    ]);
    expect((await platform.build(given)).restored).toEqual({});
  },
);

row(
  32,
  "A restored layer has no types: it is kept only if the build provides it again, and what no build provides is dropped with metadata and SBOM",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const sbom = () => [cycloneDx([component({ name: "left-pad", version: "1.3.0" })])];
    const provide = (...names: string[]) =>
      buildpack(async ({ layers }) => {
        for (const name of names) {
          const layer = cachedLayer(name, { launch: true, metadata: version });
          await layers.provide(layer, { metadata: { version: "1" }, create: put(), sbom });
        }
      });
    await (await platform.build({ buildpacks: { one: provide("a", "b") } })).export();
    const second = await platform.build({ buildpacks: { one: provide("a") } });
    expect(second.restored["one/b.toml"]).toBe('[metadata]\n  version = "1"\n');
    expect(paths(second.restored)).toEqual(
      ["a.sbom.cdx.json", "a.toml", "a/file", "b.sbom.cdx.json", "b.toml", "b/file"].map((path) => `one/${path}`),
    );
    expect(paths(second.layers)).toEqual(["one/a.sbom.cdx.json", "one/a.toml", "one/a/file"]);
    expect(Object.keys((await second.export()).buildpacks.one?.layers ?? {})).toEqual(["a"]);
    // what is left as it was restored, without types, the lifecycle does not keep either
    const third = await platform.build({ buildpacks: { one: script("test -e a/file") } });
    expect([third.exitCode, paths(third.layers)]).toEqual([
      0,
      ["one/a.ignore/file", "one/a.sbom.cdx.json", "one/a.toml"],
    ]);
    expect((await third.export()).buildpacks.one?.layers).toEqual({});
  },
);

row(
  33,
  "A launch layer without directory is taken from the previous image, with the metadata and SBOM of this build; without that image it is made again",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const agent = (library: string) =>
      buildpack(async ({ layers }) => {
        const sbom = () => [cycloneDx([component({ name: library, version: "1" })])];
        const layer = launchLayer("agent", { metadata: version });
        const env = () => ({ launch: { AGENT: override("on") } });
        await layers.provide(layer, { metadata: { version: "1" }, create: put(library), sbom, env });
      });
    const first = await (await platform.build({ buildpacks: { one: agent("old") } })).export();
    const second = await platform.build({ buildpacks: { one: agent("new") } });
    expect(paths(second.restored)).toEqual(["one/agent.sbom.cdx.json", "one/agent.toml"]);
    expect(paths(second.layers)).toEqual(["one/agent.sbom.cdx.json", "one/agent.toml"]);
    const reused = await second.export();
    expect([lineWith(reused.output, "one:agent"), reused.buildpacks]).toEqual([
      "Reusing layer 'one:agent'",
      first.buildpacks,
    ]);
    const { restored } = await platform.build({ buildpacks: { one: agent("newest") } });
    expect(JSON.parse(String(restored["one/agent.sbom.cdx.json"])).components).toMatchObject([{ name: "new" }]);

    const { layers, export: toImage } = await platform.build({ buildpacks: { one: agent("other") }, left: [] });
    expect(layers["one/agent/file"]).toBe("other");
    expect(lineWith((await toImage()).output, "one:agent")).toBe("Adding layer 'one:agent'");
    const careless = { one: script("printf '[types]\\nlaunch = true\\n' > agent.toml") };
    const refused = await (await platform.build({ buildpacks: careless, left: [] })).export();
    expect([refused.exitCode, lineWith(refused.output, "ERROR")]).toEqual([
      62,
      "ERROR: failed to export: cannot reuse 'one:agent', previous image has no metadata for layer 'one:agent'",
    ]);
  },
);

row(
  34,
  "A cached layer always has a directory: the lifecycle exports or caches none without, and the framework lets none be made",
  ["lifecycle", "test kit"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const results: unknown[] = [];
    for (const types of ["launch = true\\ncache = true", "cache = true", "build = true"]) {
      const one = script(`printf '[types]\\n${types}\\n' > a.toml`);
      const { exitCode, output } = await (await platform.build({ buildpacks: { one }, left: [] })).export();
      results.push([exitCode, lineWith(output, "one:a")]);
    }
    expect(results).toEqual([
      [62, "ERROR: failed to export: layer 'one:a' is cache=true but has no contents"],
      [0, "Warning: Failed to cache layer 'one:a' because it has no contents"],
      [0, undefined],
    ]);
    for (const launch of [true, false]) {
      const layer = cachedLayer("a", { launch, metadata: version });
      const create = ({ path }: { readonly path: string }) => rm(path, { recursive: true });
      const one = buildpack(({ layers }) => layers.provide(layer, { metadata: { version: "1" }, create }));
      expect(await buildFailure(one)).toMatchObject({ error: { code: "LAYER_INVALID" }, exitCode: 1, layers: {} });
    }
  },
);

row(
  35,
  "Cache layers come back with contents, metadata and SBOM, those for launch alone without contents, others at most by a stray SBOM",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const sbom = () => [cycloneDx([component({ name: "left-pad", version: "1.3.0" })])];
    const combinations = [0, 1, 2, 3].map((bits) => ({ build: bits >= 2, launch: bits % 2 === 1 }));
    const named = ({ build, launch }: { build: boolean; launch: boolean }, rest: string) =>
      `${build ? "b" : ""}${launch ? "l" : ""}${rest}`;
    const one = buildpack(async ({ layers }) => {
      for (const types of combinations) {
        const cached = cachedLayer(named(types, "c"), { ...types, metadata: version });
        await layers.provide(cached, { metadata: { version: "1" }, create: put(), sbom });
        await layers.provide(temporaryLayer(named(types, "-"), types), { create: put(), sbom });
      }
      await layers.provide(launchLayer("l", { metadata: version }), {
        metadata: { version: "1" },
        create: put(),
        sbom,
      });
    });
    await (await platform.build({ buildpacks: { one } })).export();
    const { restored } = await platform.build({ buildpacks: { one } });
    const whole = ["bc", "blc", "c", "lc"].flatMap((name) => [`${name}.sbom.cdx.json`, `${name}.toml`, `${name}/file`]);
    const alone = ["l", "l-"].flatMap((name) => [`${name}.sbom.cdx.json`, `${name}.toml`]);
    expect(paths(restored).toSorted()).toEqual(
      [...whole, ...alone, "bl-.sbom.cdx.json"].map((path) => `one/${path}`).toSorted(),
    );
  },
);

row(
  36,
  "A layer of image and cache comes back only while both have the same contents; else it is made anew, whatever its metadata",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const states: unknown[] = [];
    const one = (contents: string) =>
      buildpack(async ({ layers }) => {
        const layer = cachedLayer("a", { launch: true, metadata: version });
        const provided = await layers.provide(layer, { metadata: { version: "1" }, create: put(contents) });
        states.push(provided.state === "created" ? provided.reason : provided.state);
      });
    const restored: string[][] = [];
    // one image, but each of two machines has its cache
    for (const [contents, cache] of [
      ["first", "ours"],
      ["second", "theirs"],
      ["third", "ours"],
      ["fourth", "ours"],
    ] as const) {
      const build = await platform.build({ buildpacks: { one: one(contents) }, cache });
      restored.push(paths(build.restored));
      await build.export();
    }
    expect(restored).toEqual([[], [], [], ["one/a.toml", "one/a/file"]]);
    expect(states).toEqual([{ kind: "absent" }, { kind: "absent" }, { kind: "absent" }, "restored"]);
  },
);

row(
  37,
  "Metadata comes back by way of JSON: integers as floats, dates as text, sorted; it is compared in that form, and what JSON would lose is refused",
  ["lifecycle", "test kit"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const states: string[] = [];
    const metadata = {
      text: 'é\n"',
      count: 1,
      float: 1.5,
      large: 2 ** 40,
      flag: true,
      day: new Date("1979-05-27T07:32:00Z"),
      list: ["b", "a"],
      table: { z: 1, a: [{ x: 1 }] },
    };
    const one = buildpack(async ({ layers }) => {
      const layer = cachedLayer("a", { launch: true, metadata: anyTable });
      states.push((await layers.provide(layer, { metadata, create: put() })).state);
    });
    await (await platform.build({ buildpacks: { one } })).export();
    const { restored, outcomes } = await platform.build({ buildpacks: { one } });
    expect(restored["one/a.toml"]).toBe(`[metadata]
  count = 1.0
  day = "1979-05-27T07:32:00.000Z"
  flag = true
  float = 1.5
  large = 1099511627776.0
  list = ["b", "a"]
  text = "é\\n\\""
  [metadata.table]
    z = 1.0

    [[metadata.table.a]]
      x = 1.0
`);
    expect([states, outcomes.one?.log]).toEqual([["created", "restored"], []]);

    const raw = script("mkdir b; printf '[types]\\ncache = true\\n[metadata]\\nn = 9007199254740993\\n' > b.toml");
    await (await platform.build({ buildpacks: { one: raw }, left: [] })).export();
    const lost = await platform.build({ buildpacks: { one: raw } });
    expect(lost.restored["one/b.toml"]).toBe("[metadata]\n  n = 9007199254740992.0\n");
    const layer = cachedLayer("b", { metadata: anyTable });
    const refused = buildpack(({ layers }) =>
      layers.provide(layer, { metadata: { n: 9007199254740993n }, create: put() }),
    );
    expect((await buildFailure(refused)).error).toMatchObject({ code: "LAYER_INVALID" });
  },
);

row(
  38,
  "A layer can be for some execution environments, which its metadata records; in another it is skipped, and dropped if it was restored",
  ["lifecycle", "test kit"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const one = buildpack(async ({ layers, log }) => {
      const layer = cachedLayer("browsers", { launch: true, metadata: version });
      const recipe = { metadata: { version: "1" }, create: put(), execEnv: ["test", "development"] };
      log.info((await layers.provide(layer, recipe)).state);
    });
    const found: unknown[] = [];
    for (const execEnv of ["test", "development", "production", "test"]) {
      const { restored, outcomes, layers, export: toImage } = await platform.build({ buildpacks: { one }, execEnv });
      const { buildpacks } = await toImage();
      const exported = Object.keys(buildpacks.one?.layers ?? {});
      found.push([restored["one/browsers.toml"], outcomes.one?.log, paths(layers), exported]);
    }
    const toml = '[metadata]\n  exec-env = ["test", "development"]\n  version = "1"\n';
    const files = ["one/browsers.toml", "one/browsers/file"];
    expect(found).toEqual([
      [undefined, ["created"], files, ["browsers"]],
      [toml, ["restored"], files, ["browsers"]],
      [toml, ["skipped"], [], []],
      [undefined, ["created"], files, ["browsers"]],
    ]);
  },
);

row(
  39,
  "store.toml comes back with every image, whatever the buildpack's version; it stays as it is if the build says nothing, and {} forgets it",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const storing = (store: Table | undefined) =>
      defineBuildpack({
        detect: () => pass(),
        build({ log, store: before }) {
          log.info(JSON.stringify(before ?? null));
          return store ? { store } : {};
        },
      });
    const found: unknown[] = [];
    const other = script("");
    for (const [member, given] of [
      [storing({ last: "1", count: 2 }), {}],
      [storing(undefined), {}],
      [storing(undefined), { version: "2.0.0", skipLayers: true }],
      [storing({ last: "2" }), { left: ["image"] }],
      [storing({}), {}],
      [storing({ last: "3" }), {}],
      [undefined, {}],
      [storing(undefined), {}],
    ] as const) {
      const buildpacks = member ? { one: member, other } : { other };
      const built = await platform.build({ buildpacks, ...given });
      found.push([built.outcomes.one?.log[0], (await built.export()).buildpacks.one?.store]);
    }
    const first = { metadata: { last: "1", count: 2 } };
    expect(found).toEqual([
      ["null", first],
      ['{"count":2,"last":"1"}', first],
      ['{"count":2,"last":"1"}', first],
      ['{"count":2,"last":"1"}', { metadata: { last: "2" } }],
      ['{"last":"2"}', undefined],
      ["null", { metadata: { last: "3" } }],
      [undefined, undefined],
      ["null", undefined],
    ]);
  },
);

row(
  40,
  "The key of a layer can hold whatever its contents depend on: a change of any of it, and nothing else, makes the layer anew",
  ["test kit"],
  async () => {
    const key = table({ lock: string, mode: string, buildpack: string, target: string, execEnv: string, node: string });
    const one = buildpack(async ({ layers, app, env, target, execEnv, buildpack, inventory, log }) => {
      const node = (await inventory.resolve("node", "*")).version;
      const { os, arch, variant = "", distro } = target;
      const metadata = {
        lock: await app.readText("lock"),
        mode: env.BP_MODE ?? "",
        buildpack: buildpack.version,
        target: [os, arch, variant, distro?.name, distro?.version].join(),
        execEnv,
        node,
      };
      const layer = await layers.provide(cachedLayer("modules", { metadata: key }), { metadata, create: put() });
      const changes = layer.state === "created" && layer.reason.kind === "metadata-changed" && layer.reason.changes;
      log.info(JSON.stringify(changes ? changes.map(({ field }) => field) : layer.state));
    });
    const release = (version: string) => ({
      id: "node",
      version,
      uri: `https://example.com/${version}`,
      sha256: "0".repeat(64),
    });
    const described = (version: string, ...versions: string[]) => ({
      version,
      metadata: { dependencies: versions.map(release) },
    });
    const given = { app: { lock: "1" }, env: {}, buildpack: described("1.0.0", "22.1.0") };
    const first = await build(one, given);
    const found: unknown[] = [];
    for (const changed of [
      {},
      { app: { lock: "1", other: "2" } },
      { env: { BP_OTHER: "1" } },
      { app: { lock: "2" } },
      { env: { BP_MODE: "fast" } },
      { buildpack: described("1.0.1", "22.1.0") },
      { buildpack: described("1.0.0", "22.1.0", "22.2.0") },
      { target: { os: "linux", arch: "arm64" } },
      { target: { os: "linux", arch: "amd64", distro: { name: "debian", version: "12" } } },
      { execEnv: "test" },
    ])
      found.push((await rebuild(one, first, changed)).log.at(-1));
    expect(found).toEqual([
      '"restored"',
      '"restored"',
      '"restored"',
      '["lock"]',
      '["mode"]',
      '["buildpack"]',
      '["node"]',
      '["target"]',
      '["target"]',
      '["execEnv"]',
    ]);
  },
);
