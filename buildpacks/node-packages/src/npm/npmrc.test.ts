import { expect, test } from "vitest";
import { withoutCredentials } from "./npmrc.ts";

test.for<[string, string, string | undefined]>([
  ["settings stay", "fund=false\nregistry=https://registry.test/\n", undefined],
  ["a token of a host goes", "a=1\n//registry.test/npm/:_authToken=abc\nb=2\n", "a=1\nb=2\n"],
  ["a token in a variable goes: npm would complain at launch", "//registry.test/:_authToken=$" + "{NPM_TOKEN}\n", ""],
  ["name and password go", "//r.test/:username=me\n//r.test/:_password=cHc=\n//r.test/:email=a@b.test\n", ""],
  ["old settings without a host go", "_auth = abc\n _authToken=abc\n", ""],
  ["client keys go", "key=-----BEGIN\ncert=-----BEGIN\n//r.test/:keyfile=/k\n", ""],
  ["a comment with a token goes", "# _authToken=abc\n# fund=false\n", "# fund=false\n"],
  ["quoted names go", `"//r.test/:_authToken"="abc"\n'//r.test/:username'=me\n`, ""],
  ["lines may end as on old machines", "a=1\r//r.test/:_authToken=abc\rb=2\r", "a=1\rb=2\r"],
  ["passwords in addresses go, too", "_auth=x\nproxy=http://me:pw@p.test:1\n", "proxy=http://p.test:1\n"],
])(".npmrc: %s", ([, npmrc, kept]) => {
  expect(withoutCredentials(npmrc)).toBe(kept);
});
