import { expect, test } from "vitest";
import { credentials } from "./poetry.ts";

test.for([
  [
    "user name and password",
    { name: "private", username: "me", password: "s3cret" },
    { PRIVATE_USERNAME: "me", PRIVATE_PASSWORD: "s3cret" },
  ],
  [
    "a token for an index whose name has punctuation",
    { name: "my-index.2", username: "__token__", password: undefined },
    { MY_INDEX_2_USERNAME: "__token__" },
  ],
  ["nothing without credentials", { name: "PyPI", username: undefined, password: undefined }, {}],
] as const)("Poetry gets the credentials of an index in environment variables: %s", ([, index, expected]) => {
  const variables = Object.entries(expected).map(([name, value]) => [`POETRY_HTTP_BASIC_${name}`, value]);
  expect(credentials(index)).toEqual(variables);
});
