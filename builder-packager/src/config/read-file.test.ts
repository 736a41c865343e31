import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfigFile } from "./read-file.ts";

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "read-file-"));
  await writeFile(join(dir, "small.toml"), "a = 1\n");
  await writeFile(join(dir, "largest.toml"), Buffer.alloc(2 ** 20, "#"));
  await writeFile(join(dir, "larger.toml"), Buffer.alloc(2 ** 20 + 1, "#"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const outcome = (file: string): Promise<number | string> =>
  readConfigFile(resolve(dir, file), {
    unreadable: (reason, { code }) => new Error(`${code}: ${reason}`),
    tooLarge: (reason) => new Error(`it ${reason}`),
  }).then(
    ({ length }) => length,
    ({ message }) => message,
  );

test.for<[string, number]>([
  ["small.toml", 6],
  ["largest.toml", 1_048_576],
])("reading the configuration file %j returns all of its %i bytes", async ([file, bytes]) =>
  expect(await outcome(file)).toBe(bytes),
);

test.for<[string, string]>([
  ["larger.toml", "it is larger than 1 MiB"],
  ["/dev/zero", "it is larger than 1 MiB"],
  ["absent.toml", "ENOENT: there is no such file"],
  ["small.toml/x", "ENOTDIR: a part of the path is not a directory"],
  [".", "EISDIR: it is a directory"],
])("reading the configuration file %j fails with the reason %j", async ([file, expected]) =>
  expect(await outcome(file)).toBe(expected),
);
