// @needs processes
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appDirectory } from "./app.ts";
import { inTemporaryDirectory } from "./files/temporary-directory.ts";
import { type Tree, writeFileMap } from "./files/tree.ts";

const app: Tree = { "package-lock.json": "{}", "src/main.ts": "1", "src/lib/a.ts": "2", "src/run.sh": "#!/bin/sh\n" };

/** The digest of paths of an application. */
const digest = (files: Tree, paths: readonly string[], change: (dir: string) => void = () => {}) =>
  inTemporaryDirectory(async (root) => {
    const dir = join(root, "app");
    await writeFileMap(dir, files);
    change(dir);
    return appDirectory(dir).digest(...paths);
  });

test("the digest of an app is computed from a listing of its files", async () => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const lines = [
    ["package-lock.json", "file", sha256("{}")],
    ["src/lib/a.ts", "file", sha256("2")],
    ["src/link", "link", "../elsewhere"],
    ["src/main.ts", "file", sha256("1")],
    ["src/run.sh", "executable", sha256("#!/bin/sh\n")],
    ["yarn.lock", "absent"],
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  expect(await digest({ ...app, "src/link": "-> ../elsewhere" }, ["yarn.lock", "src", "package-lock.json"])).toBe(
    `sha256:${sha256(text)}`,
  );
});

test.for<[string, Tree, readonly string[], ((dir: string) => void)?]>([
  ["the order and spelling of paths", app, ["./src/", "package-lock.json", "src"]],
  ["files outside of the given paths", { ...app, "README.md": "new" }, ["package-lock.json", "src"]],
  ["an empty directory", { ...app, "src/empty/": "" }, ["package-lock.json", "src"]],
  ["modification times", app, ["package-lock.json", "src"], (dir) => utimesSync(join(dir, "src/main.ts"), 1, 1)],
  [
    "permissions other than executable",
    app,
    ["package-lock.json", "src"],
    (dir) => chmodSync(join(dir, "src/main.ts"), 0o600),
  ],
])("the digest of an app is not changed by %s", async ([, files, paths, change]) => {
  expect(await digest(files, paths, change)).toBe(await digest(app, ["package-lock.json", "src"]));
});

test.for<[string, Tree, ((dir: string) => void)?]>([
  ["changed contents", { ...app, "src/main.ts": "2" }],
  [
    "another file name",
    { "package-lock.json": "{}", "src/main.js": "1", "src/lib/a.ts": "2", "src/run.sh": "#!/bin/sh\n" },
  ],
  ["a new file", { ...app, "src/new.ts": "" }],
  ["a removed file", { "src/main.ts": "1", "src/lib/a.ts": "2", "src/run.sh": "#!/bin/sh\n" }],
  ["a removed executable permission", app, (dir) => chmodSync(join(dir, "src/run.sh"), 0o644)],
  ["a symbolic link in place of a file", { ...app, "src/main.ts": "-> run.sh" }],
])("the digest of an app is changed by %s", async ([, files, change]) => {
  const paths = ["package-lock.json", "src"];
  expect(await digest(files, paths, change)).not.toBe(await digest(app, paths));
});

const latin1 = (dir: string, path: string) => Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(path, "latin1")]);

test("the digest of an app depends on names and link targets that are not UTF-8", async () => {
  const names = ["caf\xe9", "caf\xe8", "caf\xc3\xa9", "caf\xef\xbf\xbd", "\xe9/caf"];
  const files = names.map((name) =>
    digest(app, [], (dir) => {
      mkdirSync(latin1(dir, "\xe9"));
      writeFileSync(latin1(dir, name), "");
    }),
  );
  const links = names.map((name) =>
    digest(app, [], (dir) => symlinkSync(Buffer.from(name, "latin1"), join(dir, "link"))),
  );
  const digests = await Promise.all([...files, ...links]);
  expect(new Set(digests).size).toBe(names.length * 2);
});

test("the digest of an app is computed from all files if no paths are given", async () => {
  expect(await digest(app, [])).toBe(await digest(app, ["."]));
  expect(await digest({ ...app, "README.md": "new" }, [])).not.toBe(await digest(app, []));
});

test("the digest of an app reads a large file in chunks", async () => {
  const bytes = new Uint8Array(3 * 1024 * 1024).fill(7);
  const line = JSON.stringify(["big", "file", createHash("sha256").update(bytes).digest("hex")]);
  const whole = createHash("sha256").update(`${line}\n`).digest("hex");
  expect(await digest({ big: bytes }, ["big"])).toBe(`sha256:${whole}`);
});

test("the digest of an app is computed without following links out of the app and circular links and without reading pipes", async () => {
  const pipe = (dir: string) => execFileSync("mkfifo", [join(dir, "src/pipe")]);
  const files = { "src/out": "-> ../../secret", "src/round": "-> round" };
  const lines = [
    ["src/out", "link", "../../secret"],
    ["src/pipe", "special"],
    ["src/round", "link", "round"],
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  expect(await digest(files, ["src"], pipe)).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
});

test.for<[string, Tree, string, string]>([
  ["a path with ..", {}, "../secret", "APP_PATH_OUTSIDE"],
  ["a symbolic link to a file outside of the app", { link: "-> /etc/hostname" }, "link", "APP_PATH_OUTSIDE"],
  ["a symbolic link to itself", { link: "-> link" }, "link", "APP_FILE_INVALID"],
])("the digest of an app refuses %s", async ([, files, path, code]) => {
  await expect(digest(files, [path])).rejects.toMatchObject({ code });
});

test("computing the digest of an app with an unreadable file fails, and the error lists the requested paths", async () => {
  const name = "n".repeat(250);
  const tooDeep = (dir: string) =>
    execFileSync("sh", ["-c", `for depth in $(seq 20); do mkdir ${name} && cd -P ${name}; done`], {
      cwd: join(dir, "src"),
    });
  await expect(digest(app, ["src", "package-lock.json"], tooDeep)).rejects.toMatchObject({
    code: "APP_FILE_INVALID",
    message: "cannot read package-lock.json, src of the application",
    cause: { code: "ENAMETOOLONG" },
  });
});
