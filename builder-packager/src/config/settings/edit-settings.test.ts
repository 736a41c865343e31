import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { type SettingPath, withoutSetting, withSetting } from "./edit-settings.ts";

const file = `# of the whole company
cache-size = "10GB" # the disk is small
insecure-registries = [
  "one:5000", # old
  "two:5000",
]

# mirrors
[registry-mirrors]
"docker.io" = "mirror.example.com/hub"

[registry-logins."registry.example.com"]
helper = "cloud"
`;

test.for<[string, SettingPath, string | readonly string[], string, string]>([
  [
    "replaces the value, keeps the comment behind the value",
    { key: "cache-size" },
    "20GB",
    '"10GB" # the',
    '"20GB" # the',
  ],
  ["escapes quotes and backslashes", { key: "cache-size" }, 'a"\\', '"10GB"', '"a\\"\\\\"'],
  [
    "replaces a list of several lines",
    { key: "insecure-registries" },
    ["three:5000"],
    '[\n  "one:5000", # old\n  "two:5000",\n]',
    '["three:5000"]',
  ],
  [
    "adds the key above the comment of the first table",
    { key: "auth-file" },
    "/etc/auth.json",
    "]\n\n# mirrors",
    ']\nauth-file = "/etc/auth.json"\n\n# mirrors',
  ],
  [
    "replaces a key of a table",
    { table: "registry-mirrors", key: "docker.io" },
    ["a", "b"],
    '"docker.io" = "mirror.example.com/hub"',
    '"docker.io" = ["a", "b"]',
  ],
  [
    "adds a key to a table",
    { table: "registry-mirrors", key: "*" },
    ["a"],
    "[registry-mirrors]\n",
    '[registry-mirrors]\n"*" = ["a"]\n',
  ],
])("setting a key in config.toml %s and changes no other lines", ([, path, value, before, after]) => {
  expect(file).toContain(before);
  expect(withSetting(file, path, value)).toBe(file.replace(before, after));
});

test("setting a key of a missing table appends the table", () => {
  const path = { table: "run-image-mirrors", key: "example.com/run:1" };
  expect(withSetting(file, path, ["mirror.example.com/run:1"])).toBe(
    `${file}\n[run-image-mirrors]\n"example.com/run:1" = ["mirror.example.com/run:1"]\n`,
  );
});

test("setting a key in an empty file writes a single line", () => {
  expect(withSetting("", { key: "cache-size" }, "50%")).toBe('cache-size = "50%"\n');
});

test.for<[string, SettingPath, string]>([
  ["of the top level", { key: "cache-size" }, 'cache-size = "10GB" # the disk is small\n'],
  [
    "with a list of several lines",
    { key: "insecure-registries" },
    'insecure-registries = [\n  "one:5000", # old\n  "two:5000",\n]\n',
  ],
  ["of a table", { table: "registry-mirrors", key: "docker.io" }, '"docker.io" = "mirror.example.com/hub"\n'],
  ["that is a table", { key: "registry-mirrors" }, '[registry-mirrors]\n"docker.io" = "mirror.example.com/hub"\n\n'],
  ["that the file lacks", { key: "auth-file" }, ""],
])("unsetting a key %s changes no other lines", ([, path, removed]) => {
  expect(withoutSetting(file, path)).toBe(file.replace(removed, ""));
});

test("an edited configuration file is parsed to its old values and the new ones", () => {
  const edited = withSetting(withSetting(file, { key: "cache-dir" }, "/c"), { table: "registry-mirrors", key: "*" }, [
    "m",
  ]);
  expect(parseToml(edited, "config.toml")).toEqual({
    "cache-size": "10GB",
    "cache-dir": "/c",
    "insecure-registries": ["one:5000", "two:5000"],
    "registry-mirrors": { "docker.io": "mirror.example.com/hub", "*": ["m"] },
    "registry-logins": { "registry.example.com": { helper: "cloud" } },
  });
});
