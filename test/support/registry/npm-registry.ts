import { createHash, randomUUID } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute, npmSetting, pinnedNode, root } from "../cnb.ts";
import { callWhenReady, freePort } from "../http.ts";
import { startService } from "../service.ts";

/** A real npm registry (verdaccio) on the loopback interface. What is not published to it comes from this machine's registry. */
export interface NpmRegistry {
  readonly url: string;
  publish(tarball: string): Promise<void>;
  /** Makes a user, and the token by which npm names itself as this one. */
  token(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts one with none of the `own` packages. They go when it stops; what it fetched of others stays in the cache. `readers` may have
 * the own packages: `$all`, or `$authenticated` alone.
 */
export async function startNpmRegistry(own: readonly string[], readers = "$all"): Promise<NpmRegistry> {
  const program = await installRegistry();
  const storage = cacheDir(process.env, "test-npm-registry", "storage");
  await mkdir(storage, { recursive: true });
  const dir = await mkdtemp(join(storage, "own-"));
  const url = `http://127.0.0.1:${await freePort()}/`;
  await writeFile(join(dir, "config.yaml"), JSON.stringify(await configuration(own, readers, dir)));
  const command = [pinnedNode, program, "--config", join(dir, "config.yaml"), "--listen", url];
  const service = await startService("env", [...(await authority()), ...command], {
    dir,
    ready: () => callWhenReady(`${url}-/ping`, 60_000),
  });
  return { url, publish: (tarball) => publish(tarball, url), token: () => newToken(url), stop: service.stop };
}

/** Installed once per lock file, apart from the workspace: three hundred packages that nothing else needs. */
async function installRegistry(): Promise<string> {
  const source = join(root, "test/support/npm-registry");
  const lock = await readFile(join(source, "package-lock.json"));
  const key = createHash("sha256").update(lock).digest("hex").slice(0, 16);
  const dir = cacheDir(process.env, "test-npm-registry", key);
  await populateOnce(dir, async (workDir) => {
    for (const name of ["package.json", "package-lock.json"]) await copyFile(join(source, name), join(workDir, name));
    const { exitCode, stderr } = await execute("npm", ["ci", "--ignore-scripts"], { cwd: workDir });
    if (exitCode !== 0) throw new Error(`verdaccio cannot be installed:\n${stderr}`);
  });
  return join(dir, "node_modules/verdaccio/bin/verdaccio");
}

/** Anybody may publish our packages and read all. YAML understands JSON. */
async function configuration(own: readonly string[], readers: string, dir: string) {
  const access = { access: readers, publish: "$all", storage: basename(dir) };
  return {
    storage: dirname(dir),
    uplinks: {
      upstream: {
        url: await npmSetting("registry"),
        timeout: "120s",
        max_fails: 20,
        fail_timeout: "1s",
        maxage: "1d", // exact versions do not change
      },
    },
    packages: {
      ...Object.fromEntries(own.map((name) => [name, access])),
      "**": { access: "$all", proxy: "upstream" },
    },
    auth: { htpasswd: { file: join(dir, "htpasswd") } },
    web: { enable: false },
    max_body_size: "100mb",
    log: { type: "stdout", format: "json", level: "warn" },
  };
}

/** Behind a proxy that signs for others, npm knows whom to trust. */
async function authority(): Promise<string[]> {
  const file = await npmSetting("cafile");
  return file ? [`NODE_EXTRA_CA_CERTS=${file}`] : [];
}

async function publish(tarball: string, url: string): Promise<void> {
  // npm wants a token of whoever publishes, verdaccio takes any.
  const home = await mkdtemp(join(tmpdir(), "npm-publish-"));
  await writeFile(join(home, ".npmrc"), `registry=${url}\n//${new URL(url).host}/:_authToken=anybody\n`);
  const env = { ...process.env, NPM_CONFIG_USERCONFIG: join(home, ".npmrc") };
  const args = ["publish", tarball, "--access", "public", "--provenance=false", "--ignore-scripts", "--registry", url];
  const { exitCode, stderr } = await execute("npm", args, { cwd: home, env });
  await rm(home, { recursive: true });
  if (exitCode !== 0) throw new Error(`${tarball} cannot be published:\n${stderr}`);
}

async function newToken(url: string): Promise<string> {
  const name = `user-${randomUUID()}`;
  const response = await fetch(`${url}-/user/org.couchdb.user:${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password: randomUUID() }),
  });
  const { token } = (await response.json()) as { readonly token?: string };
  if (token === undefined) throw new Error(`the registry makes no user: ${response.status}`);
  return token;
}
