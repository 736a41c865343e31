import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { readWrapper } from "./wrapper.ts";

const file = ".mvn/wrapper/maven-wrapper.properties";
const address = "https://repository.example.org/maven2/org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.zip";
const found = { url: address, version: "3.9.9", checksum: undefined, source: file, headers: {} };

test.for<[string, FileMap, Readonly<Record<string, string>>, object | undefined]>([
  ["is not found if the app has no wrapper", { "pom.xml": "" }, {}, undefined],
  ["is read with a URL", { [file]: `distributionUrl=${address}\r\n` }, {}, found],
  [
    "is read with an escaped colon and a checksum",
    { [file]: `distributionUrl=${address.replace(":", "\\:")}\ndistributionSha256Sum=ABC\n` },
    {},
    { ...found, checksum: "sha256:abc" },
  ],
  [
    "uses the repository and the login in MVNW_ environment variables",
    { [file]: `distributionUrl=${address}` },
    { MVNW_REPOURL: "https://maven.acme.example/all/", MVNW_USERNAME: "u", MVNW_PASSWORD: "p" },
    {
      ...found,
      url: "https://maven.acme.example/all/org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.zip",
      headers: { authorization: "Basic dTpw" },
    },
  ],
  [
    "is read with a release candidate",
    { [file]: "distributionUrl=https://example.org/apache-maven-4.0.0-rc-4-bin.zip" },
    {},
    { ...found, url: "https://example.org/apache-maven-4.0.0-rc-4-bin.zip", version: "4.0.0-rc-4" },
  ],
  [
    "is read with the Maven daemon",
    { [file]: "distributionUrl=https://example.org/maven-mvnd-1.0.2-linux-amd64.zip" },
    {},
    { ...found, url: "https://example.org/maven-mvnd-1.0.2-linux-amd64.zip", version: undefined },
  ],
  [
    "is read from a script without a properties file",
    { mvnw: "" },
    {},
    { ...found, url: undefined, version: undefined, source: "mvnw" },
  ],
])("the Maven wrapper %s", async ([, app, env, expected]) =>
  expect(await inApp(app, (app) => readWrapper(app, "", env))).toEqual(expected),
);
