import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import "libcnb/testing/vitest";
import { type BuildFixture, build } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import type { PackageIndex } from "../package-manager.ts";
import { pythonEnv } from "../test-python.ts";
import { wheel, wheelName } from "../test-wheel.ts";
import { secretsOf } from "./access.ts";
import { withPassword } from "./indexes.ts";

const own = { name: "libcnb_private", version: "1.0" };

let server: Server;
let address: string;

/** An index that shows itself only to whoever logs in. */
beforeAll(async () => {
  const bytes = await wheel(own);
  server = createServer(({ url, headers }, response) => {
    const login = Buffer.from(headers.authorization?.replace("Basic ", "") ?? "", "base64").toString();
    if (login !== "me:s3cret") response.writeHead(401, { "www-authenticate": "Basic" }).end();
    else if (url?.endsWith(".whl")) response.end(bytes);
    else if (url === "/simple/libcnb-private/") response.setHeader("content-type", "text/html").end(page);
    else response.writeHead(404).end();
  });
  const page = `<a href="${wheelName(own)}">${wheelName(own)}</a>`;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
});

afterAll(() => new Promise<unknown>((done) => server.close(done)));

describe("pip installs from a private index", { timeout: 120_000 }, () => {
  test.for<[string, () => Pick<BuildFixture, "bindings" | "env">, readonly string[]]>([
    [
      "that a binding names",
      () => ({
        bindings: {
          own: { type: "pypi", url: `http://${address}/`, username: "me", password: "s3cret", default: "true" },
          nameless: { type: "pypi", password: "s3cret" },
        },
      }),
      ["The binding nameless is ignored: it has no url, and pip identifies indexes by their URLs"],
    ],
    [
      "that pip.conf and netrc in bindings name",
      () => ({
        bindings: {
          conf: { type: "pip", "pip.conf": `[global]\nindex-url = http://${address}/\n` },
          login: { type: "netrc", ".netrc": "machine 127.0.0.1 login me password s3cret\n" },
        },
      }),
      [],
    ],
    ["that PIP_INDEX_URL names", () => ({ env: { PIP_INDEX_URL: `http://me:s3cret@${address}/` } }), []],
  ])("%s, and the password is not in the app, layers or log", async ([, given, warnings]) => {
    const { PIP_INDEX_URL: _, ...env } = await pythonEnv();
    const { bindings, env: variables } = given();
    const built = await build(buildpack, {
      buildpack: resolve(import.meta.dirname, "../.."),
      app: { "requirements.txt": "libcnb_private==1.0\n" },
      env: { ...env, ...variables },
      ...(bindings !== undefined && { bindings }),
      downloads: "real",
    });
    expect(Object.keys(built.layers).filter((path) => path.endsWith("libcnb_private.py"))).toHaveLength(1);
    expect(built.log.filter((line) => line.startsWith("The binding"))).toEqual(warnings);
    const files = Object.entries({ ...built.app, ...built.layers, "the log": `${built.stdout}${built.stderr}` });
    expect(files.filter(([, file]) => textOf(file).includes("s3cret")).map(([path]) => path)).toEqual([]);
  });
});

const textOf = (file: unknown): string =>
  typeof file === "string"
    ? file
    : Buffer.from((file as { contents?: Uint8Array }).contents ?? (file as Uint8Array)).toString("latin1");

const index = (rest: Partial<PackageIndex>): PackageIndex => ({
  name: "own",
  url: undefined,
  username: undefined,
  password: undefined,
  isDefault: false,
  ...rest,
});

test.for<[string, Partial<PackageIndex>, string | undefined]>([
  ["is absent if the binding has no URL", { password: "x" }, undefined],
  ["contains no credentials if the binding has none", { url: "https://a.example/simple" }, "https://a.example/simple"],
  [
    "contains the credentials with special characters percent-encoded",
    { url: "https://a.example/", username: "a@b", password: "p/w:d@" },
    "https://a%40b:p%2Fw%3Ad%40@a.example/",
  ],
])("the URL of a package index that a binding describes %s", ([, given, expected]) =>
  expect(withPassword(index(given))).toBe(expected),
);

test.for<[string, Parameters<typeof secretsOf>, readonly string[]]>([
  [
    "are an empty list if no environment variable contains credentials",
    [{ PATH: "/bin", PIP_INDEX_URL: "https://a.example" }, [], []],
    [],
  ],
  [
    "are the values of variables named TOKEN or PASSWORD",
    [{ MY_TOKEN: "abcd", UV_INDEX_OWN_PASSWORD: "p/word" }, [], []],
    ["abcd", "p/word", "p%2Fword"],
  ],
  ["do not include values like true and None", [{ TOKENIZERS_PARALLELISM: "true", SECRETS: "None" }, [], []], []],
  ["do not include values of three characters", [{ TOKEN: "abc" }, [], []], []],
  [
    "are the passwords and tokens in URLs",
    [{ PIP_EXTRA_INDEX_URL: "https://u:pass1@a.example https://token2@b.example ssh://git@c.example" }, [], []],
    ["pass1", "token2"],
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as pip has variables
  ["do not include placeholders in URLs", [{ PIP_INDEX_URL: "https://${USER}:${PASS}@a.example" }, [], []], []],
  ["are the passwords of bindings", [{}, [index({ password: "pass3" })], []], ["pass3"]],
  [
    "are the passwords in netrc and pip.conf",
    [{}, [], ["machine a login b password pass4\n", "[global]\nindex-url = https://u:pass5@a.example"]],
    ["pass4", "pass5"],
  ],
])("the values that are hidden in logs %s", ([, given, expected]) => expect(secretsOf(...given)).toEqual(expected));
