import { expect, test } from "vitest";
import { shownCommand } from "./command-line.ts";

const dirs = { workDir: "/tmp/java-build-x", home: "/layers/cache" };

test.for<[string, string, readonly string[], string]>([
  [
    "Maven",
    "mvn",
    [
      "--batch-mode",
      "--file",
      "shop/pom.xml",
      "--settings",
      "/tmp/java-build-x/settings.xml",
      "-Dsettings.security=/tmp/java-build-x/settings-security.xml",
      "-Dmaven.repo.local=/layers/cache/repository",
      "-Dproject.build.outputTimestamp=1980-01-01T00:00:02Z",
      "-Dmaven.ext.class.path=/layers/maven/report",
      "-Dlibcnb.report=/tmp/java-build-x/report.json",
      "-Dmaven.test.skip=true",
      "--no-transfer-progress",
      "-Dname=a b",
      "package",
    ],
    "mvn --file shop/pom.xml -Dmaven.test.skip=true '-Dname=a b' package",
  ],
  [
    "Maven with settings of the app",
    "./mvnw",
    ["--settings", "/workspace/s.xml", "verify"],
    "./mvnw --settings /workspace/s.xml verify",
  ],
  [
    "Gradle",
    "gradle",
    [
      "--no-daemon",
      "--console=plain",
      "-Dorg.gradle.welcome=never",
      "-Dorg.gradle.configuration-cache=false",
      "--init-script",
      "/layers/cache/libcnb-report.gradle",
      "--init-script",
      "/workspace/own.gradle",
      "--build-cache",
      "assemble",
    ],
    "gradle --init-script /workspace/own.gradle assemble",
  ],
])("the log shows the command that runs %s as a user would type it", ([, program, args, expected]) => {
  expect(shownCommand(program, args, dirs)).toBe(expected);
});
