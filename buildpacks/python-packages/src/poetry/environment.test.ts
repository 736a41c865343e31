import { expect, test } from "vitest";
import { credentials } from "./environment.ts";

test.for([
  [
    { name: "private", username: "me", password: "s3cret" },
    { PRIVATE_USERNAME: "me", PRIVATE_PASSWORD: "s3cret" },
  ],
  [{ name: "my-index.2", username: "__token__", password: undefined }, { MY_INDEX_2_USERNAME: "__token__" }],
  [{ name: "PyPI", username: undefined, password: undefined }, {}],
] as const)("the credentials of an index are read as by Poetry: %#", ([index, expected]) => {
  const variables = Object.entries(expected).map(([name, value]) => [`POETRY_HTTP_BASIC_${name}`, value]);
  expect(credentials(index)).toEqual(variables);
});
