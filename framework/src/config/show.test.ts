import { describe, expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import { boolean } from "../spec/schemas/schema.ts";
import { build } from "../testing/index.ts";

const configurations = [
  { name: "BP_NODE_VERSION", description: "the version of Node.js", default: "24.*" },
  { name: "BP_KEEP", description: "keep the sources", default: false, type: "boolean" },
  { name: "BP_INCLUDE" },
  { name: "BP_MIRROR", description: "where files are downloaded" },
  { name: "BP_NPM_TOKEN", description: "for private packages" },
  { name: "BP_ANSWER", secret: true },
  { name: "BP_KEYBOARD", secret: false, default: "qwerty" },
  { name: "BPL_DEBUG", description: "debug the server", launch: true, default: false },
];
const buildpack = { metadata: { configurations } };
const nothing = defineBuildpack({ detect: () => pass(), build() {} });

describe("the log of a build", () => {
  test("starts with the configuration variables that are set", async () => {
    const env = {
      BP_NODE_VERSION: "22\n",
      BP_MIRROR: `https://user:hunter2@mirror/${"a".repeat(60)}`,
      BP_NPM_TOKEN: "hunter2",
      BP_ANSWER: "hunter2",
      BPL_DEBUG: "true",
    };
    const inherited = { BP_KEEP: "true" };
    expect((await build(nothing, { buildpack, env, inherited })).log.join("\n")).toMatchInlineSnapshot(`
      "Configuration
      BP_NODE_VERSION  22                                                             user
      BP_KEEP          true                                                           environment
      BP_MIRROR        https://***@mirror/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…  user
      BP_NPM_TOKEN     ***                                                            user
      BP_ANSWER        ***                                                            user
      Configuration of the image at run time
      BPL_DEBUG  true  user"
    `);
  });

  test("lists and describes all configuration variables at debug level", async () => {
    const { stdout } = await build(nothing, { buildpack, env: { BP_LOG_LEVEL: "debug", BP_KEEP: "true" } });
    expect(stdout).toMatchInlineSnapshot(`
      "=== Configuration ===
        BP_KEEP  true  user
        All settings:
        BP_NODE_VERSION  24.*    default  the version of Node.js
        BP_KEEP          true    user     keep the sources
        BP_INCLUDE               not set
        BP_MIRROR                not set  where files are downloaded
        BP_NPM_TOKEN             not set  for private packages
        BP_ANSWER                not set
        BP_KEYBOARD      qwerty  default
        BPL_DEBUG        false   default  debug the server
      "
    `);
  });

  test("has no configuration section if no variable is set", async () => {
    expect((await build(nothing, { buildpack })).log).toEqual([]);
  });

  test("has no configuration section if the buildpack declares no variables", async () => {
    expect((await build(nothing, { env: { BP_NODE_VERSION: "22" } })).log).toEqual([]);
  });

  test.for<[string, readonly string[]]>([
    [
      "BP_NODE_VERSOIN",
      ["BP_NODE_VERSOIN is set, but this buildpack has no such setting: did you mean BP_NODE_VERSION?"],
    ],
    ["BP_NODE_VER", []],
    [
      "BP_NODEVERSIONS",
      ["BP_NODEVERSIONS is set, but this buildpack has no such setting: did you mean BP_NODE_VERSION?"],
    ],
    ["bp_keep", ["bp_keep is set, but this buildpack has no such setting: did you mean BP_KEEP?"]],
    ["BP_KEEPS", ["BP_KEEPS is set, but this buildpack has no such setting: did you mean BP_KEEP?"]],
    ["BP_KIT", []],
    ["BPL_DEBUGS", ["BPL_DEBUGS is set, but this buildpack has no such setting: did you mean BPL_DEBUG?"]],
    ["BP_JVM_VERSION", []],
    ["NODE_VERSION", []],
    [`BP_${"A".repeat(100_000)}`.slice(0, 200), []],
  ])(
    "warns about the undeclared variable %s only if its name resembles the name of a declared variable",
    async ([name, warnings]) => {
      const { log } = await build(nothing, { buildpack, env: { [name]: "true" } });
      expect(log.filter((line) => line.includes("did you mean"))).toEqual(warnings);
    },
  );

  test("has no warning about a misspelled variable if the correct variable is set as well", async () => {
    const { log } = await build(nothing, { buildpack, env: { BP_KEEP: "true", BP_KEEPS: "true" } });
    expect(log.filter((line) => line.includes("did you mean"))).toEqual([]);
  });

  test("shows an error before the build function runs if a variable is invalid, even if the build does not read it", async () => {
    const typed = defineBuildpack({
      config: { BP_KEEP: boolean },
      detect: () => pass(),
      build: () => expect.fail("the build began"),
    });
    const given = { buildpack, env: { BP_KEEP: "perhaps" } };
    const error = { code: "CONFIG_INVALID", cause: `BP_KEEP: expected a boolean, got "perhaps"` };
    await expect(build(typed, given)).rejects.toMatchObject(error);
    await expect(build(nothing, given)).rejects.toMatchObject(error);
  });
});
