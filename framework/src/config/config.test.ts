import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { type Buildpack, defineBuildpack } from "../buildpack.ts";
import { fail, pass } from "../detect.ts";
import { boolean, integer, list, oneOf, optional, string } from "../spec/schemas/schema.ts";
import { build, detect } from "../testing/index.ts";

const configurations = [
  { name: "BP_NODE_VERSION", description: "the version of Node.js", default: "24.*" },
  { name: "BP_KEEP", default: false },
  { name: "BP_PORTS", default: [80, 443] },
  { name: "BP_LINE" },
  { name: "BP_NPM_TOKEN" },
];
const buildpack = { metadata: { configurations } };
const shows = (fields: NonNullable<Buildpack["config"]>) =>
  defineBuildpack({ config: fields, detect: ({ config }) => fail(JSON.stringify(config)), build() {} });

describe("the configuration of a buildpack", () => {
  const typed = defineBuildpack({
    config: {
      BP_NODE_VERSION: string,
      BP_KEEP: boolean,
      BP_PORTS: list(integer),
      BP_LINE: optional(oneOf("20", "22")),
    },
    detect({ config }) {
      const version: string = config.BP_NODE_VERSION;
      const keep: boolean = config.BP_KEEP;
      const ports: readonly number[] = config.BP_PORTS;
      const line: "20" | "22" | undefined = config.BP_LINE;
      return fail(JSON.stringify({ version, keep, ports, line }));
    },
    build({ config }) {
      // @ts-expect-error a boolean is no text
      config.BP_KEEP satisfies string;
      // @ts-expect-error a misspelt name is a compile error
      return { labels: { version: config.BP_NODE_VERSOIN } };
    },
  });

  test("has the types of its schema and the defaults of buildpack.toml", async () => {
    expect(await detect(typed, { buildpack })).toMatchObject({
      reason: `{"version":"24.*","keep":false,"ports":[80,443]}`,
    });
  });

  test("has the user's values", async () => {
    const env = { BP_NODE_VERSION: "22", BP_KEEP: "Yes", BP_PORTS: "8080, 8443", BP_LINE: "22" };
    expect(await detect(typed, { buildpack, env })).toMatchObject({
      reason: `{"version":"22","keep":true,"ports":[8080,8443],"line":"22"}`,
    });
  });

  test("contains all declared variables as strings if the buildpack has no schema", async () => {
    const untyped = defineBuildpack({
      detect({ config }) {
        config.BP_LINE satisfies string | undefined;
        return fail(JSON.stringify(config));
      },
      build() {},
    });
    expect(await detect(untyped, { buildpack, env: { BP_KEEP: "" } })).toMatchObject({
      reason: `{"BP_NODE_VERSION":"24.*","BP_KEEP":"false","BP_PORTS":"80,443"}`,
    });
  });

  test("accepts schemas of other validation libraries", async () => {
    const other = defineBuildpack({
      config: { BP_LINE: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)), BP_KEEP: v.optional(v.boolean()) },
      detect({ config }) {
        config.BP_LINE satisfies number;
        config.BP_KEEP satisfies boolean | undefined;
        return fail(`${config.BP_LINE} ${config.BP_KEEP}`);
      },
      build() {},
    });
    expect(await detect(other, { buildpack, env: { BP_LINE: "22" } })).toMatchObject({ reason: "22 false" });
  });

  test("is validated only when the buildpack reads it", async () => {
    const careful = defineBuildpack({
      config: { BP_KEEP: boolean, BP_UNDECLARED: string },
      detect: ({ config }) => (config === undefined ? pass() : fail("not for this application")),
      build() {},
    });
    expect(await detect(careful, { buildpack, env: { BP_KEEP: "perhaps" } })).toMatchObject({ outcome: "fail" });
  });

  test.for<[string, NonNullable<Buildpack["config"]>, Record<string, string>, object]>([
    [
      "all invalid values at once",
      { BP_KEEP: boolean, BP_PORTS: list(integer), BP_LINE: string },
      { BP_KEEP: "perhaps", BP_PORTS: "80,http" },
      {
        code: "CONFIG_INVALID",
        message: "BP_KEEP, BP_PORTS, BP_LINE are not valid",
        cause: `BP_KEEP: expected a boolean, got "perhaps"; BP_PORTS: [1]: expected an integer, got "http"; BP_LINE: is not set and has no default`,
      },
    ],
    [
      "an invalid secret without its value",
      { BP_NPM_TOKEN: oneOf("a", "b") },
      { BP_NPM_TOKEN: "hunter2" },
      { code: "CONFIG_INVALID", message: "BP_NPM_TOKEN is not valid", cause: `BP_NPM_TOKEN: expected one of "a", "b"` },
    ],
    [
      "a default in buildpack.toml that does not match the schema",
      { BP_NODE_VERSION: integer },
      {},
      {
        code: "DESCRIPTOR_INVALID",
        cause: `metadata.configurations, default of BP_NODE_VERSION: expected an integer, got "24.*"`,
      },
    ],
    [
      "a variable that buildpack.toml does not declare",
      { BP_NODE_VERSION: string, BP_OTHER: string },
      {},
      { code: "CONFIG_UNDECLARED", message: "the buildpack reads BP_OTHER, which buildpack.toml does not declare" },
    ],
  ])("reports %s", async ([, fields, env, error]) => {
    await expect(detect(shows(fields), { buildpack, env })).rejects.toMatchObject(error);
  });

  test("reports an undeclared variable that a buildpack without a schema reads", async () => {
    const untyped = defineBuildpack({ detect: ({ config }) => fail(`${config.BP_NODE_VERSOIN}`), build() {} });
    await expect(detect(untyped, { buildpack })).rejects.toMatchObject({ code: "CONFIG_UNDECLARED" });
  });

  test("is a frozen plain object", async () => {
    const looking = defineBuildpack({
      detect: ({ config }) => {
        expect(() => Object.assign(config, { BP_KEEP: "true" })).toThrow(TypeError);
        return fail(JSON.stringify([Object.keys(config), "BP_KEEP" in config, Object.hasOwn(config, "BP_OTHER")]));
      },
      build() {},
    });
    expect(await detect(looking, { buildpack })).toMatchObject({
      reason: `[["BP_NODE_VERSION","BP_KEEP","BP_PORTS","BP_LINE","BP_NPM_TOKEN"],true,false]`,
    });
  });

  test("distinguishes the user's values from those of this buildpack's own layers", async () => {
    const later = defineBuildpack({
      build: ({ config, env }) => {
        Object.assign(env, { BP_NODE_VERSION: "20" });
        return { labels: { version: config.BP_NODE_VERSION ?? "" } };
      },
      detect: () => pass(),
    });
    expect((await build(later, { buildpack })).result).toEqual({ labels: { version: "24.*" } });
  });
});
