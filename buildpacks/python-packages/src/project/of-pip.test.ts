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
  ["none", [], {}, []],
  ["that of pip", [], env, [ofPip]],
  ["a binding wins", [bound], env, [bound]],
  ["besides another", [{ ...bound, isDefault: false }], env, [{ ...bound, isDefault: false }, ofPip]],
])("indexes of pip: %s", (_, indexes, variables, found) => {
  expect(withIndexOfPip(indexes, variables as Readonly<Record<string, string>>)).toEqual(found);
});

test("CA certificates of pip", () => {
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem" })).toEqual({ SSL_CERT_FILE: "/ca.pem" });
  expect(certificatesOfPip({ PIP_CERT: "/ca.pem", SSL_CERT_FILE: "/own.pem" })).toEqual({});
  expect(certificatesOfPip({})).toEqual({});
});
