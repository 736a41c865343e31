import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { decisiveLines, type LocalSource, readRequirements } from "./sources.ts";

/** Files with what decides in them, local sources, addresses. */
type ExpectedSources = readonly [
  files: Readonly<Record<string, string>>,
  local: readonly LocalSource[],
  remote: readonly string[],
];

async function readIn(app: FileMap, dir: string, names: readonly string[]): Promise<ExpectedSources> {
  const { files, local, remote } = await inApp(app, (given) => readRequirements(given, dir, names));
  return [
    Object.fromEntries(Object.entries(files).map(([path, lines]) => [path, decisiveLines(lines)])),
    local,
    remote,
  ];
}

describe("pip's requirements files", () => {
  test.for<[string, FileMap, [dir: string, names: readonly string[]], ExpectedSources]>([
    [
      "are read without comments and blank lines",
      { "requirements.txt": "a==1 # web\n\n" },
      ["", ["requirements.txt"]],
      [{ "requirements.txt": "a==1" }, [], []],
    ],
    [
      "can include each other with paths relative to themselves",
      {
        "api/prod.txt": "-r ../base/all.txt\na",
        "base/all.txt": "-r more.txt\n-c pins.txt",
        "base/more.txt": "-r all.txt\nb",
        "base/pins.txt": "b==1",
      },
      ["api", ["prod.txt"]],
      [
        {
          "api/prod.txt": "-r ../base/all.txt\na",
          "base/all.txt": "-r more.txt\n-c pins.txt",
          "base/more.txt": "-r all.txt\nb",
          "base/pins.txt": "b==1",
        },
        [],
        [],
      ],
    ],
    [
      "can be named __proto__ or constructor and be encoded in UTF-16",
      { "a.txt": "-r __proto__\n-r constructor\n", constructor: Buffer.from("\uFEFFb", "utf16le"), ["__proto__"]: "c" },
      ["", ["a.txt"]],
      [{ "a.txt": "-r __proto__\n-r constructor", constructor: "b", ["__proto__"]: "c" }, [], []],
    ],
    [
      "can name projects and archives in the app's directory",
      {
        "api/requirements.txt": "-e .\n./lib[x]\n../shared\nwheels/a-1.0.whl\n./absent",
        "api/lib/pyproject.toml": "",
        "api/wheels/a-1.0.whl": "",
        "shared/setup.py": "",
      },
      ["api", ["requirements.txt"]],
      [
        { "api/requirements.txt": "-e .\n./lib[x]\n../shared\nwheels/a-1.0.whl\n./absent" },
        [
          { path: "api", isEditable: true },
          { path: "api/lib", isEditable: false },
          { path: "shared", isEditable: false },
          { path: "api/wheels/a-1.0.whl", isEditable: false },
        ],
        [],
      ],
    ],
    [
      "can name the app itself",
      { "requirements.txt": "." },
      ["", ["requirements.txt"]],
      [{ "requirements.txt": "." }, [{ path: "", isEditable: false }], []],
    ],
    [
      "are compared without the URLs of indexes, but with other options",
      {
        "requirements.txt":
          "-i https://a.example\n--extra-index-url=https://b.example\n--pre\n-r https://c.example/r.txt",
      },
      ["", ["requirements.txt"]],
      [{ "requirements.txt": "\n\n--pre\n-r https://c.example/r.txt" }, [], ["https://c.example/r.txt"]],
    ],
  ])("%s", async ([, app, [dir, names], expected]) => expect(await readIn(app, dir, names)).toEqual(expected));

  test("can include a path that contains upper-case environment variables, as in pip", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as pip has variables
    const app = { "a.txt": "-r ${STAGE}/${stage}.txt\n", "prod/${stage}.txt": "b\n" };
    const { files } = await inApp(app, (given) =>
      readRequirements(given, "", ["a.txt"], { STAGE: "prod", stage: "x" }),
    );
    expect(Object.keys(files)).toEqual(Object.keys(app));
  });

  test.for<[string, FileMap, string, string]>([
    [
      "that include an absent file",
      { "a.txt": "-r dev.txt" },
      "PYTHON_REQUIREMENTS_MISSING",
      "a.txt includes dev.txt, which does not exist",
    ],
    [
      "that include a file outside of the app",
      { "a.txt": "-c ../../pins.txt" },
      "PYTHON_REQUIREMENTS_OUTSIDE",
      "a.txt names ../../pins.txt, which is outside the app's directory",
    ],
    [
      "that include an absolute path",
      { "a.txt": "-r /etc/pins.txt" },
      "PYTHON_REQUIREMENTS_OUTSIDE",
      "a.txt names /etc/pins.txt, which is outside the app's directory",
    ],
    [
      "that name a project outside of the app",
      { "a.txt": "-e ../lib" },
      "PYTHON_REQUIREMENTS_OUTSIDE",
      "a.txt names ../lib, which is outside the app's directory",
    ],
  ])("%s are refused", async ([, app, code, message]) => {
    await expect(readIn(app, "", ["a.txt"])).rejects.toMatchObject({ code, message });
  });
});
