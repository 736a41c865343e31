import { expect, test } from "vitest";
import { credentials, namesOf } from "./environment.ts";

test.for([
  [
    { name: "private", username: "me", password: "s3cret" },
    { PRIVATE_USERNAME: "me", PRIVATE_PASSWORD: "s3cret" },
  ],
  [{ name: "my-index.2", username: "__token__", password: undefined }, { MY_INDEX_2_USERNAME: "__token__" }],
  [{ name: "PyPI", username: undefined, password: undefined }, {}],
] as const)("the credentials of an index as Poetry reads them: %#", ([index, expected]) => {
  const variables = Object.entries(expected).map(([name, value]) => [`POETRY_HTTP_BASIC_${name}`, value]);
  expect(credentials(index)).toEqual(variables);
});

const pyproject = {
  tool: {
    poetry: {
      source: [
        { name: "internal", url: "https://me@packages.example.com/simple" },
        { name: "other", url: "https://other.example.com/simple" },
        { name: "pypi" },
        "nothing",
      ],
    },
  },
};

test.for<[string | undefined, readonly string[]]>([
  ["https://packages.example.com/simple/", ["bound", "internal"]],
  ["https://third.example.com/simple", ["bound"]],
  [undefined, ["bound"]],
])("Poetry's names of the index at %s", ([url, expected]) => {
  expect(namesOf({ name: "bound", url }, pyproject)).toEqual(expected);
});
