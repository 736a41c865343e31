// @needs processes
import "libcnb/testing/vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, detect, type FileMap, rebuild } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import gitBuildpack from "./buildpack.ts";
import { filesBelow, git, type TestRepository, testRepository } from "./test-repository.ts";

const buildpack = resolve(import.meta.dirname, "..");
const commit = "0123456789abcdef0123456789abcdef01234567";
const credentials = { type: "git-credentials", credentials: "username=me\npassword=s3cret\n" };

describe("detect", () => {
  test.for<[string, FileMap]>([
    ["a directory .git", { ".git/HEAD": "ref: refs/heads/main" }],
    ["a file .git", { ".git": "gitdir: ../.git/worktrees/x" }],
    ["a symbolic link .git", { ".git": "-> /elsewhere" }],
  ])("passes with %s", async ([, app]) => expect(await detect(gitBuildpack, { buildpack, app })).toPass());

  test("passes with a binding of type git-credentials", async () => {
    expect(await detect(gitBuildpack, { buildpack, bindings: { mine: credentials } })).toPass();
  });

  test("fails for an app without .git if there is no binding", async () => {
    const reason = "the app has no .git, and there is no binding of the type git-credentials";
    expect(await detect(gitBuildpack, { buildpack, app: { ".gitignore": "" } })).toFail(reason);
  });
});

/** A repository, and the directory of it that is the app. */
type MadeApp = (repository: TestRepository) => Promise<unknown>;

describe("the buildpack finds the same commit as git for", () => {
  const withTwo: MadeApp = async ({ commit }) => {
    await commit("a");
    await commit("b");
  };
  test.for<[string, MadeApp, (readonly string[])?]>([
    ["a branch", withTwo],
    [
      "a branch with / in its name",
      async (made) => [made.git("checkout", "-q", "-b", "a/b/c"), await made.commit("a")],
    ],
    [
      "a branch with non-ASCII letters in its name",
      async (made) => [made.git("checkout", "-q", "-b", "größe"), await made.commit("a")],
    ],
    [
      "packed branches",
      async (made) => [await withTwo(made), made.git("tag", "-am", "v1", "v1"), made.git("gc", "-q")],
    ],
    [
      "a branch that has moved since it was packed",
      async (made) => [await withTwo(made), made.git("pack-refs", "--all"), await made.commit("c")],
    ],
    ["a detached HEAD", async (made) => [await withTwo(made), made.git("checkout", "-q", "--detach", "HEAD~1")]],
    [
      "a branch that is a symbolic ref to another branch",
      async (made) => [
        await withTwo(made),
        made.git("symbolic-ref", "refs/heads/alias", "refs/heads/main"),
        made.git("symbolic-ref", "HEAD", "refs/heads/alias"),
      ],
    ],
    ["a repository with SHA-256", withTwo, ["--object-format=sha256"]],
    [
      "a shallow clone",
      async (made) => [await withTwo(made), made.git("pull", "-q", "--depth=1", `file://${made.dir}`)],
    ],
  ])("%s", async ([, make, flags = []]) => {
    await using repository = await testRepository(...flags);
    await make(repository);
    const outcome = await build(gitBuildpack, { buildpack, app: await filesBelow(repository.dir) });
    const head = repository.git("rev-parse", "HEAD");
    expect(outcome.parsed.launch.labels).toEqual({ "org.opencontainers.image.revision": head });
    expect(outcome.log).toEqual([`Built from the commit ${head}`]);
    expect(outcome).toHaveLayer("git", { types: ["build", "launch", "cache"] });
    expect(outcome.parsed.layers["git"]?.env.shared).toEqual({ REVISION: { default: head } });
  });

  test("a worktree whose repository is in the app", async () => {
    await using repository = await testRepository();
    await repository.commit("a");
    repository.git("worktree", "add", "-q", "-b", "other", "tree");
    await repository.commit("b");
    const files = await filesBelow(repository.dir);
    const own = Object.entries(files).filter(([path]) => path.startsWith(".git/"));
    // as the app of a build: the worktree's HEAD with the repository beside it
    const app = Object.fromEntries([...own.map(([path, content]) => [path.replace(".git/", "repository/"), content])]);
    const outcome = await build(gitBuildpack, {
      buildpack,
      app: { ...app, ".git": "gitdir: repository/worktrees/tree\n" },
    });
    expect(outcome.parsed.launch.labels).toEqual({
      "org.opencontainers.image.revision": repository.git("rev-parse", "other"),
    });
  });
});

