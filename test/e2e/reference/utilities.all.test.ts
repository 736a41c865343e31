import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, container } from "@libcnb/packager/testing";
import { type FileMap, writeFiles } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { type AppCase, type AppWorld, expectLife, failureOf, movedFrom } from "../../support/apps/app-cases.ts";
import { execute } from "../../support/cnb.ts";
import { privateRepository, privateServer } from "./utilities-servers.ts";
import { bound, busybox, showsVariables, utilitiesWorld } from "./utilities-world.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await utilitiesWorld();
}, 900_000);

const cases: readonly AppCase[] = [
  {
    name: "a start command without a shell in an environment variable",
    app: { files: { ...busybox, "www/index.html": "hello" } },
    env: { BP_PROCFILE_DEFAULT_PROCESS: "./busybox env 'A B=c d'", BP_DIRECT_PROCESS: "true" },
    says: ["Chosen because of BP_PROCFILE_DEFAULT_PROCESS"],
    processes: { web: "./busybox env A B=c d" },
    answers: {},
    ends: { web: { exitCode: 0, prints: "A B=c d" } },
  },
  {
    name: "a static site with basic authentication",
    app: {
      files: {
        "public/index.html": "for us alone",
        "bindings/site/type": "htpasswd",
        "bindings/site/.htpasswd": "me:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
      },
    },
    says: ["Serving the directory public"],
    launchEnv: { SERVICE_BINDING_ROOT: "/workspace/bindings" },
    answers: { "/": [401, "Unauthorized\n"] },
  },
  {
    name: "a static site with a worker in a Procfile",
    app: { files: { ...busybox, "public/index.html": "home", Procfile: "worker: ./busybox echo worked" } },
    says: ["Serving the directory public", "Chosen because of worker in Procfile"],
    answers: { "/": "home" },
    ends: { worker: { exitCode: 0, prints: "worked" } },
  },
];

// a process that ends by itself answers nobody
test.for(cases.filter(({ answers }) => Object.keys(answers).length > 0))(
  "an app with $name is built and starts, and a second build changes no layer",
  (one) => expectLife(one, world),
);

test.for(cases.filter(({ answers }) => Object.keys(answers).length === 0))(
  "a process of an app with $name ends with the expected exit code and output",
  async ({ app, env, ends }) => {
    await using image = await buildImage({ ...world, app: app.files ?? {}, env: { ...world.env, ...env } });
    await using ran = await container(image);
    const { exitCode } = await ran.ended;
    expect({ exitCode, prints: ran.logs() }).toEqual({
      exitCode: ends?.["web"]?.exitCode,
      prints: expect.stringContaining(ends?.["web"]?.prints ?? ""),
    });
    expect(movedFrom(image, await image.rebuild())).toEqual([]);
  },
);

test("a static site in a subdirectory is served by HTTPS only", async () => {
  const app = { "docs/index.html": "docs", "index.html": "another", "go.mod": "module x" };
  const env = { BP_WEB_SERVER_ROOT: "/workspace/docs", BP_WEB_SERVER: "nginx", BP_WEB_SERVER_FORCE_HTTPS: "true" };
  await using image = await buildImage({ ...world, app, env: { ...world.env, ...env } });
  expect(image.log.join("\n")).toContain("This buildpack's own server replaces nginx");
  await using site = await container(image);
  await site.ready({ log: /Serving/ });
  const [plain, secure] = await Promise.all([
    site.fetch("/a?b", { redirect: "manual", headers: { "x-forwarded-host": "example.com" } }),
    site.fetch("/", { headers: { "x-forwarded-proto": "https" } }),
  ]);
  expect([plain.status, plain.headers.get("location"), await secure.text()]).toEqual([
    301,
    "https://example.com/a?b",
    "docs",
  ]);
  const changed = await image.rebuild({ app: { ...app, "docs/a.txt": "a" } });
  expect(movedFrom(image, changed)).toEqual(["app"]);
});

test("a static site built with basic authentication does not start without passwords", async () => {
  const bindings = bound({ site: { type: "htpasswd", ".htpasswd": "me:{PLAIN}x" } });
  await using image = await buildImage({
    ...world,
    app: { "public/index.html": "" },
    env: { ...world.env, ...bindings },
  });
  await using ran = await container(image);
  expect([(await ran.ended).exitCode, ran.logs()]).toEqual([
    1,
    "The site is password-protected, but the container has no binding of the type htpasswd\n",
  ]);
});

