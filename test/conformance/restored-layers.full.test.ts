import { rm } from "node:fs/promises";
import { cachedLayer, cycloneDx, launchLayer, override, s, sbomComponent, temporaryLayer } from "libcnb";
import { buildFailure } from "libcnb/testing";
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

const lineWith = (text: string, word: string) => text.split("\n").find((line) => line.includes(word));

row(
  32,
  "A restored layer has no types: it is reused only if the build provides it again, and otherwise dropped with metadata and SBOM",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const sbom = () => [cycloneDx([sbomComponent({ name: "left-pad", version: "1.3.0" })])];
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
  "A launch layer without a directory is reused from the previous image, with the metadata and SBOM of this build; without that image it is rebuilt",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const agent = (library: string) =>
      buildpack(async ({ layers }) => {
        const sbom = () => [cycloneDx([sbomComponent({ name: library, version: "1" })])];
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
  "A cached layer always has a directory: the lifecycle neither exports nor caches a layer without one, and the framework never creates such a layer",
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
  "Cache layers are restored with contents, metadata and SBOM, launch-only layers without contents, and all other layers with at most an unused SBOM",
  ["lifecycle"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const sbom = () => [cycloneDx([sbomComponent({ name: "left-pad", version: "1.3.0" })])];
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
  "A layer in both image and cache is restored only if both have the same contents; otherwise it is rebuilt, whatever its metadata",
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
  "The lifecycle restores metadata through JSON: integers as floats, dates as text, keys sorted; the framework compares this form and refuses values that JSON would lose",
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
      const layer = cachedLayer("a", { launch: true, metadata: s.anyTable });
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
    const layer = cachedLayer("b", { metadata: s.anyTable });
    const refused = buildpack(({ layers }) =>
      layers.provide(layer, { metadata: { n: 9007199254740993n }, create: put() }),
    );
    expect((await buildFailure(refused)).error).toMatchObject({ code: "LAYER_INVALID" });
  },
);