describe("the log reports that the commit is unknown for", () => {
  const branch = (name: string, more: FileMap = {}): FileMap => ({ ".git/HEAD": `ref: ${name}\n`, ...more });
  const outsideApp = ".git points outside of the app, to a repository that the build does not have";
  const circle = "the symbolic links of .git form a loop";
  test.for<[string, FileMap, string]>([
    ["a branch without a commit", branch("refs/heads/main"), "the branch main has no commit yet"],
    ["a repository without HEAD", { ".git/config": "" }, ".git is not a repository: it has no HEAD"],
    [
      "a worktree whose repository is outside of the app",
      { ".git": "gitdir: /home/me/app/.git/worktrees/x\n" },
      outsideApp,
    ],
    ["a submodule whose repository is outside of the app", { ".git": "gitdir: ../.git/modules/x\n" }, outsideApp],
    ["a symbolic link out of the app", { ".git": "-> /" }, outsideApp],
    ["a symbolic link to a missing target", { ".git": "-> gone" }, ".git is not a repository: it has no HEAD"],
    ["a symbolic link to itself", { ".git": "-> .git" }, circle],
    ["a HEAD that is a symbolic link to itself", { ".git/HEAD": "-> HEAD" }, circle],
    ["a HEAD that is neither a ref nor a commit", { ".git/HEAD": "hello" }, "HEAD does not point to a commit"],
    [
      "a branch whose commit hash is too short",
      branch("refs/heads/x", { ".git/refs/heads/x": "0123" }),
      "refs/heads/x does not point to a commit",
    ],
    ["a ref that contains ..", branch("refs/../../secret"), "HEAD does not point to a commit"],
    ["a ref that is an absolute path", branch("/etc/passwd"), "HEAD does not point to a commit"],
    [
      "a branch whose name is too long for a file",
      branch(`refs/heads/${"x".repeat(5_000)}`),
      "HEAD does not point to a commit",
    ],
    [
      "a directory in place of a branch",
      branch("refs/heads/a", { ".git/refs/heads/a/b": commit }),
      "the branch a has no commit yet",
    ],
    [
      "a cycle of symbolic refs",
      branch("refs/heads/a", { ".git/refs/heads/a": "ref: refs/heads/b", ".git/refs/heads/b": "ref: refs/heads/a" }),
      "HEAD is a loop of symbolic refs",
    ],
    [
      "a repository in the reftable format",
      branch("refs/heads/.invalid", { ".git/reftable/tables.list": "" }),
      "the repository stores its refs in the reftable format, which this buildpack does not read",
    ],
  ])("%s", async ([, app, problem]) => {
    const { log, parsed } = await build(gitBuildpack, { buildpack, app });
    expect([log, parsed.launch.labels, parsed.layers]).toEqual([
      [`The commit of the app is unknown: ${problem}`],
      {},
      {},
    ]);
  });
});

test("another commit changes the environment variables of the layer, but no other file of the layer", async () => {
  const first = await build(gitBuildpack, { buildpack, app: { ".git/HEAD": commit } });
  const next = await rebuild(gitBuildpack, first, { app: { ".git/HEAD": commit.replace("0", "f") } });
  expect(next.parsed.layers["git"]?.env.shared).toEqual({ REVISION: { default: commit.replace("0", "f") } });
  expect(next.layers["git.toml"]).toEqual(first.layers["git.toml"]);
});

