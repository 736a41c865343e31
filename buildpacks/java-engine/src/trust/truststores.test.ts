// @needs processes
import "libcnb/testing/vitest";
import { mkdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cachedLayer, defineBuildpack, pass, s } from "libcnb";
import { build, rebuild } from "libcnb/testing";
import { expect, test } from "vitest";
import { certificatesOfJks, writeJks } from "./jks.ts";
import { binary, companyCertificate, roots } from "./test-certificates.ts";
import { linkTruststore, provideTruststore } from "./truststores.ts";

const own = roots.slice(0, 3);
const jdkLayer = cachedLayer("jdk", { build: true, metadata: s.table({ version: s.matching(/^\d+$/, "a version") }) });

/** Installs what a JDK has of truststores, and says whom it then trusts. */
const installing = (file: string, put: (path: string) => Promise<void>) => {
  const said: { trusted?: readonly Buffer[]; link?: string } = {};
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build(context) {
      const { path } = await context.layers.provide(jdkLayer, {
        metadata: { version: "17" },
        create: async (layer) => {
          await mkdir(dirname(join(layer.path, file)), { recursive: true });
          await put(join(layer.path, file));
          await linkTruststore(layer.path);
        },
      });
      await provideTruststore(context, path);
      said.link = await readlink(join(path, file));
      said.trusted = certificatesOfJks(await readFile(join(path, file))) ?? [];
    },
  });
  return { buildpack, said };
};

test.for<[string, string, (path: string) => Promise<void>, readonly Buffer[]]>([
  ["in the layout since Java 9", "lib/security/cacerts", (path) => writeFile(path, writeJks(own)), own],
  ["in the layout of Java 8", "jre/lib/security/cacerts", (path) => writeFile(path, writeJks(own)), own],
  [
    "even if its truststore is a dangling link to the system's CA certificates",
    "lib/security/cacerts",
    (path) => symlink("/none", path),
    [],
  ],
])("the JDK for the build trusts the CA certificates of the build %s", async ([, file, put, before]) => {
  const company = await companyCertificate();
  const { buildpack, said } = installing(file, put);
  const bindings = { company: { type: "ca-certificates", "ca.pem": company } };
  const first = await build(buildpack, { bindings });
  const trusted = said.trusted?.map(String);
  expect(trusted?.slice(0, before.length)).toEqual(before.map(String));
  expect(trusted).toContain(String(binary(company)));
  expect(new Set(trusted).size).toBe(trusted?.length);
  expect(said.link).toBe(`${"../".repeat(file.split("/").length)}truststore/cacerts`);
  expect(first).toHaveLayer("truststore", { types: ["build"] });
});

test("a cached JDK trusts the CA certificates of each build", async () => {
  const { buildpack, said } = installing("lib/security/cacerts", (path) => writeFile(path, writeJks(own)));
  const bindings = { company: { type: "ca-certificates", "ca.pem": await companyCertificate() } };
  const first = await build(buildpack, { bindings });
  const count = said.trusted?.length ?? 0;
  await rebuild(buildpack, first, { bindings: {} });
  expect(said.trusted?.length).toBe(count - 1);
  expect(said.trusted?.slice(0, own.length)).toEqual(own);
});
