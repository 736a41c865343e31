// @needs processes
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFileFor, openLockFile } from "./lock-file.ts";

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "lock-file-"));
  file = join(dir, "builder.lock");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const command = "cnb builder create";
type FoundItem = readonly (readonly [target: string, section: string, name: string, value: string])[];

/** Opens the file, notes what is found and gives the message of the refusal, else whether the file was written. */
async function locked(found: FoundItem, renew = false): Promise<string | boolean> {
  const lock = await openLockFile(file, { command, renew });
  for (const [target, section, name, value] of found) lock.target(target).found(section, name, value);
  return lock.finish().catch(({ code, message, hint }) => `${code}: ${message.replaceAll(dir, "<dir>")}\n${hint}`);
}

const found: FoundItem = [
  ["linux/arm64", "build-image", "example.test/base:1", "sha256:bb"],
  ["linux/amd64", "lifecycle", "0.21.0", "sha256:cc"],
  ["linux/amd64", "build-image", "example.test/base:1", "sha256:aa"],
];

test("a lock file is written sorted, and not rewritten if nothing changed", async () => {
  expect(await locked(found)).toBe(true);
  expect(await readFile(file, "utf8")).toMatchInlineSnapshot(`
    "# Written by \`cnb builder create --lock\`, renewed by \`--update-lock\`. Keep it in version control.
    version = 1

    [targets."linux/amd64".build-image]
    "example.test/base:1" = "sha256:aa"

    [targets."linux/amd64".lifecycle]
    "0.21.0" = "sha256:cc"

    [targets."linux/arm64".build-image]
    "example.test/base:1" = "sha256:bb"
    "
  `);
  expect(await locked(found)).toBe(false);
  expect((await openLockFile(file, { command })).target("linux/amd64").pinned("lifecycle", "0.21.0")).toBe("sha256:cc");
});

test("an update of a lock file adds new entries and keeps the existing ones", async () => {
  await locked(found.slice(0, 1));
  expect(await locked(found.slice(1))).toBe(true);
  expect(await locked(found)).toBe(false);
});

test("the error about a lock file that does not match names every differing entry", async () => {
  await locked(found);
  const changed: FoundItem = [
    ["linux/amd64", "build-image", "example.test/base:1", "sha256:dd"],
    ["linux/amd64", "buildpacks", "new", "sha256:ee"],
  ];
  expect(await locked(changed)).toMatchInlineSnapshot(`
    "LOCK_STALE: builder.lock no longer matches what this command would use:
      linux/amd64 build-image example.test/base:1: is sha256:dd, but locked as sha256:aa
      linux/amd64 lifecycle 0.21.0: is no longer used
      linux/amd64 buildpacks new: is not locked
    Undo the changes listed above, or renew the lock file: run the same \`cnb builder create\` with --update-lock."
  `);
  expect(await locked(changed, true)).toBe(true);
  expect(await locked(changed)).toBe(false);
});

test("image names are compared with the lock file before any download", async () => {
  await locked(found);
  const target = (await openLockFile(file, { command })).target("linux/amd64");
  target.expect("build-image", ["example.test/base:1"]);
  expect(() => target.expect("lifecycle", ["0.22.0"])).toThrow(
    "builder.lock no longer matches what this command would use:\n  linux/amd64 lifecycle 0.22.0: is not locked\n  linux/amd64 lifecycle 0.21.0: is no longer used",
  );
  (await openLockFile(file, { command, renew: true })).target("linux/amd64").expect("lifecycle", ["0.22.0"]);
});

test("a lock file may have keys such as __proto__", async () => {
  const names = ["__proto__", "constructor"].map((name) => ["linux/amd64", name, name, "1"] as const);
  expect(await locked(names)).toBe(true);
  expect(await locked(names)).toBe(false);
});

test.for<[string, string, string]>([
  ["that is not TOML", "version =", "LOCK_INVALID: <dir>/builder.lock:1:10 is not valid TOML: invalid value"],
  [
    "with an unsupported version",
    "version = 2",
    "LOCK_INVALID: <dir>/builder.lock is not a lock file: its version is not 1",
  ],
  [
    "with a list in place of a table",
    "version = 1\ntargets = []",
    "LOCK_INVALID: <dir>/builder.lock is not a lock file: targets is not a table",
  ],
  [
    "with a value that is not a string",
    `version = 1\n[targets."linux/amd64"]\nbuild-image = { a = 1 }`,
    `LOCK_INVALID: <dir>/builder.lock is not a lock file: targets."linux/amd64"."build-image"."a" is not a string`,
  ],
])("a lock file %s is refused", async ([, text, message]) => {
  await writeFile(file, text);
  const refusal = openLockFile(file, { command }).catch((error) => `${error.code}: ${error.message}`);
  expect(String(await refusal).replaceAll(dir, "<dir>")).toBe(message);
});

test.for([
  ["a named pipe", (): unknown => execFileSync("mkfifo", [file]), "it is a named pipe"],
  ["a directory", (): unknown => mkdir(file), "it is a directory"],
  [
    "larger than 8 MiB",
    (): unknown => writeFile(file, "").then(() => truncate(file, 8 * 1024 * 1024 + 1)),
    "it is larger than 8 MiB",
  ],
] as const)("a lock file is refused if it is %s", async ([, make, why]) => {
  await make();
  await expect(openLockFile(file, { command })).rejects.toMatchObject({
    code: "LOCK_INVALID",
    message: `${file} is not a lock file: ${why}`,
  });
});

test("a lock file gets its name from the configuration file", () => {
  expect(["builder.toml", "a/base.toml", "a/settings"].map(lockFileFor)).toEqual([
    "builder.lock",
    "a/base.lock",
    "a/settings.lock",
  ]);
});
