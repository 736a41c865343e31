import { join } from "node:path";
import "libcnb/testing/vitest";
import { type BuildFixture, build, detect, type FileMap, rebuild } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { pythonMirror, testBuildpacks } from "../../../test/support/python/archives.ts";
import pythonEngine from "./buildpack.ts";

describe("detect", () => {
  const buildpack = join(import.meta.dirname, "..");
  const requires = [{ name: "python", metadata: { launch: true } }];

  test.for<[string, FileMap, readonly unknown[]]>([
    ["and requires Python for a Python module", { "app.py": "" }, requires],
    ["and requires Python for pyproject.toml", { "pyproject.toml": "" }, requires],
    ["and requires Python for Pipfile", { Pipfile: "" }, requires],
    ["and requires Python for uv.lock", { "uv.lock": "" }, requires],
    ["and requires Python for requirements.txt", { "requirements.txt": "" }, requires],
    ["and requires Python for a misspelled requirements.txt", { "Requirement.txt": "" }, requires],
    ["and requires Python for .python-version", { ".python-version": "" }, requires],
    [
      "without requiring Python for an app without Python files",
      { "pom.xml": "", "package.json": "{}", "yarn.lock": "", "scripts/x.py": "" },
      [],
    ],
  ])("passes %s", async ([, app, required]) => {
    expect(await detect(pythonEngine, { buildpack, app })).toMatchObject({
      outcome: "pass",
      plan: [{ provides: ["python"], requires: required }],
    });
  });

  test("passes and requires Python for files in the project's directory", async () => {
    const env = { BP_PYTHON_PROJECT_PATH: "services/api" };
    const app = { "services/api/main.py": "" };
    expect(await detect(pythonEngine, { buildpack, app, env })).toRequire("python", { launch: true });
  });
});

/** Proxies and the like of this machine. */
const inherited = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));

describe("a build with a real archive", { timeout: 600_000 }, () => {
  let buildpack: string;
  beforeAll(async () => {
    buildpack = join(await testBuildpacks(), "python-engine");
  }, 600_000);

  /** With the mirror of tests, of which the paths that were asked for are given. */
  async function built(given: BuildFixture) {
    await using mirror = await pythonMirror();
    const env = { BP_CPYTHON_MIRROR: mirror.url, ...given.env };
    const outcome = await build(pythonEngine, { buildpack, downloads: "real", inherited, ...given, env });
    return { ...outcome, parsed: outcome.parsed, outcome, requests: mirror.requests };
  }

  const archive = (version: string, build: string) =>
    expect.stringMatching(
      new RegExp(`^/${build}/cpython-${version}\\+${build}-\\w+-unknown-linux-gnu-install_only_stripped`),
    );
  const typesOf = ({ parsed }: Awaited<ReturnType<typeof built>>) =>
    Object.fromEntries(
      Object.entries(parsed.layers).map(([name, { types }]) => [
        name,
        Object.entries(types).flatMap(([type, is]) => (is ? [type] : [])),
      ]),
    );
  const namesIn = (layers: FileMap, folder: string) => [
    ...new Set(
      Object.keys(layers)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split("/")[0]),
    ),
  ];

  const componentsIn = (layers: FileMap, layer: string) =>
    JSON.parse(String(layers[`${layer}.sbom.cdx.json`])).components.map(
      ({ "bom-ref": _, ...each }: object & { "bom-ref": string }) => each,
    );

  test("installs Python for the image and pip for the build from one download", async () => {
    const first = await built({ plan: { python: [{ build: true, launch: true }] } });
    expect(first.requests).toEqual([archive("3.14.6", "20260610")]);
    expect(typesOf(first)).toEqual({
      development: ["build", "cache"],
      limits: ["launch"],
      python: ["build", "launch", "cache"],
    });
    expect(namesIn(first.layers, "python")).toEqual(["bin", "env.build", "env", "include", "lib"]);
    expect(namesIn(first.layers, "python/bin")).toEqual(["python", "python3", "python3.14"]);
    expect(namesIn(first.layers, "python/lib")).toEqual(["libpython3.14.so", "libpython3.14.so.1.0", "python3.14"]);
    expect(namesIn(first.layers, "python/lib/python3.14/site-packages")).toEqual(["development.pth"]);
    expect(namesIn(first.layers, "python/env")).toEqual(["PYTHONUNBUFFERED.default"]);
    expect(namesIn(first.layers, "python/env.build")).toEqual(["PYTHONDONTWRITEBYTECODE.default"]);
    expect(namesIn(first.layers, "development/bin")).toEqual(["pip", "pip3"]);
    expect(namesIn(first.layers, "limits")).toEqual(["exec.d", "programs"]);
    expect([componentsIn(first.layers, "python"), componentsIn(first.layers, "development")]).toEqual([
      [
        {
          type: "application",
          name: "python",
          version: "3.14.6",
          cpe: "cpe:2.3:a:python:python:3.14.6:*:*:*:*:*:*:*",
          purl: "pkg:generic/python@3.14.6",
          hashes: [{ alg: "SHA-256", content: expect.stringMatching(/^[0-9a-f]{64}$/) }],
          licenses: [{ license: { id: "PSF-2.0" } }],
          externalReferences: [
            {
              type: "distribution",
              url: expect.stringMatching(/^https:\/\/github\.com\/.*\/20260610\/cpython-3\.14\.6/),
            },
          ],
        },
      ],
      [
        {
          type: "library",
          name: "pip",
          version: "26.1.2",
          purl: "pkg:pypi/pip@26.1.2",
          licenses: [{ license: { id: "MIT" } }],
        },
      ],
    ]);

    const second = await rebuild(pythonEngine, first.outcome);
    expect([second.downloads, second.layers]).toEqual([[], first.layers]);
  });

  test("installs the requested release line with libpython and tkinter, omits the SBOM, and removes the app's virtual environment", async () => {
    const env = {
      BP_CPYTHON_VERSION: "3.10",
      BP_CPYTHON_LIBPYTHON: "true",
      BP_CPYTHON_TKINTER: "true",
      BP_DISABLE_SBOM: "true",
    };
    const app = { "main.py": "", ".venv/pyvenv.cfg": "home = /somewhere/else\n" };
    const outcome = await built({ app, env, plan: { python: [{ build: true }] } });
    expect(outcome.requests).toEqual([archive("3.10.16", "20241219")]);
    expect(Object.keys(outcome.outcome.app)).toEqual(["main.py"]);
    expect(typesOf(outcome)).toEqual({ development: ["build", "cache"], python: ["build", "cache"] });
    expect(namesIn(outcome.layers, "python/lib")).toEqual(
      expect.arrayContaining(["libpython3.10.so.1.0", "libpython3.so", "python3.10"]),
    );
    expect(Object.keys(outcome.layers)).toContain("python/lib/python3.10/tkinter/__init__.py");
    expect(Object.keys(outcome.layers).filter((path) => path.includes(".sbom."))).toEqual([]);
  });
});
