import { expect, test } from "vitest";
import { argumentsIn } from "../arguments.ts";
import type { Work } from "../build-tool.ts";
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
  ["nothing is set", {}, ["--batch-mode", repository, timestamp, ...usual]],
  [
    "goals of the user",
    { settings: { BP_MAVEN_BUILD_ARGUMENTS: "-DskipTests verify" } },
    ["--batch-mode", repository, timestamp, "-DskipTests", "verify"],
  ],
  [
    "more arguments, with a blank in one",
    { settings: { BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS: "--offline -Dname='a b'" } },
    ["--batch-mode", repository, timestamp, ...usual, "--offline", "-Dname=a b"],
  ],
  [
    "profiles",
    { settings: { BP_MAVEN_ACTIVE_PROFILES: "prod, !dev" } },
    ["--batch-mode", repository, timestamp, "--activate-profiles", "prod,!dev", ...usual],
  ],
  ["another pom", { pom: "shop.xml" }, ["--batch-mode", "--file", "shop.xml", repository, timestamp, ...usual]],
  [
    "settings, and what decrypts them",
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
    "proxies",
    { files: { globalSettings: "/tmp/global.xml" } },
    ["--batch-mode", "--global-settings", "/tmp/global.xml", repository, timestamp, ...usual],
  ],
  [
    "proxies of the user",
    { settings: { BP_MAVEN_BUILD_ARGUMENTS: "-gs global.xml package" }, files: { globalSettings: "/tmp/global.xml" } },
    ["--batch-mode", repository, timestamp, "-gs", "global.xml", "package"],
  ],
  [
    "a report",
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
    "a pom that sets the time itself",
    { files: { texts: ["<project.build.outputTimestamp>2026-01-01T00:00:00Z</project.build.outputTimestamp>"] } },
    ["--batch-mode", repository, ...usual],
  ],
  [
    "a repository in the app",
    { files: { texts: ["-Dmaven.repo.local=vendor"] } },
    ["--batch-mode", timestamp, ...usual],
  ],
  [
    "the time of the source",
    { env: { SOURCE_DATE_EPOCH: "1700000000" } },
    ["--batch-mode", repository, "-Dproject.build.outputTimestamp=2023-11-14T22:13:20Z", ...usual],
  ],
  [
    "a Maven that cannot keep quiet of downloads",
    { version: "3.5.4" },
    ["--batch-mode", repository, timestamp, "-Dmaven.test.skip=true", "package"],
  ],
])(
  "the Maven command: %s",
  ([, { settings = {}, env = {}, files = {}, version = "3.9.16", pom = "pom.xml" }, expected]) => {
    const work = { project: { settings, env }, home: "/cache", tool: { version } } as unknown as Work;
    expect(mavenArguments(work, pom, { ...none, ...files })).toEqual(expected);
  },
);

test.for<[string | undefined, readonly string[]]>([
  [undefined, []],
  ["  a  b ", ["a", "b"]],
  [`-D"a b"='c "d"' ""`, ['-Da b=c "d"', ""]],
])("the arguments in %j", ([text, expected]) => expect(argumentsIn(text)).toEqual(expected));
