import { normalizedName } from "@libcnb/python-app/distributions";
import { describe, expect, test } from "vitest";
import { markerHolds } from "./marker.ts";

const values = {
  implementation_name: "cpython",
  os_name: "posix",
  platform_machine: "x86_64",
  platform_python_implementation: "CPython",
  platform_release: "6.1.0-18-amd64",
  platform_system: "Linux",
  python_full_version: "3.11.4",
  python_version: "3.11",
  sys_platform: "linux",
};

describe("an environment marker", () => {
  const some: readonly (readonly [marker: string, holds: boolean])[] = [
    ["sys_platform == 'linux'", true],
    ['sys_platform == "win32"', false],
    ["'linux' == sys_platform", true],
    ["sys_platform != 'win32' and python_version < '3.12'", true],
    ["sys_platform == 'win32' or sys_platform == 'darwin'", false],
    ["sys_platform == 'win32' or os_name == 'posix' and python_version >= '3'", true],
    ["(sys_platform == 'win32' or os_name == 'posix') and python_version >= '4'", false],
    ["python_version < '3.9'", false],
    ["python_full_version >= '3.11.4'", true],
    ["python_full_version < '3.11.4'", false],
    ["python_version == '3.*'", true],
    ["python_version ~= '3.10'", true],
    ["python_version in '3.10 3.11'", true],
    ["python_version not   in '3.10 3.11'", false],
    ["platform_machine in 'x86_64 aarch64'", true],
    ["platform_release >= '6'", true],
    ["implementation_name === 'cpython'", true],
    ["os.name == 'posix'", true],
    ["unknown_name == ''", true],
    ["extra == 'Prod_Server'", true],
    ["extra == 'other'", false],
    ["extra != 'other'", true],
    ["'prod-server' in extras", true],
    ["'docs' in dependency_groups", true],
    ["'dev' in dependency_groups", false],
  ];
  test.each(some)("such as %j is evaluated as %s", async (marker, holds) => {
    expect(await markerHolds(marker, { values, extras: ["prod.server"], groups: ["docs"] })).toBe(holds);
  });

  test.each([
    ["absent", undefined],
    ["empty", ""],
    ["a single word", "nonsense"],
    ["without a value", "sys_platform =="],
    ["without a closing parenthesis", "(a == 'b'"],
    ["followed by other text", "a == 'b' c"],
    ["nested 9 000 levels deep", `${"(".repeat(9_000)}a == 'b'`],
  ] as const)("is evaluated as true if it is %s", async (_, marker) => {
    expect(await markerHolds(marker, { values })).toBe(true);
  });
});

test("names of Python packages are normalized", () => {
  expect(["Ruamel.YAML", "zope-_interface", "six"].map(normalizedName)).toEqual([
    "ruamel-yaml",
    "zope-interface",
    "six",
  ]);
});
