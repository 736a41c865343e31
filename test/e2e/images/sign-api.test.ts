// @needs busybox, namespaces
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildImage,
  createBuilder,
  type Host,
  openHost,
  openSigning,
  packageBuildpack,
  parseBuilderToml,
  type SigningInput,
} from "@libcnb/packager";
import { parseImageReference, write } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { sourceCommit, writeSources } from "../../support/signing/output-sources.ts";

let dir: string;
let registry: MemoryRegistry;
let key: KeyFiles;
let host: Host;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sign-api-"));
  [registry, key] = await Promise.all([startMemoryRegistry({ referrers: true }), keyFiles(dir, "ecdsa", "release")]);
  await writeSources(dir);
  host = await openHost({ env: { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache") } });
});
afterAll(async () => {
  await Promise.all([registry.stop(), rm(dir, { recursive: true, force: true })]);
});

const opened = (input: Omit<SigningInput, "key">) => openSigning({ key: key.secret, ...input }, host);

/** The verified build definition in the provenance of an image, which also has a verified signature. */
async function definitionOf(name: string) {
  const verify = async (...flags: readonly string[]) => {
    const args = ["verify", name, "--key", key.open, "--json", ...flags];
    const { exitCode, stdout, stderr } = await cnbInProcess(args, { cwd: dir, env: { HOME: dir } });
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout).claims[0].predicate;
  };
  expect(await verify()).toEqual({});
  return (await verify("--type", "slsaprovenance1")).buildDefinition;
}

const namesIn = ({ resolvedDependencies }: { resolvedDependencies: readonly { name?: string; uri?: string }[] }) =>
  resolvedDependencies.map(({ name, uri }) => name ?? uri);

test("packageBuildpack with openSigning signs the package, and records the given parameters", async () => {
  const name = `${registry.host}/buildpack:1`;
  const parameters = { arguments: ["buildpack"], options: { target: ["linux/amd64"] } };
  const signing = await opened({ command: "buildpack package", ...parameters, sourceDir: join(dir, "app") });
  const input = { dir: join(dir, "buildpack"), outputs: [name], targets: ["linux/amd64"] };
  await packageBuildpack({ ...input, artifacts: signing.artifacts }, signing.host);
  const definition = await definitionOf(name);
  expect(definition.externalParameters).toEqual({ command: "buildpack package", ...parameters });
  expect(definition.resolvedDependencies).toEqual([
    { uri: "git+https://git.example.com/acme/shop.git@refs/heads/main", digest: { gitCommit: sourceCommit } },
  ]);
});

test("createBuilder, write and buildImage with openSigning sign the builder and the app", async () => {
  const configFile = join(dir, "builder.toml");
  const config = parseBuilderToml(await readFile(configFile, "utf8"), configFile);
  const builder = `${registry.host}/builder:1`;
  const forBuilder = await opened({ command: "builder create", configFile });
  const index = await createBuilder({ config, dir, launcher: "none" }, forBuilder.host);
  const { host: recording, artifacts } = forBuilder;
  await write(index, parseImageReference(builder), { registry: recording.registry, artifacts });
  expect(namesIn(await definitionOf(builder))).toEqual(["builder.toml", "buildpack test/shell@1.0.0", "oci:base"]);

  const app = `${registry.host}/app:1`;
  const forApp = await opened({ command: "build", sourceDir: join(dir, "app") });
  const input = { app: join(dir, "app"), builder: parseImageReference(builder), output: parseImageReference(app) };
  const run = { runImage: parseImageReference(`oci:${dir}/base`), artifacts: forApp.artifacts };
  await buildImage({ ...input, ...run }, forApp.host);
  expect(namesIn(await definitionOf(app))).toContainEqual(expect.stringContaining("pkg:oci/builder@"));
});

test("openSigning refuses a key that does not exist", async () => {
  const input = { key: join(dir, "absent.pem"), command: "build" } as const;
  await expect(openSigning(input, host)).rejects.toMatchObject({ code: "SIGNING_KEY_INVALID" });
});
