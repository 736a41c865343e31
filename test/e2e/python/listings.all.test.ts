import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type FileMap, writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { normalizedName } from "../../../buildpacks/python-app/src/distributions.ts";
import pythonPackages from "../../../buildpacks/python-packages/src/buildpack.ts";
import { markerHolds } from "../../../buildpacks/python-packages/src/requirement/marker.ts";
import { parseRequirement } from "../../../buildpacks/python-packages/src/requirement/requirement.ts";
import { pythonEnv } from "../../../buildpacks/python-packages/src/test-python.ts";
import { appFolder } from "../../support/apps/app.ts";
import { type Command, toolOutput } from "../../support/apps/app-tools.ts";
import { root } from "../../support/cnb.ts";
import { sbomSchemas, schemaErrors } from "../../support/images/sbom-schemas.ts";
import { packageIndex } from "../../support/python/index.ts";

const pyproject = `[project]
name = "service"
version = "1.0.0"
requires-python = ">=3.11,<3.12"
dependencies = ["uvicorn[standard]==0.34.0", "requests[socks]==2.32.3", "cryptography==50.0.2", "tzdata==2025.1; sys_platform == 'win32'"]

[dependency-groups]
dev = ["pytest==8.3.4"]
`;
const requirements = "uvicorn[standard]==0.34.0\nrequests[socks]==2.32.3\ncryptography==50.0.2\n";
const export_ = ["export", "--no-header", "--no-annotate", "--no-emit-project", "--quiet"];

const lock: Command = ["uv==0.13.9", "lock"];
const apps: Readonly<Record<string, { readonly files: FileMap; readonly commands?: readonly Command[] }>> = {
  pip: { files: { "requirements.txt": requirements } },
  uv: { files: { "pyproject.toml": pyproject }, commands: [lock] },
};

test.for(Object.entries(apps))("%s: the SBOM has the packages that pip inspect lists", async ([, app]) => {
  const { layers, bom } = await built(await appFolder(app));
  const inspected = await installed(layers, async (venv) =>
    JSON.parse(await toolOutput(["pip==26.1.2", "--python", join(venv, "bin/python"), "inspect", "--local"], root)),
  );
  const listed = (inspected as Inspected).installed.map(({ metadata: { name, version } }) => keyOf(name, version));
  expect(listed.length).toBeGreaterThan(15);
  const packages = withoutBundled(bom).components;
  expect(packages.map(({ name, version }) => keyOf(name, version)).toSorted()).toEqual(listed.toSorted());
});

test("uv: versions, digests and dependencies in the SBOM match uv export", async () => {
  const app = await appFolder(apps["uv"] ?? {});
  const { bom: complete, all } = await built(app);
  const bom = withoutBundled(complete);
  const exported = await toolOutput(["uv==0.13.9", ...export_, "--no-dev", "--format", "requirements.txt"], app);
  expect(hashesIn(bom)).toEqual(await exportedHere(exported));
  const cyclonedx = JSON.parse(
    await toolOutput(["uv==0.13.9", ...export_.slice(0, 1), "--quiet", "--no-dev", "--format", "cyclonedx1.5"], app),
  );
  expect(edgesIn(bom)).toEqual(edgesAmong(edgesIn(cyclonedx), new Set(Object.keys(edgesIn(bom)))));
  const development = all.components.filter(({ scope }) => scope === "excluded").map(({ name }) => name);
  expect(development).toEqual(["iniconfig", "packaging", "pluggy", "pytest"]);
});

test("the SBOM lists libraries and crates bundled in a wheel, but not the wheel's build dependencies", async () => {
  const { bom } = await built(await appFolder(apps["pip"] ?? {}));
  const made = bom.components.filter(isBundled).map(({ name }) => name);
  expect(made).toEqual(expect.arrayContaining(["asn1", "openssl", "openssl-sys"]));
  expect(made).not.toContain("cc");
  expect(edgesIn(bom)["cryptography"]).toEqual(expect.arrayContaining(["cffi", "openssl"]));
});

test.for(["cdx", "spdx", "syft"] as const)("the SBOM in the format %s is valid", async (format) => {
  const { layers } = await built(await appFolder(apps["uv"] ?? {}));
  const documents = ["launch", "build"].map((which) => JSON.parse(String(layers[`${which}.sbom.${format}.json`])));
  expect(documents.map((each) => schemaErrors(sbomSchemas[format], each))).toEqual([[], []]);
});

