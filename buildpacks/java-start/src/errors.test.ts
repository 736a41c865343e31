import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { built, type Env, gradleScript, jar } from "./test-build.ts";

const main = { "Main-Class": "com.example.App" };

test.for<[string, FileMap, Env, Readonly<Record<"code" | "message", string>>]>([
  [
    "several jars that start",
    { "a.jar": jar(main), "b.jar": jar(main), "c.war": jar({}, { "WEB-INF/web.xml": "" }) },
    {},
    { code: "JAVA_ARCHIVES_SEVERAL", message: "the app has 3 jars or WARs that start: a.jar, b.jar, c.war" },
  ],
  [
    "several that a pattern names",
    { "x/a.jar": jar(main), "x/b.jar": jar(main) },
    { BP_EXECUTABLE_JAR_LOCATION: "*/*.jar" },
    { code: "JAVA_ARCHIVES_SEVERAL", message: "the app has 2 jars or WARs that start: x/a.jar, x/b.jar" },
  ],
  [
    "a pattern for nothing",
    { "a.jar": jar(main) },
    { BP_EXECUTABLE_JAR_LOCATION: "target/*.jar" },
    {
      code: "JAVA_ARCHIVE_MISSING",
      message: 'BP_EXECUTABLE_JAR_LOCATION is "target/*.jar": the app has no such jar or WAR',
    },
  ],
  [
    "a pattern for a jar that does not start",
    { "a.jar": jar({}) },
    { BP_EXECUTABLE_JAR_LOCATION: "a.jar" },
    {
      code: "JAVA_ARCHIVE_MISSING",
      message: 'BP_EXECUTABLE_JAR_LOCATION is "a.jar": a.jar has no Main-Class in its manifest',
    },
  ],
  [
    "a jar that does not start",
    { "a.jar": jar({}) },
    {},
    {
      code: "JAVA_START_MISSING",
      message: "nothing to start: a.jar has no Main-Class in the manifest, and there is no Procfile",
    },
  ],
  [
    "nothing",
    { Procfile: "# web" },
    {},
    {
      code: "JAVA_START_MISSING",
      message:
        "nothing to start: the Procfile has no web, and the app has no jar or WAR that starts, unpacked or not, no Quarkus app, and no scripts of a distribution",
    },
  ],
  ["what is not a jar", { "a.jar": "x" }, {}, { code: "JAR_INVALID", message: "a.jar cannot be read as a jar" }],
  [
    "several scripts",
    { "bin/a": gradleScript, "bin/b": gradleScript, "bin/a.bat": "", "lib/a.jar": jar({}) },
    {},
    { code: "JAVA_SCRIPTS_SEVERAL", message: "the app has 2 scripts that start: bin/a, bin/b" },
  ],
  [
    "a script that is not there",
    {},
    { BP_APPLICATION_SCRIPT: "bin/*" },
    { code: "JAVA_SCRIPT_MISSING", message: 'BP_APPLICATION_SCRIPT is "bin/*": the app has no such file' },
  ],
])("%s is an error", async ([, app, env, expected]) => {
  await expect(built(app, env)).rejects.toMatchObject(expected);
});
