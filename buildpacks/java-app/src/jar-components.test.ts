import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineBuildpack, pass, sboms } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { type ZipEntry, zipOf } from "../../../test/support/zip.ts";
import { jarComponents } from "./jar-components.ts";

async function componentsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  links: Readonly<Record<string, string>> = {},
) {
  const root = await mkdtemp(join(tmpdir(), "jars-"));
  try {
    for (const [name, contents] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), contents);
    }
    for (const [name, target] of Object.entries(links)) await symlink(target, join(root, name));
    return await jarComponents(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const built = (artifact: string, pom = ""): readonly ZipEntry[] => [
  { name: `META-INF/maven/g/${artifact}/pom.properties`, text: `groupId=g\nartifactId=${artifact}\nversion=1.0\n` },
  { name: `META-INF/maven/g/${artifact}/pom.xml`, text: `<project>${pom}</project>` },
];
const mit = "<licenses><license><name>MIT License</name></license></licenses>";
const shape = ({ subject, components }: Awaited<ReturnType<typeof jarComponents>>) => ({
  subject:
    subject &&
    `${subject.type} ${subject.group ?? ""}:${subject.name}:${subject.version ?? ""} -> ${subject.dependencies?.join(" ")}`,
  components: components.map(({ purl, name, licenses = [], checksums, dependencies = [] }) =>
    `${purl ?? name} ${licenses.join()} ${checksums?.sha1?.length ?? 0} ${dependencies.join()}`.trimEnd(),
  ),
});

test("jars of an unpacked app are listed in the SBOM with the names in their Maven metadata", async () => {
  const found = await componentsOf(
    {
      "META-INF/maven/org.acme/shop/pom.properties": "groupId=org.acme\nartifactId=shop\nversion=3\n",
      "META-INF/MANIFEST.MF": "Implementation-Title: other\n",
      "BOOT-INF/lib/a-1.0.jar": zipOf(built("a", mit)),
      "BOOT-INF/lib/a-1.0-sources.jar": zipOf([]),
      "BOOT-INF/lib/damaged-2.jar": "no zip",
      "other/a-1.0.jar": zipOf(built("a", mit)),
    },
    { "link.jar": "BOOT-INF/lib/a-1.0.jar" },
  );
  expect(shape(found)).toEqual({
    subject: "application org.acme:shop:3 -> pkg:maven/g/a@1.0 damaged@2",
    components: ["pkg:maven/g/a@1.0 MIT 40", "damaged  40"],
  });
});

test("the SBOM of an app that is one jar lists the jars inside it", async () => {
  const app = zipOf([
    { name: "META-INF/MANIFEST.MF", text: "Main-Class: x\n" },
    ...built("app"),
    { name: "BOOT-INF/lib/a-1.0.jar", text: zipOf(built("a")) },
    {
      name: "BOOT-INF/lib/b-2.jar",
      text: zipOf([{ name: "META-INF/MANIFEST.MF", text: "Bundle-License: Apache-2.0\n" }]),
      method: 8,
    },
  ]);
  expect(shape(await componentsOf({ "app-1.0.jar": app }))).toEqual({
    subject: "application g:app:1.0 -> pkg:maven/g/a@1.0 b@2",
    components: ["pkg:maven/g/a@1.0  40", "b Apache-2.0 40"],
  });
});

test("the SBOM lists libraries that are shaded into another jar", async () => {
  const jar = zipOf([...built("all"), ...built("a", mit), ...built("b", "<broken>")]);
  expect(shape(await componentsOf({ "lib/all-1.0.jar": jar, "lib/x.jar": zipOf([]) }))).toEqual({
    subject: undefined,
    components: [
      "pkg:maven/g/all@1.0  40 pkg:maven/g/a@1.0,pkg:maven/g/b@1.0",
      "pkg:maven/g/a@1.0 MIT 0",
      "pkg:maven/g/b@1.0  0",
      "x  40",
    ],
  });
});

test("the SBOM of an app without jars lists no components", async () => {
  expect(await componentsOf({ "App.class": "" })).toEqual({ subject: undefined, components: [] });
});

test("hostile metadata in jars gives a valid SBOM", async () => {
  const hostile = ["../../x", "a\u0000b", "\ud800", "%", "a b/c?d#e", "é".repeat(3_000), "pkg:npm/x@1"];
  const jars = hostile.map((text, index) => [
    `lib/h${index}.jar`,
    zipOf([
      { name: "META-INF/maven/a/b/pom.properties", text: `groupId=${text}\nartifactId=${text}\nversion=${text}\n` },
      {
        name: "META-INF/MANIFEST.MF",
        text: `Bundle-SymbolicName: ${text}.h${index}\nBundle-License: ${text}\nImplementation-Version: ${text}\n`,
      },
    ]),
  ]);
  const names = ["pkg:npm%2Fx-1.jar", `${"é".repeat(3_000)}.jar`, "-1.jar", " .jar", "a\u0001b-1\u202e.jar"];
  const outer = zipOf(names.map((name) => ({ name: `lib/${name}`, text: "" })));
  const { subject, components } = await componentsOf({ ...Object.fromEntries(jars), "lib/outer.jar": outer });
  const buildpack = defineBuildpack({
    detect: () => pass(),
    build: () => ({ sbom: { launch: sboms(components, { subject }) } }),
  });
  expect(Object.keys((await build(buildpack)).layers)).toEqual([
    "launch.sbom.cdx.json",
    "launch.sbom.spdx.json",
    "launch.sbom.syft.json",
  ]);
});