interface Bom {
  readonly metadata?: { readonly component?: { readonly "bom-ref"?: string; readonly name: string } };
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly name: string;
    readonly version: string;
    readonly purl?: string;
    readonly scope?: string;
    readonly hashes?: readonly { readonly content: string }[];
  }[];
  readonly dependencies?: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Inspected {
  readonly installed: readonly { readonly metadata: { readonly name: string; readonly version: string } }[];
}

const keyOf = (name: string, version: string): string => `${normalizedName(name)}@${version}`;

async function built(app: string): Promise<{ readonly layers: FileMap; readonly bom: Bom; readonly all: Bom }> {
  const names = ["requirements.txt", "pyproject.toml", "uv.lock"];
  const texts = names.map(
    async (name) => [name, await readFile(join(app, name), "utf8").catch(() => undefined)] as const,
  );
  const files = (await Promise.all(texts)).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, text] as const],
  );
  const { layers } = await build(pythonPackages, {
    buildpack: join(root, "buildpacks/python-packages"),
    app: Object.fromEntries(files),
    env: { ...(await pythonEnv()), UV_DEFAULT_INDEX: await packageIndex() },
    downloads: "real",
  });
  const document = (which: string): Bom => JSON.parse(String(layers[`${which}.sbom.cdx.json`]));
  return { layers, bom: document("launch"), all: document("build") };
}

/** Does something with the environment of a build, as files. */
async function installed<T>(layers: FileMap, use: (venv: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-venv-"));
  try {
    await writeFiles(dir, Object.fromEntries(Object.entries(layers).filter(([path]) => path.startsWith("venv/"))));
    return await use(join(dir, "venv"));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The digest of each package. */
const hashesIn = ({ components }: Bom): Readonly<Record<string, string>> =>
  Object.fromEntries(
    components.map(({ name, version, hashes = [] }) => [
      keyOf(name, version),
      hashes.map(({ content }) => content).join(),
    ]),
  );

/** The packages that uv exports for this system, each with one of its digests. */
async function exportedHere(exported: string): Promise<Readonly<Record<string, unknown>>> {
  const entries = exported
    .replaceAll("\\\n", " ")
    .split("\n")
    .map(async (line) => {
      const requirement = parseRequirement(line.replace(/\s--hash=.*$/, ""));
      if (requirement === undefined || !(await markerHolds(requirement.marker, { values }))) return [];
      const digests = Array.from(line.matchAll(/sha256:([0-9a-f]+)/g), ([, digest]) => digest);
      return [[keyOf(requirement.name, requirement.specifier.replace("==", "")), expect.toBeOneOf(digests)] as const];
    });
  return Object.fromEntries((await Promise.all(entries)).flat());
}

const values = {
  implementation_name: "cpython",
  os_name: "posix",
  platform_machine: process.arch === "arm64" ? "aarch64" : "x86_64",
  platform_python_implementation: "CPython",
  platform_system: "Linux",
  python_full_version: "3.11.11",
  python_version: "3.11",
  sys_platform: "linux",
};

const isBundled = ({ purl = "pkg:pypi/" }: { readonly purl?: string }): boolean => !purl.startsWith("pkg:pypi/");

/** The packages that tools know, without their build inputs. */
function withoutBundled(bom: Bom): Bom {
  const bundled = new Set(bom.components.filter(isBundled).map((each) => each["bom-ref"]));
  const dependencies = (bom.dependencies ?? []).filter(({ ref }) => !bundled.has(ref));
  return {
    ...bom,
    components: bom.components.filter((each) => !isBundled(each)),
    dependencies: dependencies.map(({ ref, dependsOn = [] }) => ({
      ref,
      dependsOn: dependsOn.filter((each) => !bundled.has(each)),
    })),
  };
}

/** The dependencies between packages, by name. */
function edgesIn({ metadata, components, dependencies = [] }: Bom): Readonly<Record<string, readonly string[]>> {
  const app = metadata?.component;
  const all = [...components, ...(app === undefined ? [] : [{ ...app, "bom-ref": app["bom-ref"] ?? app.name }])];
  const names = new Map(all.map((each) => [each["bom-ref"], each.name]));
  const named = (ref: string) => names.get(ref) ?? ref;
  return Object.fromEntries(
    dependencies.map(({ ref, dependsOn = [] }) => [named(ref), dependsOn.map(named).toSorted()]).toSorted(),
  );
}

/** Without what only other systems have. */
const edgesAmong = (edges: Readonly<Record<string, readonly string[]>>, there: ReadonlySet<string>) =>
  Object.fromEntries(
    Object.entries(edges).flatMap(([name, needed]) =>
      there.has(name) ? [[name, needed.filter((each) => there.has(each))]] : [],
    ),
  );
