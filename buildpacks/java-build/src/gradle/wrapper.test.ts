import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { inBuild } from "../test-app.ts";
import { readWrapper, type Wrapper } from "./requests.ts";

const at = "gradle/wrapper/gradle-wrapper.properties";
const official = "https\\://services.gradle.org/distributions";

const wrapper = (app: FileMap, dir = "", bindings = {}) =>
  inBuild({ app, bindings }, (context) => readWrapper(context.app, dir, context.bindings));

const version8: Wrapper = {
  url: "https://services.gradle.org/distributions/gradle-8.14.3-bin.zip",
  version: "8.14.3",
  checksum: undefined,
  source: at,
};

test.each<[string, FileMap, string, Wrapper | undefined]>([
  ["is not found if the app has no properties file of a wrapper", {}, "", undefined],
  [
    "is read from a properties file as the command gradle wrapper writes it",
    { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip\n` },
    "",
    version8,
  ],
  ["is read with Windows line ends", { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip\r\n` }, "", version8],
  [
    "is read with a checksum and a distribution with documentation",
    { [at]: `distributionUrl=${official}/gradle-9.0.0-rc-1-all.zip\ndistributionSha256Sum=AB12\n` },
    "",
    {
      url: "https://services.gradle.org/distributions/gradle-9.0.0-rc-1-all.zip",
      version: "9.0.0-rc-1",
      checksum: "sha256:ab12",
      source: at,
    },
  ],
  [
    "is read from a directory above",
    { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip\n` },
    "services/shop",
    version8,
  ],
  [
    "is read from the project's directory rather than from a directory above",
    {
      [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip\n`,
      [`shop/${at}`]: `distributionUrl=${official}/gradle-7.6.6-bin.zip\n`,
    },
    "shop",
    {
      url: "https://services.gradle.org/distributions/gradle-7.6.6-bin.zip",
      version: "7.6.6",
      checksum: undefined,
      source: `shop/${at}`,
    },
  ],
  [
    "is read with a company's archive of another name",
    { [at]: "distributionUrl=https://user:pw@example.org/our-gradle.zip" },
    "",
    { url: "https://user:pw@example.org/our-gradle.zip", version: undefined, checksum: undefined, source: at },
  ],
])("the Gradle wrapper %s", async (_, app, dir, expected) => {
  expect(await wrapper(app, dir)).toEqual(expected);
});

test("a path in distributionUrl is relative to the properties file of the Gradle wrapper", async () => {
  const found = await wrapper({ [at]: "distributionUrl=../../tools/gradle-8.5-bin.zip" });
  expect(found).toEqual({
    url: expect.stringMatching(/^file:\/\/\/.*\/tools\/gradle-8\.5-bin\.zip$/),
    version: "8.5",
    checksum: undefined,
    source: at,
  });
});

test("a binding overrides the URL of the Gradle wrapper", async () => {
  const bindings = {
    ours: { type: "gradle-wrapper", "gradle-wrapper.properties": "distributionUrl=https://a/gradle-8.5-bin.zip" },
  };
  expect(await wrapper({ [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip` }, "", bindings)).toEqual({
    url: "https://a/gradle-8.5-bin.zip",
    version: "8.5",
    checksum: undefined,
    source: "the binding ours",
  });
});

test.each<[string, string]>([
  ["", `${at} has no distributionUrl`],
  ["distributionUrl=ftp://example.org/gradle.zip", `distributionUrl of ${at} is not an http, https or file URL`],
])("the properties %j of the Gradle wrapper are refused", async (text, message) => {
  await expect(wrapper({ [at]: text })).rejects.toThrow(
    expect.objectContaining({ code: "GRADLE_WRAPPER_INVALID", message }),
  );
});
