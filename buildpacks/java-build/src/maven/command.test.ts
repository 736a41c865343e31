import { expect, test } from "vitest";
import type { Work } from "../build-tool.ts";
import { argumentsIn } from "../command-line.ts";
import { type MavenFiles, mavenArguments } from "./command.ts";

const usual = ["-Dmaven.test.skip=true", "--no-transfer-progress", "package"];
const repository = "-Dmaven.repo.local=/cache/repository";
const timestamp = "-Dproject.build.outputTimestamp=1980-01-01T00:00:02Z";
const none: MavenFiles = {
  report: undefined,
  settings: undefined,
  globalSettings: undefined,
  security: undefined,
  texts: [],
};

interface Row {
  readonly settings?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Partial<MavenFiles>;
  readonly version?: string;
  readonly pom?: string;
}

test.for<[string, Row, readonly string[]]>([
  ["packages without tests by default", {}, ["--batch-mode", repository, timestamp, ...usual]],
  [
    "runs the goals in BP_MAVEN_BUILD_ARGUMENTS",
    { settings: { BP_MAVEN_BUILD_ARGUMENTS: "-DskipTests verify" } },
    ["--batch-mode", repository, timestamp, "-DskipTests", "verify"],
  ],
  [
    "has the quoted arguments in BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS",
    { settings: { BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS: "--offline -Dname='a b'" } },
    ["--batch-mode", repository, timestamp, ...usual, "--offline", "-Dname=a b"],
  ],
  [
    "activates the profiles in BP_MAVEN_ACTIVE_PROFILES",
    { settings: { BP_MAVEN_ACTIVE_PROFILES: "prod, !dev" } },
    ["--batch-mode", repository, timestamp, "--activate-profiles", "prod,!dev", ...usual],
  ],
  ["names another pom", { pom: "shop.xml" }, ["--batch-mode", "--file", "shop.xml", repository, timestamp, ...usual]],
  [
    "names the settings and the file that decrypts them",
    { files: { settings: "/tmp/settings.xml", security: "/tmp/security.xml" } },
    [
      "--batch-mode",
      "--settings",
      "/tmp/settings.xml",
      "-Dsettings.security=/tmp/security.xml",
      repository,
      timestamp,
      ...usual,
    ],
  ],
  [
    "names global settings with proxies",
    { files: { globalSettings: "/tmp/global.xml" } },
    ["--batch-mode", "--global-settings", "/tmp/global.xml", repository, timestamp, ...usual],
  ],
  [
    "keeps the user's global settings",
    { settings: { BP_MAVEN_BUILD_ARGUMENTS: "-gs global.xml package" }, files: { globalSettings: "/tmp/global.xml" } },
    ["--batch-mode", repository, timestamp, "-gs", "global.xml", "package"],
  ],
  [
    "loads the extension that writes the report",
    { files: { report: { extension: "/maven/report", file: "/tmp/report.json" } } },
    [
      "--batch-mode",
      repository,
      timestamp,
      "-Dmaven.ext.class.path=/maven/report",
      "-Dlibcnb.report=/tmp/report.json",
      ...usual,
    ],
  ],
  [
    "leaves the timestamp to a pom that sets it",
    { files: { texts: ["<project.build.outputTimestamp>2026-01-01T00:00:00Z</project.build.outputTimestamp>"] } },
    ["--batch-mode", repository, ...usual],
  ],
  [
    "leaves the local repository to an app that sets it",
    { files: { texts: ["-Dmaven.repo.local=vendor"] } },
    ["--batch-mode", timestamp, ...usual],
  ],
  [
    "takes the timestamp from SOURCE_DATE_EPOCH",
    { env: { SOURCE_DATE_EPOCH: "1700000000" } },
    ["--batch-mode", repository, "-Dproject.build.outputTimestamp=2023-11-14T22:13:20Z", ...usual],
  ],
  [
    "omits --no-transfer-progress for a Maven version without this option",
    { version: "3.5.4" },
    ["--batch-mode", repository, timestamp, "-Dmaven.test.skip=true", "package"],
  ],
])(
  "the Maven command %s",
  ([, { settings = {}, env = {}, files = {}, version = "3.9.16", pom = "pom.xml" }, expected]) => {
    const work = { project: { settings, env }, home: "/cache", tool: { version } } as unknown as Work;
    expect(mavenArguments(work, pom, { ...none, ...files })).toEqual(expected);
  },
);

test.for<[string, readonly string[]]>([
  ["  a  b ", ["a", "b"]],
  [`-D"a b"='c "d"' ""`, ['-Da b=c "d"', ""]],
])("the Maven arguments in %j are split into words", ([text, expected]) => expect(argumentsIn(text)).toEqual(expected));

test("an unset variable for Maven arguments adds no arguments", () => expect(argumentsIn(undefined)).toEqual([]));
