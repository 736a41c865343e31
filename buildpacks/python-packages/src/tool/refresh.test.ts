import { expect, test } from "vitest";
import { versionIn } from "./locked.ts";
import { refreshed } from "./refresh.ts";

const old = ["uv==1.0", "poetry==2.0 \\\n    --hash=sha256:1\na==1", "", "pdm==3.0 ; python_full_version >= '3.10'"];

test("what became of the tools is told; one that cannot be locked stays", async () => {
  const locked = new Map([
    ["uv", "uv==1.0"],
    ["poetry", "poetry==2.0 \\\n    --hash=sha256:1\na==2"],
    ["pipenv", "pipenv==2026.1.0"],
  ]);
  const lock = async (name: string) => locked.get(name) ?? Promise.reject(new Error("needs what is not there\n"));
  expect(await refreshed(old, lock)).toEqual({
    texts: [...locked.values(), old[3]],
    failures: ["pdm stays as it is: needs what is not there"],
    changes: ["poetry 2.0: something that it needs is another", "pipenv nothing becomes 2026.1.0"],
  });
});

test.for([
  ["uv==0.13.9 \\\n    --hash=sha256:1", "uv", "0.13.9"],
  ["a==1\npdm==2.29.3; python_version > '3'", "pdm", "2.29.3"],
  ["pdm[locked]==2.29.3", "pdm", "2.29.3"],
] as const)("%j: %s is %s", ([text, name, version]) => expect(versionIn(text, name)).toBe(version));

test("requirements without the tool are a mistake of this repository", () => {
  expect(() => versionIn("a-uv==1.0", "uv")).toThrow("the requirements of uv do not name it");
});
