import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, container } from "@libcnb/packager/testing";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeApp } from "../../support/apps/app.ts";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { execute } from "../../support/cnb.ts";
import { locationsOf } from "../../support/images/secret-locations.ts";
import { locks, packageJson, server } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";
import { type NpmRegistry, startNpmRegistry } from "../../support/registry/npm-registry.ts";

/** A package that a registry serves only with credentials, which are not a part of the app. */
let world: AppWorld;
let registry: NpmRegistry;
let token: string;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "node-registry-"));
  [world, registry] = await Promise.all([nodeWorld(), startNpmRegistry(["@acme/*"], "$authenticated")]);
  token = await registry.token();
  const files = {
    "package.json": packageJson({ name: "@acme/secret", main: "main.js" }),
    "main.js": `module.exports = "secret";\n`,
  };
  await writeFiles(join(dir, "secret"), files);
  const packed = await execute("npm", ["pack", "./secret"], { cwd: dir });
  expect(packed).toMatchObject({ exitCode: 0 });
  await registry.publish(join(dir, "acme-secret-1.0.0.tgz"));
});
afterAll(async () => {
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

const npmrc = () => `@acme:registry=${registry.url}\n//${new URL(registry.url).host}/:_authToken=${token}\n`;
const yarnrc = () => `npmScopes:
  acme:
    npmRegistryServer: ${registry.url}
    npmAuthToken: ${token}
`;
// Yarn takes nothing that was published a moment ago
const overHttp = `unsafeHttpWhitelist: ["127.0.0.1"]\nnodeLinker: node-modules\nnpmPreapprovedPackages: ["@acme/*"]\n`;

const files = (parts: object = {}) => ({
  "package.json": packageJson({
    scripts: { start: "node server.js" },
    dependencies: { "@acme/secret": "1.0.0", ms: "2.1.3" },
    ...parts,
  }),
  "server.js": server(`require("@acme/secret")`),
});

/** As the platform gives it to the build. */
const bound = (type: string, key: string, text: string) => ({
  VCAP_SERVICES: JSON.stringify({ "user-provided": [{ name: "registry", credentials: { type, [key]: text } }] }),
});

const managers = {
  "npm with a binding": { lock: locks.npm, env: () => bound("npmrc", ".npmrc", npmrc()) },
  "npm with an environment variable": {
    lock: locks.npm,
    env: () => ({ NPM_TOKEN: token }),
    own: () => ({ ".npmrc": npmrc().replace(token, `\${NPM_TOKEN}`) }),
  },
  "Yarn 1 with a binding": { lock: locks.yarn, env: () => bound("npmrc", ".npmrc", npmrc()) },
  "Yarn Berry with a binding": {
    parts: { packageManager: "yarn@4.18.1" },
    env: () => bound("yarnrc", ".yarnrc.yml", yarnrc()),
    own: () => ({ ".yarnrc.yml": overHttp }),
  },
  "pnpm with a binding": { lock: locks.pnpm, env: () => bound("npmrc", ".npmrc", npmrc()) },
} as const;

interface Manager {
  /** The command that creates the lockfile; omitted if the build has none. */
  readonly lock?: readonly [string, ...string[]];
  readonly env: () => Readonly<Record<string, string>>;
  readonly parts?: object;
  /** The registry settings of the app itself. */
  readonly own?: () => Readonly<Record<string, string>>;
}

test.for(Object.entries<Manager>(managers))(
  "%s: registry credentials are not in the image",
  async ([name, manager]) => {
    const app = join(dir, name);
    const { lock, parts, own = () => ({}) } = manager;
    await makeApp(
      {
        files: { ...files(parts), ".npmrc": npmrc() },
        commands: lock === undefined ? [] : [lock],
        without: ["node_modules", ".npmrc"],
      },
      app,
    );
    await writeFiles(app, own());
    await using image = await buildImage({ ...world, app, env: { ...world.env, ...manager.env() } });
    await using web = await container(image);
    await web.ready({ http: "/" });
    expect(await (await web.fetch("/")).json()).toBe("secret");
    expect(await locationsOf([token], image)).toEqual([]);
    await using again = await image.rebuild({ env: { ...world.env, ...manager.env() } });
    expect(await locationsOf([token], again)).toEqual([]);
  },
);
