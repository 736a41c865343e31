import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedLayer, defineBuildpack, launchLayer, override, pass, s, temporaryLayer } from "libcnb";
import { build, rebuild } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { row } from "../support/conformance/rows.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle/lifecycle-binaries.ts";
import { officialPlatform } from "../support/lifecycle/official-platform.ts";
import { buildpack, paths, put, script, version } from "../support/tiny/layer-buildpacks.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

const sha = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);

row(
  27,
  "A layer is a directory with a metadata file next to it, whose types are false unless they are set; a directory without that file is not a layer",
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
  "A launch layer is in the image at its path in the build, and a label contains its metadata and the digest of its contents",
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

const reported = (name: string) => `env | grep -e '^PATH=' -e '^ONE=' -e '^TWO=' | sort > ${name}`;

row(
  29,
  "A build layer changes the environment of later buildpacks only, not that of the buildpack that provides it",
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
    const two = script(`${reported("before")}; ${layer}; ${reported("after")}`);
    const { layers } = await platform.build({ buildpacks: { one, two, three: script(reported("seen")) } });
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
  "A cache layer is restored in the next build, either with both contents and metadata or not at all",
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
  "The lifecycle renames layers without a type after their buildpack ran, so later buildpacks, the image and the next build do not get them",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const one = buildpack(async ({ layers }) => {
      const env = () => ({ shared: { ONE: override("scratch") } });
      await layers.provide(temporaryLayer("scratch", { build: false }), { create: put(), env });
    });
    const given = { buildpacks: { one, two: script(reported("seen")) } };
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
  38,
  "A layer can be limited to execution environments, which its metadata records; in other environments, the layer is not provided, and a restored layer is dropped",
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
  "store.toml is restored from the previous image, whatever the buildpack's version; it stays unchanged if the build returns no store, and {} clears it",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const storing = (store: s.Table | undefined) =>
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
  "The key of a layer can contain everything that its contents depend on; the layer is rebuilt if the key changes, and only then",
  ["test kit"],
  async () => {
    const key = s.table({
      lock: s.string,
      mode: s.string,
      buildpack: s.string,
      target: s.string,
      execEnv: s.string,
      node: s.string,
    });
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