describe("the labels of an image", () => {
  const revision = "org.opencontainers.image.revision";

  test("contain the Git commit and the user's values", async () => {
    await using repository = await repositoryOf(showsVariables);
    const { dir, commit } = repository;
    const env = { ...world.env, BP_OCI_TITLE: "Shows", BP_IMAGE_LABELS: `team=shop on-call="see the wiki"` };
    await using image = await buildImage({ ...world, app: dir, env });
    const first = await commit();
    expect((await image.inspect()).labels).toMatchObject({
      [revision]: first,
      team: "shop",
      "on-call": "see the wiki",
      "org.opencontainers.image.title": "Shows",
    });
    await using app = await container(image);
    await app.ready({ http: "/REVISION" });
    expect(await (await app.fetch("/REVISION")).json()).toBe(first);

    await writeFiles(dir, { "server.js": `${showsVariables["server.js"]}// changed\n` });
    await repository.git("commit", "--all", "--quiet", "--message", "two");
    const next = await image.rebuild({ app: dir });
    expect((await next.inspect()).labels[revision]).toBe(await commit());
    expect(await commit()).not.toBe(first);
    // REVISION; the directory .git and the file; the label, which is in the lifecycle's own layer, too
    expect(movedFrom(image, next)).toEqual(["libcnb/git:git", "app slice 2 of 2", "config"]);
  });

  test("contain the user's value in place of the Git commit", async () => {
    await using repository = await repositoryOf({ "index.html": "hello" });
    await repository.git("gc", "--quiet");
    const env = { ...world.env, BP_OCI_REVISION: "v1.2.3" };
    await using image = await buildImage({ ...world, app: repository.dir, env });
    expect((await image.inspect()).labels[revision]).toBe("v1.2.3");
  });

  test("cause a build error if they are malformed", async () => {
    const log = await failureOf({ files: { "index.html": "" } }, world, { BP_IMAGE_LABELS: `a="b` });
    expect(log).toContain('cannot parse BP_IMAGE_LABELS: the quote " is not closed (character 3)');
  });
});

/** A directory with the real git. */
async function repositoryOf(files: FileMap) {
  const dir = await mkdtemp(join(tmpdir(), "utilities-"));
  await writeFiles(dir, files);
  const named = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
  const git = async (...args: readonly string[]) =>
    (await execute("git", ["-C", dir, ...named, ...args])).stdout.trim();
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "one");
  return {
    dir,
    git,
    commit: () => git("rev-parse", "HEAD"),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  };
}

test("git credentials of a binding are available only during the build", async () => {
  await using server = await privateRepository("me", "s3cret");
  const script = `git clone --quiet ${server.url}/private.git cloned && rm -rf cloned/.git`;
  const app = {
    "package.json": JSON.stringify({
      name: "clones",
      version: "1.0.0",
      scripts: { build: script, start: "node server.js" },
    }),
    "server.js": `const said = require("node:fs").readFileSync("cloned/said.txt");
require("node:http").createServer((_, response) => response.end(said)).listen(process.env.PORT);`,
  };
  const credentials = { type: "git-credentials", context: server.url, credentials: "username=me\npassword=s3cret\n" };
  const env = { ...world.env, ...bound({ team: credentials }) };
  await using image = await buildImage({ ...world, app, env });
  await using ran = await container(image);
  await ran.ready({ http: "/" });
  expect(await (await ran.fetch("/")).text()).toBe("of the private repository");
  expect(image.log.join("\n")).toContain(`git uses the credentials of the binding team for ${server.url}`);
  const { stdout } = await ran.exec(["sh", "-c", "cd /; env; ls -R layers | cat"]);
  expect([stdout, image.log.join("\n")].join("\n")).not.toContain("s3cret");
});

