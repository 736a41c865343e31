import { expect, test } from "vitest";
import { certificatesOfPip, withIndexOfPip } from "./of-pip.ts";

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
])("the default index of uv, Poetry and PDM %s", (_, indexes, variables, found) => {
  expect(withIndexOfPip(indexes, variables as Readonly<Record<string, string>>)).toEqual(found);
});

test("PIP_CERT sets SSL_CERT_FILE unless that is set", () => {
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem" })).toEqual({ SSL_CERT_FILE: "/ca.pem" });
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem", SSL_CERT_FILE: "/own.pem" })).toEqual({});
  expect(certificatesOfPip({})).toEqual({});
});
