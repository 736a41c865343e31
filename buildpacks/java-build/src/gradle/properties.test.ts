import { expect, test } from "vitest";
import { isSecret, secretsIn, withoutSecrets } from "./properties.ts";

test.each<[string]>([[""], ["org.gradle.parallel=true\n"]])(
  "the Gradle properties %j contain no secrets and stay the same",
  (text) => {
    expect({ secrets: secretsIn(text), rest: withoutSecrets(text) }).toEqual({ secrets: [], rest: text });
  },
);

test.each<[string, readonly string[], string]>([
  [
    "# login\nrepoUsername=me\nrepoPassword = s3cret\nrepo: https://me:pw@example.org/maven\nb=1",
    ["s3cret", "pw"],
    "b=1\nrepo=https://example.org/maven\n",
  ],
  ["signing.key=abc\napi_key=def\nsystemProp.gradle.wrapperPassword=ghi", ["abc", "def", "ghi"], ""],
])("the Gradle properties %j contain the secrets %j, and removing the secrets leaves %j", (text, secrets, rest) => {
  expect({ secrets: secretsIn(text), rest: withoutSecrets(text) }).toEqual({ secrets, rest });
});

test.each<[string, boolean]>([
  ["ORG_GRADLE_PROJECT_ossrhToken", true],
  ["NEXUS_PASSWORD", true],
  ["SIGNING_KEY", true],
  ["monkey", false],
  ["ORG_GRADLE_PROJECT_profile", false],
])("the check whether the environment variable %s is a secret returns %s", (name, expected) => {
  expect(isSecret(name)).toBe(expected);
});
