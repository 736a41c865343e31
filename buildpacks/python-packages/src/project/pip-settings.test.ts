import { expect, test } from "vitest";
import { certificatesOfPip, type PipSettings, settingsIn, withIndexOfPip } from "./pip-settings.ts";

const index = { url: "https://packages.example.com/simple", username: undefined, password: undefined };

test.for<[string, string, Partial<PipSettings>]>([
  ["no settings", "", {}],
  ["unrelated settings, which are ignored", ":env:.default-timeout='180'\nglobal.timeout='3'", {}],
  ["a global index", "global.index-url='https://packages.example.com/simple'", { index }],
  [
    "an index for pip install, which overrides the global index",
    "global.index-url='https://no.example.com'\ninstall.index-url='https://packages.example.com/simple'",
    { index },
  ],
  [
    "an index from an environment variable, which overrides the global index",
    ":env:.index-url='https://packages.example.com/simple'\nglobal.index-url='https://no.example.com'",
    { index },
  ],
  [
    "an index with an encoded password",
    "global.index-url='https://me:s3%40cret@packages.example.com/simple'",
    { index: { ...index, username: "me", password: "s3@cret" } },
  ],
  [
    "an index with a percent sign in its password",
    "global.index-url='https://me:100%@packages.example.com/simple'",
    { index: { ...index, username: "me", password: "100%" } },
  ],
  ["an index in double quotes", 'global.index-url="https://packages.example.com/simple"', { index }],
  ["an index that is not a URL, which is ignored", "global.index-url='nonsense'", {}],
  [
    "a CA certificate and a client certificate, which is ignored",
    ":env:.cert='/certs/ca.pem'\n:env:.client-cert='/me.pem'",
    { cert: "/certs/ca.pem" },
  ],
])("pip's index and CA certificate are read from the output of pip config list with %s", ([, text, expected]) => {
  expect(settingsIn(text)).toEqual({ index: undefined, cert: undefined, ...expected });
});

const bound = { name: "own", url: "https://own.test/simple", username: "me", password: "s3cret", isDefault: true };
const ofPip = {
  name: "pip",
  url: "https://pip.test/simple",
  username: undefined,
  password: undefined,
  isDefault: true,
};
const env = { PIP_INDEX_URL: "https://pip.test/simple" };

test.each([
  ["is absent if neither a binding nor pip has an index", [], {}, []],
  ["is the URL in PIP_INDEX_URL", [], env, [ofPip]],
  ["is the default index of a binding rather than pip's index", [bound], env, [bound]],
  [
    "is pip's index if the binding's index is not a default",
    [{ ...bound, isDefault: false }],
    env,
    [{ ...bound, isDefault: false }, ofPip],
  ],
])("the default index of uv, Poetry and PDM %s", (_, indexes, variables, found) => {
  expect(withIndexOfPip(indexes, variables as Readonly<Record<string, string>>)).toEqual(found);
});

test("PIP_CERT is passed on as SSL_CERT_FILE unless SSL_CERT_FILE is set", () => {
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem" })).toEqual({ SSL_CERT_FILE: "/ca.pem" });
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem", SSL_CERT_FILE: "/own.pem" })).toEqual({});
  expect(certificatesOfPip({})).toEqual({});
});
