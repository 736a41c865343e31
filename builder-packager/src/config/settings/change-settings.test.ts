import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setSetting, settingNamed, unsetSetting } from "./change-settings.ts";

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "settings-"));
  file = join(dir, "libcnb/config.toml");
});
afterEach(() => rmSync(dir, { recursive: true }));

const set = (key: string, ...values: readonly string[]) => setSetting(file, settingNamed(key), values);
const text = () => readFileSync(file, "utf8");

test("the first setting creates the file, which only its owner can read", async () => {
  await set("default-builder", "registry.example.com/builder:1");
  expect(text()).toBe('default-builder = "registry.example.com/builder:1"\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("each kind of setting is written in its form", async () => {
  await set("insecure-registries", "one:5000", "two:5000");
  await set("registry-mirrors.docker.io", "mirror.example.com/hub");
  await set("run-image-mirrors.example.com/run:1", "mirror.example.com/run:1");
  expect(text()).toBe(`insecure-registries = ["one:5000", "two:5000"]

[registry-mirrors]
"docker.io" = ["mirror.example.com/hub"]

[run-image-mirrors]
"example.com/run:1" = ["mirror.example.com/run:1"]
`);
});

test("a removed setting is no longer in the file, and removing it again changes nothing", async () => {
  await set("cache-size", "20GB");
  expect(await unsetSetting(file, settingNamed("cache-size"))).toBe(true);
  expect(text()).toBe("");
  expect(await unsetSetting(file, settingNamed("cache-size"))).toBe(false);
});

test("the mode and the link of an existing file stay", async () => {
  await set("cache-size", "20GB");
  chmodSync(file, 0o644);
  const link = join(dir, "link.toml");
  symlinkSync(file, link);
  await setSetting(link, settingNamed("cache-size"), ["30GB"]);
  expect(text()).toBe('cache-size = "30GB"\n');
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(readdirSync(join(dir, "libcnb"))).toEqual(["config.toml"]);
});

test.for([
  ["defaultbuilder", ["x"], /there is no setting defaultbuilder, did you mean default-builder\?/],
  ["verify", ["x"], /verify cannot be changed with cnb config/],
  ["registry-logins.example.com", ["x"], /registry-logins cannot be changed/],
  ["cache-size.x", ["1"], /the setting cache-size has no part x/],
  ["registry-mirrors", ["x"], /registry-mirrors needs the name of a registry or image/],
  ["cache-size", ["1", "2"], /cache-size has one value, not 2/],
  ["cache-size", ["big"], /cache-size: big is not a size such as 20GB/],
  ["default-builder", ["UPPER CASE"], /default-builder: UPPER CASE is not the name of an image/],
  ["insecure-registries", ["https://one"], /https:\/\/one is not HOST or HOST:PORT/],
  ["registry-mirrors.a b", ["m"], /is not HOST, HOST:PORT or \*/],
] as const)("cnb config set %s with %j is refused, and writes nothing", async ([key, values, message]) => {
  await expect(async () => set(key, ...values)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(message),
  });
  expect(readdirSync(dir)).toEqual([]);
});

test("a file that is already invalid is not changed", async () => {
  const broken = join(dir, "broken.toml");
  writeFileSync(broken, 'cache-sise = "1GB"\n');
  await expect(setSetting(broken, settingNamed("cache-size"), ["2GB"])).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(`${broken}:1:1: cache-sise: unknown key; did you mean cache-size?`),
  });
  expect(readFileSync(broken, "utf8")).toBe('cache-sise = "1GB"\n');
});

test("a table in one line cannot be extended, and stays as it is", async () => {
  const inline = join(dir, "inline.toml");
  writeFileSync(inline, 'registry-mirrors = { "docker.io" = "m" }\n');
  await expect(setSetting(inline, settingNamed("registry-mirrors.*"), ["m"])).rejects.toMatchObject({
    code: "CONFIG_INVALID",
  });
  expect(readFileSync(inline, "utf8")).toBe('registry-mirrors = { "docker.io" = "m" }\n');
});
