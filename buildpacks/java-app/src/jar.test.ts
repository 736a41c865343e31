import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ZipEntry, zipOf } from "../../../test/support/zip.ts";
import { type JarOptions, readJar } from "./jar.ts";

/** The content read from bytes, or the error with its cause. */
async function reading(bytes: Uint8Array, options: JarOptions = {}) {
  const dir = await mkdtemp(join(tmpdir(), "jar-"));
  try {
    await writeFile(join(dir, "a.jar"), bytes);
    return await readJar(join(dir, "a.jar"), { name: "target/a.jar", ...options });
  } catch (error) {
    const { code, message, cause } = error as { code: string; message: string; cause: Error };
    return { code, message, cause: cause.message };
  } finally {
    await rm(dir, { recursive: true });
  }
}

const manifest = { name: "META-INF/MANIFEST.MF", text: "Main-Class: a.App\n" };
const properties = (artifact: string): ZipEntry => ({
  name: `META-INF/maven/g/${artifact}/pom.properties`,
  text: `#Generated\nversion=1.0\ngroupId=g\nartifactId=${artifact}\n`,
  method: 8,
});
const digests = (bytes: Uint8Array) => ({
  sha1: createHash("sha1").update(bytes).digest("hex"),
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

test("a jar is read with its entry names, manifest, Maven metadata and requested text files", async () => {
  const jar = zipOf([
    manifest,
    { name: "a/" },
    { name: "a/App.class", text: "x".repeat(9), method: 8 },
    properties("a"),
    properties("b"),
  ]);
  const found = await reading(jar, { texts: (name) => name === "a/App.class" });
  expect(found).toEqual({
    entries: [
      { name: "META-INF/MANIFEST.MF", size: 18 },
      { name: "a/", size: 0 },
      { name: "a/App.class", size: 9 },
      { name: "META-INF/maven/g/a/pom.properties", size: 46 },
      { name: "META-INF/maven/g/b/pom.properties", size: 46 },
    ],
    manifest: expect.objectContaining({ names: ["Main-Class"] }),
    pomProperties: [
      { group: "g", artifact: "a", version: "1.0" },
      { group: "g", artifact: "b", version: "1.0" },
    ],
    texts: new Map([["a/App.class", "xxxxxxxxx"]]),
    nested: [],
  });
});

test.for([
  ["stored as in Spring Boot archives", 0],
  ["compressed as in WARs", 8],
] as const)("a jar inside a jar is read if it is %s", async ([, method]) => {
  const inner = zipOf([properties("inner"), { name: "I.class", text: "i" }]);
  const outer = zipOf([
    { name: "WEB-INF/lib/inner.jar", text: inner, method },
    { name: "WEB-INF/lib/broken.jar", text: "no zip" },
    { name: "other.zip", text: inner },
  ]);
  expect(await reading(outer, { nested: (name) => name.endsWith(".jar") })).toMatchObject({
    nested: [
      {
        name: "WEB-INF/lib/inner.jar",
        ...digests(inner),
        jar: { pomProperties: [{ group: "g", artifact: "inner", version: "1.0" }], entries: [{}, { name: "I.class" }] },
      },
      { name: "WEB-INF/lib/broken.jar", ...digests(Buffer.from("no zip")), jar: undefined },
    ],
  });
});

test("a jar that starts with a shell script is read", async () => {
  const script = Buffer.from('#!/bin/sh\nexec java -jar "$0"\n');
  expect(await reading(Buffer.concat([script, zipOf([manifest])]))).toMatchObject({
    entries: [{ name: "META-INF/MANIFEST.MF", size: 18 }],
  });
});

test("entries with paths outside the jar are ignored", async () => {
  const names = ["../x", "/etc/passwd", "a/../../x", "C:/x", "a\\..\\..\\b", "ok"];
  expect(await reading(zipOf(names.map((name) => ({ name }))))).toMatchObject({ entries: [{ name: "ok", size: 0 }] });
});

const notZip = "End of central directory record signature not found. Either not a zip file, or file is truncated.";
const bomb = { name: manifest.name, text: "x".repeat(17 * 1024 ** 2), method: 8 };

test.for<[string, Uint8Array, string]>([
  ["is not a zip archive", Buffer.from("<html>"), notZip],
  ["is an empty file", Buffer.alloc(0), notZip],
  ["is a pointer of git LFS", Buffer.from("version https://git-lfs"), notZip],
  ["is a zip bomb", zipOf([bomb]), "the zip entry META-INF/MANIFEST.MF has more than 16777216 bytes"],
  [
    "is a zip bomb that states a wrong size",
    zipOf([{ ...bomb, size: 5 }]),
    "too many bytes in the stream. expected 5. got at least 16384",
  ],
  [
    "has an encrypted entry",
    zipOf([{ ...manifest, method: 8, flags: 1 }]),
    "the zip entry META-INF/MANIFEST.MF is encrypted, or is compressed by a method that is not supported",
  ],
  [
    "has an entry with an unknown compression method",
    zipOf([{ ...manifest, method: 99 }]),
    "the zip entry META-INF/MANIFEST.MF is encrypted, or is compressed by a method that is not supported",
  ],
])("a jar is refused if it %s", async ([, bytes, cause]) => {
  expect(await reading(bytes)).toEqual({ code: "JAR_INVALID", message: "target/a.jar is not a readable jar", cause });
});
