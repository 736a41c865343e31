import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildFixture, type BuildOutcome, build, type FileMap, tarball } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import nodePackages from "../../../buildpacks/node-packages/src/buildpack.ts";
import { root } from "../../support/cnb.ts";
import { type NpmRegistry, startNpmRegistry } from "../../support/registry/npm-registry.ts";

let registry: NpmRegistry;
let token: string;
let dir: string;
const resources: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "private-package-"));
  resources.push(() => rm(dir, { recursive: true }));
  registry = await startNpmRegistry(["@private/secret"], "$authenticated");
  resources.push(() => registry.stop());
  token = await registry.token();
  const manifest = { name: "@private/secret", version: "1.0.0", main: "index.js", license: "MIT" };
  const files = { "package/package.json": JSON.stringify(manifest), "package/index.js": "module.exports = 'found';\n" };
  await writeFile(join(dir, "secret.tgz"), await tarball(files));
  await registry.publish(join(dir, "secret.tgz"));
}, 120_000);

afterAll(async () => {
  for (const release of resources.toReversed()) await release();
});

interface Inputs {
  readonly app?: FileMap;
  readonly env?: Readonly<Record<string, string>>;
  readonly bindings?: BuildFixture["bindings"];
}

const location = () => `//${new URL(registry.url).host}/`;
const npmrc = (value: string) => `registry=${registry.url}\n${location()}:_authToken=${value}\n`;
const variable = "$" + "{NPM_TOKEN}";

const bound = (): Inputs => ({ bindings: { npm: { type: "npmrc", ".npmrc": npmrc(token) } } });
const inApp = (): Inputs => ({ app: { ".npmrc": npmrc(variable) }, env: { NPM_TOKEN: token } });
const variables = (): Inputs => ({
  env: { NPM_CONFIG_REGISTRY: registry.url, [`npm_config_${location()}:_authToken`]: token },
});
const yarnrc = (): Inputs => {
  const settings = { npmRegistryServer: registry.url, npmAlwaysAuth: true, npmAuthToken: token };
  const text = JSON.stringify({ ...settings, unsafeHttpWhitelist: ["127.0.0.1"] });
  return { ...variables(), bindings: { yarn: { type: "yarnrc", ".yarnrc.yml": text } } };
};
const bunfig = (): Inputs => ({
  app: { "bunfig.toml": `[install]\nregistry = { url = "${registry.url}", token = "$NPM_TOKEN" }\n` },
  env: { ...variables().env, NPM_TOKEN: token },
});

const all = process.env["LIBCNB_TEST_ALL"] === "1";
type Case = readonly [manager: string, how: string, given: () => Inputs];
const always: readonly Case[] = [
  ["npm", "a binding", bound],
  ["npm", "an .npmrc with a variable", inApp],
  ["pnpm@10", "a binding", bound],
];
const others: readonly Case[] = [
  ["npm", "variables", variables],
  ["npm@12", "a binding", bound],
  ...["pnpm@8", "pnpm@9", "pnpm@11", "pnpm@12", "yarn@1", "bun"].flatMap((manager): readonly Case[] => [
    [manager, "a binding", bound],
    [manager, "an .npmrc with a variable", inApp],
    [manager, "variables", variables],
  ]),
  ...["yarn@3", "yarn@4"].flatMap((manager): readonly Case[] => [
    [manager, "a binding", bound],
    [manager, "a binding of Yarn", yarnrc],
    [manager, "variables", variables],
  ]),
  ["bun", "a bunfig.toml with a variable", bunfig],
];

test.for(all ? [...always, ...others] : always)(
  "%s installs a private package with %s, and the token is stored nowhere",
  { timeout: 180_000 },
  async ([manager, , given]) => {
    const { app = {}, env = {}, bindings = {} } = given();
    const outcome = await build(nodePackages, {
      buildpack: join(root, "buildpacks/node-packages"),
      app: { ...app, "package.json": packageJson, "check.js": check },
      env: { ...env, ...fresh[manager], BP_NODE_PACKAGE_MANAGER: manager },
      bindings,
      downloads: "real",
    });
    expect(outcome.app["found.txt"]).toBe("found");
    expect(locationsOf(token, outcome)).toEqual([]);
  },
);

/** Packages that were published just now are not selected automatically by these tools. */
const fresh: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "yarn@4": { YARN_NPM_MINIMAL_AGE_GATE: "0" },
};

const packageJson = JSON.stringify({
  name: "app",
  version: "1.0.0",
  license: "MIT",
  scripts: { build: "node check.js" },
  dependencies: { "@private/secret": "1.0.0" },
});
const check = `require("node:fs").writeFileSync("found.txt", require("@private/secret"));`;

/** The locations of a text in the results, logs and responses of a build. */
function locationsOf(secret: string, { app, layers, log, result, stdout, stderr }: BuildOutcome): readonly string[] {
  const texts = {
    ...app,
    ...layers,
    "the log": JSON.stringify(log),
    "the result": JSON.stringify(result),
    stdout,
    stderr,
  };
  return Object.entries(texts).flatMap(([path, content]) => {
    const { contents = content } = content as { readonly contents?: Uint8Array };
    const bytes = Buffer.from(contents as string | Uint8Array);
    return bytes.includes(secret) ? [path] : [];
  });
}