/** An app in Node.js that asks a server, by each way in which programs find whom they trust. */
const asks = (url: string): FileMap => ({
  "package.json": JSON.stringify({ name: "asks", version: "1.0.0", scripts: { start: "node server.js" } }),
  "ask.js": `fetch("${url}").then((answer) => answer.text()).then(console.log, (error) => console.log(error.cause.code));`,
  "server.js": `const { execFileSync } = require("node:child_process");
const ways = {
  node: [[], {}],
  file: [["--use-openssl-ca"], { NODE_EXTRA_CA_CERTS: "", SSL_CERT_DIR: "/gone" }],
  folder: [["--use-openssl-ca"], { NODE_EXTRA_CA_CERTS: "", SSL_CERT_FILE: "/gone" }],
};
require("node:http").createServer((request, response) => {
  const [flags, env] = ways[request.url.slice(1)] ?? ways.node;
  response.end(execFileSync(process.execPath, [...flags, "ask.js"], { env: { ...process.env, ...env } }));
}).listen(process.env.PORT);
process.on("SIGTERM", () => process.exit(0));
`,
});

const companyOf = ({ authority }: { readonly authority: string }) =>
  bound({ company: { type: "ca-certificates", "root.pem": authority } });

const unknown = "UNABLE_TO_VERIFY_LEAF_SIGNATURE\n";

describe("CA certificates are trusted", () => {
  test("from bindings of the container", async () => {
    await using server = await privateServer();
    const binding = { "bindings/company/type": "ca-certificates", "bindings/company/root.pem": server.authority };
    const one: AppCase = {
      name: "launch",
      app: { files: { ...asks(server.url), ...binding } },
      env: { BP_RUNTIME_CERT_BINDING_DISABLED: "false" },
      says: ["Containers trust the CA certificates in their bindings"],
      launchEnv: { SERVICE_BINDING_ROOT: "/workspace/bindings" },
      answers: { "/node": "trusted\n", "/file": "trusted\n", "/folder": "trusted\n" },
    };
    await expectLife(one, world);
  });

  test("only if a binding provides them", async () => {
    await using server = await privateServer();
    const env = { ...world.env, BP_RUNTIME_CERT_BINDING_DISABLED: "false" };
    await using image = await buildImage({ ...world, app: asks(server.url), env });
    await using app = await container(image);
    await app.ready({ http: "/node" });
    const answers = ["node", "file", "folder"].map(async (way) => (await app.fetch(`/${way}`)).text());
    expect(await Promise.all(answers)).toEqual([unknown, unknown, unknown]);
  });

  test("from the image, with and without the launch-time helper", async () => {
    await using server = await privateServer();
    const env = { ...world.env, ...companyOf(server), BP_EMBED_CERTS: "true" };
    await using image = await buildImage({ ...world, app: asks(server.url), env });
    const without = await image.rebuild({ env: { ...env, BP_RUNTIME_CERT_BINDING_DISABLED: "true" } });
    for (const each of [image, without]) {
      await using app = await container(each);
      await app.ready({ http: "/node" });
      const answers = ["node", "folder"].map(async (way) => (await app.fetch(`/${way}`)).text());
      expect(await Promise.all(answers)).toEqual(["trusted\n", "trusted\n"]);
    }
    expect(Object.keys((await without.inspect()).buildpackLayers)).not.toContain("libcnb/ca-certificates:helper");
    expect(movedFrom(image, without)).toEqual([]);
  });

  test("during the build by tools that accept only a file or only a directory of certificates", async () => {
    await using server = await privateServer();
    const build = `curl -sSf ${server.url} >said.txt && curl -sSf --capath "$SSL_CERT_DIR" ${server.url} >>said.txt`;
    const app = {
      "package.json": JSON.stringify({ name: "asks", version: "1.0.0", scripts: { build, start: "node server.js" } }),
      "server.js": `const said = require("node:fs").readFileSync("said.txt");
require("node:http").createServer((_, response) => response.end(said)).listen(process.env.PORT);`,
    };
    await using image = await buildImage({ ...world, app, env: { ...world.env, ...companyOf(server) } });
    await using ran = await container(image);
    await ran.ready({ http: "/" });
    expect(await (await ran.fetch("/")).text()).toBe("trustedtrusted");
    expect(image.log.join("\n")).toContain("The build trusts");
  });

  test("only if all files in the binding are valid, and the build fails otherwise", async () => {
    const env = bound({ broken: { type: "ca-certificates", "a.pem": "hello" } });
    const log = await failureOf(
      { files: { ...busybox, Procfile: "web: ./busybox env" } },
      { ...world, certificates: [] },
      env,
    );
    expect(log).toContain("a.pem of the binding broken contains no certificate");
  });
});
