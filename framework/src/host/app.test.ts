import { join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../app.ts";
import { appDirectory } from "./app.ts";
import { inTemporaryDirectory } from "./files/temporary-directory.ts";
import { type Tree, writeFileMap } from "./files/tree.ts";

/** An application beside a secret that it must not reach. */
async function inApp(files: Tree, use: (app: App) => Promise<unknown>): Promise<void> {
  await inTemporaryDirectory(async (root) => {
    await writeFileMap(root, { "secret/key": "private" });
    await writeFileMap(join(root, "app"), files);
    await use(appDirectory(join(root, "app")));
  });
}

test("files of the app are read by relative paths", async () => {
  const files = {
    "package.json": `\ufeff{ "name": "a" }`,
    "deep/b.toml": "c = 1\n",
    "deep/link": "-> ../package.json",
    "empty/": "",
  };
  await inApp(files, async (app) => {
    expect(await app.readJson("package.json")).toEqual({ name: "a" });
    expect(await app.readToml("deep/b.toml")).toEqual({ c: 1 });
    expect(await app.readText("./deep/../deep/link")).toBe(`{ "name": "a" }`);
    expect(app.path("deep", "b.toml")).toBe(join(app.dir, "deep/b.toml"));
    expect(await Promise.all(["package.json", "deep", "deep/link", "no", "package.json/x"].map(app.exists))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    const impossible = ["a\0b", "a".repeat(5000)];
    expect(await Promise.all(impossible.map(app.exists))).toEqual([false, false]);
    expect(await Promise.all([".", "deep", "no", ...impossible].map(app.list))).toEqual([
      ["deep/", "empty/", "package.json"],
      ["b.toml", "link"],
      [],
      [],
      [],
    ]);
  });
});

const throughLink = "leads out of the application directory through a symbolic link";

test.for<[string, Tree, (app: App) => unknown, string]>([
  [
    "a path with ..",
    {},
    (app) => app.readText("../secret/key"),
    `the path "../secret/key" leads out of the application directory`,
  ],
  ["an absolute path", {}, (app) => app.exists("/etc/passwd"), `the path "/etc/passwd" is absolute`],
  ["an absolute path in the app", {}, (app) => app.exists(join(app.dir, "a")), "is absolute"],
  [
    "a symbolic link to a file outside of the app",
    { link: "-> ../secret/key" },
    (app) => app.readText("link"),
    `the path "link" ${throughLink}`,
  ],
  [
    "a symbolic link to a directory outside of the app",
    { link: "-> ../secret" },
    (app) => app.list("link"),
    throughLink,
  ],
  [
    "a file below a symbolic link to a directory outside of the app",
    { link: "-> ../secret" },
    (app) => app.exists("link/key"),
    `the path "link/key" ${throughLink}`,
  ],
])("access to %s is refused with an error that states the reason", async ([, files, use, message]) => {
  await inApp(files, (app) =>
    expect((async () => use(app))()).rejects.toMatchObject({
      code: "APP_PATH_OUTSIDE",
      message: expect.stringContaining(message),
    }),
  );
});

test("a path with .. is refused without a file system access", async () => {
  await inApp({}, async (app) => {
    expect(() => app.path("a/../../b")).toThrow(`"../b" leads out of the application directory`);
  });
});

test.for<[string, Tree, (app: App) => Promise<unknown>, string, unknown]>([
  [
    "a missing file",
    {},
    (app) => app.readText("a.json"),
    "cannot read a.json of the application",
    "there is no such file",
  ],
  [
    "a directory as a file",
    { "a/": "" },
    (app) => app.readText("a"),
    "cannot read a of the application",
    "it is not a file",
  ],
  [
    "a text file that is not UTF-8",
    { a: Uint8Array.of(0xff, 0xfe) },
    (app) => app.readText("a"),
    "cannot read a of the application",
    "it is not UTF-8",
  ],
  [
    "a circular symbolic link",
    { a: "-> b", b: "-> a" },
    (app) => app.readText("a"),
    "cannot read a of the application",
    "its symbolic links form a loop",
  ],
  [
    "JSON with a syntax error",
    { "a.json": `{\n  "a": x\n}` },
    (app) => app.readJson("a.json"),
    "a.json is not valid JSON",
    "Unexpected token 'x'",
  ],
  [
    "JSON with a missing comma",
    { "a.json": `{\n  "a": 1\n  "b": 2\n}` },
    (app) => app.readJson("a.json"),
    "a.json:3:3 is not valid JSON",
    "Expected ',' or '}' after property value",
  ],
  [
    "truncated JSON",
    { "a.json": `{"a":` },
    (app) => app.readJson("a.json"),
    "a.json is not valid JSON",
    "Unexpected end of JSON input",
  ],
  [
    "TOML with a syntax error",
    { "a.toml": "a = \n" },
    (app) => app.readToml("a.toml"),
    "a.toml:1:5 is not valid TOML: invalid value",
    null,
  ],
])("reading %s from the app is an error", async ([, files, use, message, cause]) => {
  await inApp(files, async (app) => {
    await expect(use(app)).rejects.toMatchObject({ message, ...(cause !== null && { cause }) });
  });
});
