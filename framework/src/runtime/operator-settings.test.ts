import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { fail } from "../detect.ts";
import { build, detect } from "../testing/index.ts";

const shows = defineBuildpack({
  detect: ({ config }) => fail(String(config.BP_RELEASES)),
  build({ config, log }) {
    log.info(String(config.BP_RELEASES));
  },
});
const metadata = { configurations: [{ name: "BP_RELEASES", default: "upstream" }] };
const users = [{}, { BP_RELEASES: "mine" }, { BP_RELEASES: "" }, { "BP_RELEASES.override": "mine" }];

test.for([false, true].flatMap((clearEnv) => users.map((env) => [clearEnv, env] as const)))(
  "a user cannot change variables that the operator overrides, here with clear-env = %s and the user's variables %j",
  async ([clearEnv, env]) => {
    for (const [value, expected] of [
      ["inventory", "inventory"],
      ["", "upstream"],
    ] as const) {
      const given = { env, operatorEnv: { "BP_RELEASES.override": value }, buildpack: { clearEnv, metadata } };
      expect((await build(shows, given)).log.at(-1)).toBe(expected);
      expect(await detect(shows, given)).toMatchObject({ reason: expected });
    }
  },
);

test.for([false, true])(
  "a user can change a variable for which the operator sets a default, here with clear-env = %s",
  async (clearEnv) => {
    const given = { operatorEnv: { BP_RELEASES: "inventory" }, buildpack: { clearEnv, metadata } };
    expect((await build(shows, { ...given, env: { BP_RELEASES: "mine" } })).log.at(-1)).toBe("mine");
    expect((await build(shows, given)).log.at(-1)).toBe("inventory");
  },
);
