import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { inBuild } from "../test-app.ts";
import { readWrapper, type Wrapper } from "./wrapper.ts";

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
  ["none", {}, "", undefined],
  ["as gradle wrapper writes it", { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip\n` }, "", version8],
  ["with the line ends of Windows", { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip\r\n` }, "", version8],
  [
    "with a checksum, and the documentation",
    { [at]: `distributionUrl=${official}/gradle-9.0.0-rc-1-all.zip\ndistributionSha256Sum=AB12\n` },
    "",
    {
      url: "https://services.gradle.org/distributions/gradle-9.0.0-rc-1-all.zip",
      version: "9.0.0-rc-1",
      checksum: "sha256:ab12",
      source: at,
    },
  ],
  ["of the folder above", { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip\n` }, "services/shop", version8],
  [
    "the folder's own before that above",
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
    "an archive of a company, with another name",
    { [at]: "distributionUrl=https://user:pw@example.org/our-gradle.zip" },
    "",
    { url: "https://user:pw@example.org/our-gradle.zip", version: undefined, checksum: undefined, source: at },
  ],
])("wrapper: %s", async (_, app, dir, expected) => {
  expect(await wrapper(app, dir)).toEqual(expected);
});

test("a file of the app is relative to the wrapper's properties", async () => {
  const found = await wrapper({ [at]: "distributionUrl=../../tools/gradle-8.5-bin.zip" });
  expect(found).toEqual({
    url: expect.stringMatching(/^file:\/\/\/.*\/tools\/gradle-8\.5-bin\.zip$/),
    version: "8.5",
    checksum: undefined,
    source: at,
  });
});

test("a binding overrides the wrapper's URL", async () => {
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
  ["distributionUrl=ftp://example.org/gradle.zip", `distributionUrl of ${at} is not an http, https or file address`],
])("%j is not a wrapper", async (text, message) => {
  await expect(wrapper({ [at]: text })).rejects.toThrow(
    expect.objectContaining({ code: "GRADLE_WRAPPER_INVALID", message }),
  );
});
