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

test("a digest is that of a listing of the files", async () => {
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
  ["the order of paths, and how they are written", app, ["./src/", "package-lock.json", "src"]],
  ["what is beside them", { ...app, "README.md": "new" }, ["package-lock.json", "src"]],
  ["an empty directory", { ...app, "src/empty/": "" }, ["package-lock.json", "src"]],
  ["times", app, ["package-lock.json", "src"], (dir) => utimesSync(join(dir, "src/main.ts"), 1, 1)],
  ["the mask of who copied it", app, ["package-lock.json", "src"], (dir) => chmodSync(join(dir, "src/main.ts"), 0o600)],
])("%s does not change the digest", async ([, files, paths, change]) => {
  expect(await digest(files, paths, change)).toBe(await digest(app, ["package-lock.json", "src"]));
});

test.for<[string, Tree, ((dir: string) => void)?]>([
  ["contents", { ...app, "src/main.ts": "2" }],
  ["a name", { "package-lock.json": "{}", "src/main.js": "1", "src/lib/a.ts": "2", "src/run.sh": "#!/bin/sh\n" }],
  ["a file that is new", { ...app, "src/new.ts": "" }],
  ["a file that is not there", { "src/main.ts": "1", "src/lib/a.ts": "2", "src/run.sh": "#!/bin/sh\n" }],
  ["a program that is none any more", app, (dir) => chmodSync(join(dir, "src/run.sh"), 0o644)],
  ["a link for a file", { ...app, "src/main.ts": "-> run.sh" }],
])("%s changes the digest", async ([, files, change]) => {
  const paths = ["package-lock.json", "src"];
  expect(await digest(files, paths, change)).not.toBe(await digest(app, paths));
});

const latin1 = (dir: string, path: string) => Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(path, "latin1")]);

test("the digest covers names and link targets that are not UTF-8", async () => {
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

test("without paths, the digest covers the whole app", async () => {
  expect(await digest(app, [])).toBe(await digest(app, ["."]));
  expect(await digest({ ...app, "README.md": "new" }, [])).not.toBe(await digest(app, []));
});

test("a large file is read in chunks with the same digest", async () => {
  const bytes = new Uint8Array(3 * 1024 * 1024).fill(7);
  const line = JSON.stringify(["big", "file", createHash("sha256").update(bytes).digest("hex")]);
  const whole = createHash("sha256").update(`${line}\n`).digest("hex");
  expect(await digest({ big: bytes }, ["big"])).toBe(`sha256:${whole}`);
});

test("links out of the app, loops of links and pipes are listed and not followed", async () => {
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
  ["a name that goes up", {}, "../secret", "APP_PATH_OUTSIDE"],
  ["a link to a file outside", { link: "-> /etc/hostname" }, "link", "APP_PATH_OUTSIDE"],
  ["a link that leads round", { link: "-> link" }, "link", "APP_FILE_INVALID"],
])("a digest of %s is refused", async ([, files, path, code]) => {
  await expect(digest(files, [path])).rejects.toMatchObject({ code });
});

test("an unreadable file is an error that lists the paths", async () => {
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
