import { expect, test } from "vitest";
import { zipOf } from "../../../../test/support/zip.ts";
import { inApp } from "../test-app.ts";
import { candidateOf } from "./choose.ts";

const jar = (manifest: string, ...names: readonly string[]): Buffer =>
  zipOf([
    { name: "META-INF/MANIFEST.MF", text: `Manifest-Version: 1.0\r\n${manifest}\r\n` },
    ...names.map((name) => ({ name })),
  ]);

test.for<[string, string, Buffer, object]>([
  ["a library", "a.jar", jar(""), { isRunnable: false, isUnpacked: false, classPath: [] }],
  ["an executable jar", "a.jar", jar("Main-Class: a.B\r\n"), { isRunnable: true, isUnpacked: false, classPath: [] }],
  [
    "an archive of Spring Boot",
    "a.jar",
    jar("Main-Class: l.JarLauncher\r\n", "BOOT-INF/lib/b.jar"),
    { isRunnable: true, isUnpacked: true, classPath: [] },
  ],
  ["a WAR", "a.war", jar("", "WEB-INF/web.xml"), { isRunnable: true, isUnpacked: true, classPath: [] }],
  [
    "a jar whose class path contains the libraries in the jar's directory, but no paths out of it",
    "a.jar",
    jar("Main-Class: a.B\r\nClass-Path: lib/b.jar ./lib/c%20d.jar conf/ ../e.jar file:/f.jar /g\r\n .jar\r\n"),
    { isRunnable: true, isUnpacked: false, classPath: ["lib/b.jar", "lib/c d.jar", "conf"] },
  ],
  [
    "a jar whose class path contains no escaped or unusual paths out of the jar's directory",
    "a.jar",
    jar("Class-Path: %2e%2e/e.jar ..%2Ff.jar lib/%2E./g.jar %2Fetc/ FILE:/h a%00b . ./ lib/%\r\n"),
    { isRunnable: false, isUnpacked: false, classPath: ["lib/%"] },
  ],
])("a build artifact is recognized as %s", async ([, name, bytes, expected]) => {
  const artifact = { path: `target/${name}`, kind: "archive", module: "" } as const;
  const found = await inApp({ [`target/${name}`]: bytes }, (app) => candidateOf(app, artifact));
  expect(found).toEqual({ ...artifact, ...expected });
});
