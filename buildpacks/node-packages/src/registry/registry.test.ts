import { describe, expect, test } from "vitest";
import {
  berrySettings,
  decisiveSettings,
  joined,
  npmrcEntries,
  npmrcOf,
  type RegistrySettings,
  secretsOf,
} from "./npmrc.ts";
import { publicText, publicTextOf } from "./public-text.ts";

const variable = "$" + "{NPM_TOKEN}";

test.for<[string, Partial<RegistrySettings>, string | undefined]>([
  ["is not written without bindings and environment variables", { user: "fund=false" }, undefined],
  ["joins the .npmrc of the user with that of a binding", { user: "fund=false", bound: ["a=1"] }, "fund=false\na=1\n"],
  ["joins the .npmrc files of several bindings", { bound: ["a=1", "b=2"] }, "a=1\nb=2\n"],
  [
    "ends with the settings in environment variables",
    {
      bound: ["registry=https://a.test/"],
      env: {
        NPM_CONFIG_REGISTRY: "https://b.test/",
        "npm_config_//b.test/:_authToken": "s3cret",
        "NPM_CONFIG_@me:registry": "https://c.test/",
        NPM_CONFIG_LOGLEVEL: "silly",
      },
    },
    "registry=https://a.test/\nregistry=https://b.test/\n//b.test/:_authToken=s3cret\n@me:registry=https://c.test/\n",
  ],
  ["is not written for an empty environment variable", { env: { NPM_CONFIG_REGISTRY: "" } }, undefined],
])("the .npmrc for the package manager %s", ([, settings, expected]) => {
  expect(npmrcOf({ user: undefined, bound: [], env: {}, ...settings })).toBe(expected);
});

test("references to environment variables in .npmrc are replaced by their values", () => {
  const text = `; no\n# no=1\nregistry = "https://a.test/"\r\n//a.test/:_authToken=${variable}\nx=$\{UNSET}\nflag\n`;
  expect([...npmrcEntries(text, { NPM_TOKEN: "s3cret" })]).toEqual([
    ["registry", "https://a.test/"],
    ["//a.test/:_authToken", "s3cret"],
    ["x", "$" + "{UNSET}"],
  ]);
});

test("secrets in registry settings are found, except values that are too short to hide in a log", () => {
  const text = `//a.test/:_authToken=t0ken\n//b.test/:_auth=YTpi\n//c.test/:_password=abc\nregistry=https://a.test/`;
  expect(secretsOf(text, { NPM_TOKEN: "other", NODE_AUTH_TOKEN: "" })).toEqual(["t0ken", "YTpi", "other"]);
});

describe("registry settings for Yarn", () => {
  test.for<[string, string, object | undefined]>([
    ["an .npmrc without registries", "fund=false", undefined],
    ["a registry URL", "registry=https://a.test/npm/", { npmRegistryServer: "https://a.test/npm" }],
    [
      "a registry over http",
      "registry=http://127.0.0.1:4873/",
      { npmRegistryServer: "http://127.0.0.1:4873", unsafeHttpWhitelist: ["127.0.0.1"] },
    ],
    [
      "a token",
      "//a.test/npm/:_authToken=t",
      { npmRegistries: { "//a.test/npm": { npmAlwaysAuth: true, npmAuthToken: "t" } } },
    ],
    [
      "user name and password in _auth",
      "//a.test/:_auth=bWU6cHc=",
      { npmRegistries: { "//a.test": { npmAlwaysAuth: true, npmAuthIdent: "me:pw" } } },
    ],
    [
      "user name and password",
      "//a.test/:username=me\n//a.test/:_password=cHc=",
      { npmRegistries: { "//a.test": { npmAlwaysAuth: true, npmAuthIdent: "me:pw" } } },
    ],
    [
      "the registry of a scope",
      "@me:registry=https://a.test/",
      { npmScopes: { me: { npmRegistryServer: "https://a.test" } } },
    ],
  ])("are derived from %s", ([, npmrc, expected]) => {
    expect(berrySettings(npmrcEntries(npmrc, {}))).toEqual(expected);
  });

  test("are merged table by table", () => {
    const below = { npmScopes: { a: { npmRegistryServer: "1" }, b: {} }, list: [1], text: "1" };
    const above = { npmScopes: { a: { npmAuthToken: "t" } }, list: [2], more: true };
    expect(joined(below, above)).toEqual({
      npmScopes: { a: { npmRegistryServer: "1", npmAuthToken: "t" }, b: {} },
      list: [2],
      text: "1",
      more: true,
    });
  });
});