describe("the credentials for git", () => {
  const other = {
    ...credentials,
    context: "https://git.example.com/team",
    credentials: "username=you\npassword=two\n",
  };
  test.for<[string, Readonly<Record<string, typeof credentials & { readonly context?: string }>>, string, string]>([
    [
      "are those of a binding without a context, for any URL",
      { mine: credentials },
      "https://x.example.com/a",
      "me s3cret",
    ],
    [
      "are those of the binding whose context matches the URL",
      { mine: credentials, yours: other },
      "https://git.example.com/team/repo",
      "you two",
    ],
    [
      "are those of the binding without a context if no context of another binding matches the URL",
      { mine: credentials, yours: other },
      "https://x.example.com/a",
      "me s3cret",
    ],
    [
      "are those of a binding whose context contains quotes",
      { mine: { ...credentials, context: 'https://a"b\\c.example.com' } },
      'https://a"b\\c.example.com/x',
      "me s3cret",
    ],
  ])("%s", async ([, bindings, url, expected]) => {
    const { username, password } = await filled(bindings, url);
    expect(`${username} ${password}`).toBe(expected);
  });

  test("can come from a Cloud Foundry service", async () => {
    const given = { type: "git-credentials", credentials: "username=me\npassword=cf\n" };
    const services = JSON.stringify({ "user-provided": [{ name: "mine", credentials: given }] });
    const outcome = await build(gitBuildpack, { buildpack, env: { VCAP_SERVICES: services } });
    expect(outcome.layers["credentials/binding-0"]).toEqual({
      contents: "username=me\npassword=cf\n",
      mode: 0o600,
    });
    expect(outcome).toHaveLayer("credentials", { types: ["build"] });
  });

  test("are in no layer, log or label", async () => {
    const outcome = await build(gitBuildpack, {
      buildpack,
      app: { ".git/HEAD": commit },
      bindings: { mine: credentials },
    });
    expect(JSON.stringify([outcome.layers, outcome.stdout, outcome.stderr, outcome.parsed])).not.toContain("s3cret");
    expect(outcome.log).toEqual([
      'Using the binding "mine" of type git-credentials',
      "git uses the credentials of the binding mine for all URLs",
      'git sends these credentials to each host that it clones from. To limit them to one host, add an entry "context" to the binding mine',
      `Built from the commit ${commit}`,
    ]);
  });

  test("are not used if GIT_CONFIG_COUNT is set", async () => {
    const env = { GIT_CONFIG_COUNT: "0" };
    const { log } = await build(gitBuildpack, {
      buildpack,
      env,
      bindings: { mine: { ...credentials, context: "https://a" } },
    });
    expect(log).toContain("git does not use these credentials, because the build sets GIT_CONFIG_COUNT");
  });

  test("are refused if bindings conflict or git cannot use them", async () => {
    const bindings = {
      a: { type: "git-credentials", context: "https://x" },
      b: { ...credentials, context: "https://x" },
      c: { ...credentials, context: "https://x\n[core]" },
      d: credentials,
      e: credentials,
    };
    await expect(build(gitBuildpack, { buildpack, bindings })).rejects.toMatchObject({
      code: "GIT_CREDENTIALS_INVALID",
      message:
        'the binding a has no entry "credentials"; the bindings a and b both are for https://x; the context of the binding c is not a URL; the bindings d and e both have no context',
    });
  });
});

/** The configuration that the real git reads from the file for later buildpacks. */
async function filled(
  bindings: Readonly<Record<string, Readonly<Record<string, string>> & { readonly type: string }>>,
  url: string,
) {
  const dir = await mkdtemp(join(tmpdir(), "git-credentials-"));
  try {
    const { writeFiles } = await import("libcnb/testing");
    const files = Object.entries(bindings).flatMap(([name, entries]) =>
      Object.entries(entries).map(([key, text]) => [`bindings/${name}/${key}`, text] as const),
    );
    await writeFiles(dir, Object.fromEntries(files));
    const outcome = await build(gitBuildpack, { buildpack, env: { SERVICE_BINDING_ROOT: join(dir, "bindings") } });
    await writeFiles(dir, { gitconfig: String(outcome.layers["credentials/gitconfig"]) });
    const { build: variables } = outcome.parsed.layers["credentials"]?.env ?? {};
    expect(variables?.["GIT_CONFIG_KEY_0"]).toEqual({ override: "include.path" });
    const env = {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "include.path",
      GIT_CONFIG_VALUE_0: join(dir, "gitconfig"),
      GIT_TERMINAL_PROMPT: "0",
    };
    const [protocol = "", rest = ""] = url.split("://");
    const [host = "", ...path] = rest.split("/");
    const input = `protocol=${protocol}\nhost=${host}\npath=${path.join("/")}\n\n`;
    const lines = git(dir, ["-c", "credential.useHttpPath=true", "credential", "fill"], env, input).split("\n");
    return Object.fromEntries(lines.map((line) => line.split("=", 2)));
  } finally {
    await rm(dir, { recursive: true });
  }
}
