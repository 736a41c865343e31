import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPackConfig } from "./pack-config.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "pack-config-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const nothing = { trustedBuilders: [], runImages: [], registryMirrors: {} };
const all = `experimental = true
default-builder-image = "b"
[[trusted-builders]]
name = "t"
[[run-images]]
image = "r"
mirrors = ["m"]
[registry-mirrors]
"index.docker.io" = "10.0.0.1"
"*" = "10.0.0.2:5000"
`;
const reported = {
  defaultBuilder: "b",
  trustedBuilders: ["t"],
  runImages: [{ image: "r", mirrors: ["m"] }],
  registryMirrors: { "index.docker.io": "10.0.0.1", "*": "10.0.0.2:5000" },
};

test.for<[string, string | undefined, object, readonly string[]]>([
  ["is optional", undefined, nothing, []],
  ["may be empty", "", nothing, []],
  ["provides all settings that cnb reads", all, reported, []],
  [
    "with malformed TOML is ignored with a warning",
    "[[",
    nothing,
    ["pack's configuration DIR/config.toml is ignored: DIR/config.toml:1:3 is not valid TOML: "],
  ],
  [
    "with values of wrong types is ignored with a warning",
    "run-images = 5",
    nothing,
    ["pack's configuration DIR/config.toml is ignored: Invalid type: Expected Array but received 5"],
  ],
])("the configuration file of pack %s", async ([name, text, expected, lines]) => {
  const home = join(dir, name.replaceAll(" ", "-"));
  await mkdir(join(home, ".pack"), { recursive: true });
  if (text !== undefined) await writeFile(join(home, ".pack/config.toml"), text);
  for (const env of [{ HOME: home }, { HOME: "/nowhere", PACK_HOME: join(home, ".pack") }]) {
    const warnings: string[] = [];
    expect(await readPackConfig(env, (text) => warnings.push(text))).toEqual(expected);
    const said = warnings.map((line) => line.replaceAll(join(home, ".pack"), "DIR"));
    expect(said.map((line, index) => line.slice(0, lines[index]?.length))).toEqual(lines);
  }
});

test("pack's configuration file is not searched without a home directory", async () =>
  expect(await readPackConfig({}, () => undefined)).toEqual(nothing));