test.for<[name: string, text: string, expected: string]>([
  [".npmrc", `a=1\n//r.test/:_authToken=${variable}\n_auth=x\n`, "a=1\n"],
  [".npmrc", "registry=https://me:pw@r.test/\n", "registry=https://r.test/\n"],
  [".yarnrc", 'registry "https://r.test"\n"//r.test/:_authToken" "t"\n_authToken t\n', 'registry "https://r.test"\n'],
  [
    "bunfig.toml",
    '[install]\nregistry = { url = "https://r.test", token = "$T" }\n',
    '[install]\nregistry = { url = "https://r.test" }\n',
  ],
  [
    "bunfig.toml",
    '[install.scopes]\nme = { token = "a\\"b", url = "https://r.test" }\n',
    '[install.scopes]\nme = { url = "https://r.test" }\n',
  ],
  ["bunfig.toml", `me = { username = 'a', password = 'b' }\n`, "me = { }\n"],
  ["bunfig.toml", 'registry = "https://me:pw@r.test/"\n', 'registry = "https://r.test/"\n'],
  ["bunfig.toml", '[install.scopes]\n"@me"."token" = """\nt"""\nme.url = "u"\n', '[install.scopes]\nme.url = "u"\n'],
  ["package.json", '{"a":"git+https://t@h.test/a"}', '{"a":"git+https://h.test/a"}'],
])("removing credentials from %s with the text %j returns %j", ([name, text, expected]) => {
  expect(publicText(name, text)).toBe(expected);
});

test.for<[name: string, text: string]>([
  [".npmrc", "fund=false\n"],
  ["yarn.lock", '  resolved "git+ssh://git@h.test/a"\n'],
  ["other", "_authToken=t"],
])("no credentials are found in the file %s with the text %j", ([name, text]) => {
  expect(publicText(name, text)).toBeUndefined();
});

test("no credentials are found in a .yarnrc.yml that has only the key nodeLinker", async () => {
  expect(await publicTextOf("a/.yarnrc.yml", "nodeLinker: pnp\n")).toBeUndefined();
});

test.for<[text: string, expected: string]>([
  ['nodeLinker: pnp\nnpmAuthToken: "t"\nnpmScopes:\n  me:\n    npmAuthIdent: a:b\n', "nodeLinker: pnp\n"],
  [
    "npmRegistries: { //h.test: { npmAuthToken: t, npmAlwaysAuth: true } }\nnpmAuthIdent: >-\n  t\n",
    "npmRegistries:\n  //h.test:\n    npmAlwaysAuth: true\n",
  ],
  ["a: 1\n# npmAuthToken: t\n", "a: 1\n"],
  ["npmAuthToken: [", ""],
])("removing credentials from .yarnrc.yml with the text %j returns %j", async ([text, expected]) => {
  expect(await publicTextOf("a/.yarnrc.yml", text)).toBe(expected);
});

test("a binding's settings other than registries are part of the cache key", () => {
  const access =
    "registry=https://r.test/\n//r.test/:_authToken=t\n@me:registry=https://r.test/\nproxy=http://p.test\n";
  expect(decisiveSettings(access, {})).toBe("");
  expect(decisiveSettings(`${access}omit=optional\nignore-scripts = true\n`, {})).toBe(
    "ignore-scripts=true\nomit=optional",
  );
});
