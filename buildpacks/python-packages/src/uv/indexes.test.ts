import { expect, test } from "vitest";
import { indexVariables, namedIndexes } from "./indexes.ts";
import { lockOf } from "./lockfile.ts";

const lock = lockOf({
  package: [
    { name: "a", source: { registry: "https://index.test/simple" } },
    { name: "b", source: { registry: "https://extra.test/simple/" } },
  ],
});
const named = namedIndexes([{ index: [{ name: "Own-Index", url: "https://own.test/simple" }, { url: "x" }] }, {}]);
const index = { name: "b", url: undefined, username: undefined, password: undefined, isDefault: false };
const login = { username: "me", password: "s3cret" };

test.each([
  ["nothing without bindings", [], {}],
  [
    "credentials for an index that the app names",
    [{ ...index, name: "own-index", ...login }],
    { UV_INDEX_OWN_INDEX_USERNAME: "me", UV_INDEX_OWN_INDEX_PASSWORD: "s3cret" },
  ],
  [
    "credentials for a URL that the app names",
    [{ ...index, url: "https://own.test/simple/", ...login }],
    {
      UV_INDEX_B_USERNAME: "me",
      UV_INDEX_B_PASSWORD: "s3cret",
      UV_INDEX_OWN_INDEX_USERNAME: "me",
      UV_INDEX_OWN_INDEX_PASSWORD: "s3cret",
    },
  ],
  [
    "URLs of indexes that only the lockfile has",
    [
      { ...index, name: "main", url: "https://index.test/simple/", isDefault: true },
      { ...index, name: "more index", url: "https://extra.test/simple", password: "t0ken" },
    ],
    {
      UV_DEFAULT_INDEX: "main=https://index.test/simple/",
      UV_INDEX: "more-index=https://extra.test/simple",
      UV_INDEX_MORE_INDEX_PASSWORD: "t0ken",
    },
  ],
  [
    "the URL of a default index that is not in the lockfile",
    [{ ...index, url: "https://mirror.test/simple", isDefault: true }],
    { UV_DEFAULT_INDEX: "b=https://mirror.test/simple" },
  ],
  [
    "no URL of any other index that is not in the lockfile",
    [{ ...index, url: "https://mirror.test/simple", password: "t0ken" }],
    { UV_INDEX_B_PASSWORD: "t0ken" },
  ],
])("uv's environment variables contain %s", (_, indexes, variables) => {
  expect(indexVariables(indexes, { named, lock })).toEqual(variables);
});

test("uv's environment variables contain the default index of a binding if there is no lockfile", () => {
  const main = { ...index, url: "https://mirror.test/simple", isDefault: true };
  expect(indexVariables([main], { named, lock: undefined })).toEqual({
    UV_DEFAULT_INDEX: "b=https://mirror.test/simple",
  });
});
