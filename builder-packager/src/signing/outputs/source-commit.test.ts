import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { sourceCommit, sourceUri } from "./source-commit.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "source-commit-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

const ignore = () => {};
const main = { commit, ref: "refs/heads/main", uri: undefined };

test.for<[string, Readonly<Record<string, string>>, object | undefined]>([
  ["a branch", { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${commit}\n` }, main],
  [
    "a packed branch",
    { ".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": `# pack-refs\n${commit} refs/heads/main\n` },
    main,
  ],
  ["a detached HEAD", { ".git/HEAD": `${commit}\n` }, { commit, ref: undefined, uri: undefined }],
  ["a branch without a commit", { ".git/HEAD": "ref: refs/heads/main\n" }, undefined],
  ["a damaged HEAD", { ".git/HEAD": "\0" }, undefined],
  ["a ref outside of the repository", { ".git/HEAD": "ref: refs/../../secret\n", secret: commit }, undefined],
  ["a ref that is not a commit", { ".git/HEAD": "ref: refs/heads/a\n", ".git/refs/heads/a": "password" }, undefined],
  [
    "a work tree",
    {
      ".git": "gitdir: repository/worktrees/one\n",
      "repository/worktrees/one/HEAD": "ref: refs/heads/main\n",
      "repository/worktrees/one/commondir": "../..\n",
      "repository/refs/heads/main": commit,
    },
    main,
  ],
])("the source commit is read from the files of a Git repository with %s", async ([, files, expected]) => {
  await write({ ...files, "sub/file": "" });
  expect(await sourceCommit(join(dir, "sub"), ignore)).toEqual(expected);
});

test("a directory without a Git repository has no source commit", async () => {
  expect(await sourceCommit(dir, ignore)).toBe(undefined);
});

test("a packed branch is found in a packed-refs file of several MiB", async () => {
  const others = Array.from({ length: 60_000 }, (_, index) => `${commit.replace("0", "f")} refs/tags/v${index}\n`);
  const packed = `# pack-refs\n${others.join("")}${commit} refs/heads/main\n`;
  expect(packed.length).toBeGreaterThan(3 * 1024 ** 2);
  await write({ ".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": packed });
  expect(await sourceCommit(dir, ignore)).toEqual(main);
});

test("a packed-refs file that exceeds the limit is not read, and the warning names it", async () => {
  await write({ ".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": "" });
  await truncate(join(dir, ".git/packed-refs"), limits.packedRefs.most + 1);
  const warnings: string[] = [];
  expect(await sourceCommit(dir, (text) => warnings.push(text))).toBe(undefined);
  expect(warnings).toEqual([expect.stringContaining(`${join(dir, ".git/packed-refs")} has more than 67108864 bytes`)]);
});

test("a HEAD file of a Git repository is not read if it is a device", async () => {
  await mkdir(join(dir, ".git"));
  await symlink("/dev/zero", join(dir, ".git/HEAD"));
  expect(await sourceCommit(dir, ignore)).toBe(undefined);
});

test.for<[string, string | undefined]>([
  ["https://user:secret@example.com/acme/shop.git", "git+https://example.com/acme/shop.git"],
  ["ssh://git@example.com:2222/acme/shop", "git+ssh://example.com:2222/acme/shop"],
  ["git@example.com:acme/shop.git", "git+ssh://example.com/acme/shop.git"],
  ["https://example.com/acme/shop?token=secret", "git+https://example.com/acme/shop"],
  ["/home/me/shop", undefined],
  ["file:///home/me/shop", undefined],
])("the Git remote %j is recorded without credentials and local paths", ([url, expected]) => {
  expect(sourceUri(`[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = x\n`)).toBe(expected);
});

test("the configuration of a Git repository is searched in linear time", () => {
  const config = `[remote "origin"]\n${"\n".repeat(1_000_000)}`;
  const start = performance.now();
  expect(sourceUri(config)).toBe(undefined);
  expect(performance.now() - start).toBeLessThan(5000);
});
