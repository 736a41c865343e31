import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { built, type Env, gradleScript, jar } from "./test-build.ts";

const main = { "Main-Class": "com.example.App" };

test.for<[string, FileMap, Env, Readonly<Record<"code" | "message", string>>]>([
  [
    "several executable jars",
    { "a.jar": jar(main), "b.jar": jar(main), "c.war": jar({}, { "WEB-INF/web.xml": "" }) },
    {},
    { code: "JAVA_ARCHIVES_SEVERAL", message: "the app has 3 executable jars or WARs: a.jar, b.jar, c.war" },
  ],
  [
    "several jars that match BP_EXECUTABLE_JAR_LOCATION",
    { "x/a.jar": jar(main), "x/b.jar": jar(main) },
    { BP_EXECUTABLE_JAR_LOCATION: "*/*.jar" },
    { code: "JAVA_ARCHIVES_SEVERAL", message: "the app has 2 executable jars or WARs: x/a.jar, x/b.jar" },
  ],
  [
    "a BP_EXECUTABLE_JAR_LOCATION that matches no jar",
    { "a.jar": jar(main) },
    { BP_EXECUTABLE_JAR_LOCATION: "target/*.jar" },
    {
      code: "JAVA_ARCHIVE_MISSING",
      message: 'BP_EXECUTABLE_JAR_LOCATION is "target/*.jar": the app has no such jar or WAR',
    },
  ],
  [
    "a BP_EXECUTABLE_JAR_LOCATION that is not executable",
    { "a.jar": jar({}) },
    { BP_EXECUTABLE_JAR_LOCATION: "a.jar" },
    {
      code: "JAVA_ARCHIVE_MISSING",
      message: 'BP_EXECUTABLE_JAR_LOCATION is "a.jar": there is no Main-Class in the manifest of a.jar',
    },
  ],
  [
    "an app with only a jar that is not executable",
    { "a.jar": jar({}) },
    {},
    {
      code: "JAVA_START_MISSING",
      message: "nothing to start: a.jar has no Main-Class in the manifest, and there is no Procfile",
    },
  ],
  [
    "an app with nothing to start",
    { Procfile: "# web" },
    {},
    {
      code: "JAVA_START_MISSING",
      message:
        "nothing to start: the Procfile has no process web, and the app has no executable jar or WAR, packed or unpacked, no Quarkus app, and no start scripts",
    },
  ],
  [
    "a file with the extension jar that is not a jar",
    { "a.jar": "x" },
    {},
    { code: "JAR_INVALID", message: "a.jar is not a readable jar" },
  ],
  [
    "an app with several start scripts",
    { "bin/a": gradleScript, "bin/b": gradleScript, "bin/a.bat": "", "lib/a.jar": jar({}) },
    {},
    { code: "JAVA_SCRIPTS_SEVERAL", message: "the app has 2 start scripts: bin/a, bin/b" },
  ],
  [
    "a missing file in BP_APPLICATION_SCRIPT",
    {},
    { BP_APPLICATION_SCRIPT: "bin/*" },
    { code: "JAVA_SCRIPT_MISSING", message: 'BP_APPLICATION_SCRIPT is "bin/*": the app has no such file' },
  ],
])("the build fails for %s", async ([, app, env, expected]) => {
  await expect(built(app, env)).rejects.toMatchObject(expected);
});
