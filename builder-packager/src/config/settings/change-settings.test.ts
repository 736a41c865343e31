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

test("cnb config set creates config.toml, which only its owner can read", async () => {
  await set("default-builder", "registry.example.com/builder:1");
  expect(text()).toBe('default-builder = "registry.example.com/builder:1"\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("cnb config set writes lists, registry mirrors and run image mirrors as TOML lists and tables", async () => {
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

test("cnb config unset removes a setting from config.toml, and a second call changes nothing", async () => {
  await set("cache-size", "20GB");
  expect(await unsetSetting(file, settingNamed("cache-size"))).toBe(true);
  expect(text()).toBe("");
  expect(await unsetSetting(file, settingNamed("cache-size"))).toBe(false);
});

test("cnb config set through a symbolic link changes its target and keeps the file mode", async () => {
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
  ["cache-size.x", ["1"], /there is no setting cache-size\.x: cache-size is a single value/],
  ["registry-mirrors", ["x"], /registry-mirrors needs the name of a registry or image/],
  ["cache-size", ["1", "2"], /cache-size has one value, but 2 are given/],
  ["cache-size", ["big"], /cache-size: big is not a size with a unit such as 20GB or 20GiB, a share such as 50%/],
  ["cache-size", ["5"], /cache-size: 5 is not a size with a unit such as 20GB or 20GiB, a share such as 50%/],
  ["cache-size", [""], /cache-size: "" is not a size with a unit such as 20GB or 20GiB, a share such as 50%/],
  ["cache-dir", [""], /cache-dir: the value is empty/],
  ["auth-file", [" "], /auth-file: the value is empty/],
  ["default-builder", ["UPPER CASE"], /default-builder: UPPER CASE is not the name of an image/],
  ["insecure-registries", ["https://one"], /https:\/\/one is not HOST or HOST:PORT/],
  ["registry-mirrors.a b", ["m"], /is not HOST, HOST:PORT or \*/],
] as const)("cnb config set %s with the values %j is refused and writes nothing", async ([key, values, message]) => {
  await expect(async () => set(key, ...values)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(message),
  });
  expect(readdirSync(dir)).toEqual([]);
});

test("cnb config set refuses to change a config.toml that is already invalid", async () => {
  const broken = join(dir, "broken.toml");
  writeFileSync(broken, 'cache-sise = "1GB"\n');
  await expect(setSetting(broken, settingNamed("cache-size"), ["2GB"])).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(`${broken}:1:1: cache-sise: unknown key; did you mean cache-size?`),
  });
  expect(readFileSync(broken, "utf8")).toBe('cache-sise = "1GB"\n');
});

test("cnb config set refuses to add a key to an inline table in config.toml", async () => {
  const inline = join(dir, "inline.toml");
  writeFileSync(inline, 'registry-mirrors = { "docker.io" = "m" }\n');
  await expect(setSetting(inline, settingNamed("registry-mirrors.*"), ["m"])).rejects.toMatchObject({
    code: "CONFIG_INVALID",
  });
  expect(readFileSync(inline, "utf8")).toBe('registry-mirrors = { "docker.io" = "m" }\n');
});
