import { expect, test } from "vitest";
import { publicText } from "./public-text.ts";

test.for<[string, string, string | undefined]>([
  ["keeps settings without credentials", "fund=false\nregistry=https://registry.test/\n", undefined],
  ["drops the token of a host", "a=1\n//registry.test/npm/:_authToken=abc\nb=2\n", "a=1\nb=2\n"],
  [
    "drops a token in an environment variable, about which npm would warn at launch",
    "//registry.test/:_authToken=$" + "{NPM_TOKEN}\n",
    "",
  ],
  ["drops user name and password", "//r.test/:username=me\n//r.test/:_password=cHc=\n//r.test/:email=a@b.test\n", ""],
  ["drops older credentials without a host", "_auth = abc\n _authToken=abc\n", ""],
  ["drops client keys", "key=-----BEGIN\ncert=-----BEGIN\n//r.test/:keyfile=/k\n", ""],
  ["drops a comment with a token", "# _authToken=abc\n# fund=false\n", "# fund=false\n"],
  ["drops credentials with quoted names", `"//r.test/:_authToken"="abc"\n'//r.test/:username'=me\n`, ""],
  ["supports CR line ends", "a=1\r//r.test/:_authToken=abc\rb=2\r", "a=1\rb=2\r"],
  ["drops passwords in URLs", "_auth=x\nproxy=http://me:pw@p.test:1\n", "proxy=http://p.test:1\n"],
])("removing credentials from .npmrc %s", ([, npmrc, kept]) => {
  expect(publicText(".npmrc", npmrc)).toBe(kept);
});
