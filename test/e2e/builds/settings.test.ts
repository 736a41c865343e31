import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb } from "../../support/cnb.ts";
import { listen } from "../../support/registry/listen.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "settings-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const file = () => join(dir, "libcnb/config.toml");

/** Runs `cnb` for a user with a configuration directory and nothing else. */
const run = (args: readonly string[], variables: NodeJS.ProcessEnv = {}) =>
  cnb(args, { cwd: dir, env: { PATH: process.env.PATH, HOME: dir, XDG_CONFIG_HOME: dir, ...variables } });

async function succeeds(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(args, variables);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

test("cnb config shows each setting with its source, and cnb config set and unset change the configuration file", async () => {
  expect(await succeeds(["config", "path"])).toBe(`${file()}\n`);
  await succeeds(["config", "set", "default-builder", "oci:builder"]);
  await succeeds(["config", "set", "registry-mirrors.docker.io", "one.example.com", "two.example.com/hub"]);
  await succeeds(["config", "set", "cache-size", "20GB"]);
  expect(await succeeds(["config"], { LIBCNB_INSECURE_REGISTRIES: "a:1" })).toBe(
    [
      `default-builder      oci:${dir}/builder`,
      "insecure-registries  a:1",
      "registry-mirrors     docker.io → one.example.com, two.example.com/hub",
      `cache-dir            ${dir}/.cache/libcnb`,
      "cache-size           20GB",
    ]
      .map((line, index) => {
        const sources = ["file", "variable LIBCNB_INSECURE_REGISTRIES", "file", "default", "file"];
        return `${line.padEnd(21 + "docker.io → one.example.com, two.example.com/hub".length)}  ${sources[index]}\n`;
      })
      .join(""),
  );
  const shown = await succeeds(["config", "show", "--json", "--builder", "b:1"], { LIBCNB_CACHE_SIZE: "1GB" });
  expect(JSON.parse(shown)).toEqual({
    file: file(),
    settings: [
      { key: "default-builder", value: "b:1", source: "flag", by: "--builder" },
      { key: "registry-mirrors", name: "docker.io", value: "one.example.com, two.example.com/hub", source: "file" },
      { key: "cache-dir", value: `${dir}/.cache/libcnb`, source: "default" },
      { key: "cache-size", value: "1GB", source: "variable", by: "LIBCNB_CACHE_SIZE" },
    ],
  });
  await succeeds(["config", "unset", "registry-mirrors"]);
  await succeeds(["config", "unset", "cache-size"]);
  expect((await readFile(file(), "utf8")).trim()).toBe(`default-builder = "oci:${dir}/builder"`);
});

test("cnb build prefers the default builder in the environment variable to that in the configuration file, and its error explains how to set a default builder if neither is set", async () => {
  await writeFile(join(dir, "config.toml"), 'default-builder = "oci:from-file"\n');
  await writeFile(join(dir, "empty.toml"), "");
  const build = async (variables: NodeJS.ProcessEnv) => (await run(["build", "oci:app"], variables)).stderr;
  const LIBCNB_CONFIG = join(dir, "config.toml");
  expect(await build({ LIBCNB_CONFIG })).toContain(`${dir}/from-file`);
  expect(await build({ LIBCNB_CONFIG, LIBCNB_BUILDER: "oci:from-variable" })).toContain("from-variable");
  expect(await build({ LIBCNB_CONFIG: join(dir, "empty.toml") })).toContain("cnb config set default-builder IMAGE");
});

test("the builder in project.toml takes precedence over the default builder of cnb config", async () => {
  await writeFile(
    join(dir, "project.toml"),
    '[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "oci:from-project"\n',
  );
  expect((await run(["build", "oci:app"], { LIBCNB_BUILDER: "oci:from-variable" })).stderr).toContain("from-project");
  await rm(join(dir, "project.toml"));
});

test("cnb uses the cache directory in its configuration file, and resolves a relative path against the file's directory", async () => {
  await writeFile(join(dir, "config.toml"), 'cache-dir = "own-cache"\ncache-size = "3GB"\n');
  const shown = JSON.parse(await succeeds(["cache", "show", "--json"], { LIBCNB_CONFIG: join(dir, "config.toml") }));
  expect(shown).toMatchObject({ dir: join(dir, "own-cache"), limitBytes: 3e9 });
});

test("cnb uses the file of registry logins that its configuration names, and reports a missing file", async () => {
  const received: (string | undefined)[] = [];
  const registry = await listen(
    createServer((request, response) => {
      received.push(request.headers.authorization);
      response.writeHead(401, { "www-authenticate": 'Basic realm="registry"' }).end();
    }),
  );
  try {
    await writeFile(join(dir, "config.toml"), 'auth-file = "auth.json"\n');
    const inspect = () => run(["inspect", `${registry.host}/app`], { LIBCNB_CONFIG: join(dir, "config.toml") });
    const { stderr } = await inspect();
    expect(stderr).toContain(`${dir}/auth.json, set in auth-file in cnb's configuration, cannot be read`);
    expect(stderr).toContain("CODE: REGISTRY_CREDENTIALS_INVALID");
    const auth = Buffer.from("ada:secret").toString("base64");
    await writeFile(join(dir, "auth.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    await inspect();
    expect(received).toContain(`Basic ${auth}`);
  } finally {
    await registry.stop();
  }
});

test("cnb config path works even if the configuration file is invalid, and cnb config suggests the correct name of an unknown key", async () => {
  await writeFile(join(dir, "config.toml"), 'default-bilder = "x"\n');
  const variables = { LIBCNB_CONFIG: join(dir, "config.toml") };
  expect(await succeeds(["config", "path"], variables)).toBe(`${dir}/config.toml\n`);
  for (const args of [["config"], ["config", "set", "cache-size", "1GB"], ["cache", "show"]]) {
    const { exitCode, stderr } = await run(args, variables);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining(
        `${dir}/config.toml:1:1: default-bilder: unknown key; did you mean default-builder?`,
      ),
    });
  }
});
