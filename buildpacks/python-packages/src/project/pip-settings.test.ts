import { expect, test } from "vitest";
import { certificatesOfPip, type PipSettings, settingsIn, withIndexOfPip } from "./pip-settings.ts";

const index = { url: "https://packages.example.com/simple", username: undefined, password: undefined };

test.for<[string, string, Partial<PipSettings>]>([
  ["no output", "", {}],
  ["unrelated settings", ":env:.default-timeout='180'\nglobal.timeout='3'", {}],
  ["a global index", "global.index-url='https://packages.example.com/simple'", { index }],
  [
    "an index of install, which overrides the global one",
    "global.index-url='https://no.example.com'\ninstall.index-url='https://packages.example.com/simple'",
    { index },
  ],
  [
    "an index of the environment, which overrides the global one",
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
  ["an index that is not a URL", "global.index-url='nonsense'", {}],
  [
    "a CA certificate, but no client certificate",
    ":env:.cert='/certs/ca.pem'\n:env:.client-cert='/me.pem'",
    { cert: "/certs/ca.pem" },
  ],
])("the output of pip config list is parsed: %s", ([, text, expected]) => {
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
  ["is absent if pip has no index", [], {}, []],
  ["is that of PIP_INDEX_URL", [], env, [ofPip]],
  ["is that of a binding rather than that of pip", [bound], env, [bound]],
  [
    "is that of pip in addition to a binding's further index",
    [{ ...bound, isDefault: false }],
    env,
    [{ ...bound, isDefault: false }, ofPip],
  ],
])(
  "the default index of uv, Poetry and PDM is taken from a binding or from pip: it %s",
  (_, indexes, variables, found) => {
    expect(withIndexOfPip(indexes, variables as Readonly<Record<string, string>>)).toEqual(found);
  },
);

test("PIP_CERT is passed on as SSL_CERT_FILE unless SSL_CERT_FILE is set", () => {
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem" })).toEqual({ SSL_CERT_FILE: "/ca.pem" });
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem", SSL_CERT_FILE: "/own.pem" })).toEqual({});
  expect(certificatesOfPip({})).toEqual({});
});
