import { describe, expect, test } from "vitest";
import { checkProgram, type ExecDPrograms, execDFiles, scriptFor } from "./exec-d.ts";

const script = "#!/bin/sh\n";

test("exec.d programs are numbered in the given order, separately for each directory", () => {
  const programs = { z: script, a: { file: "bin/a" }, "m.mjs": script };
  expect([...execDFiles({ shared: programs, process: { web: { port: script }, "worker.1": {} } })]).toEqual([
    ["exec.d/00-z", script],
    ["exec.d/01-a", { file: "bin/a" }],
    ["exec.d/02-m.mjs", script],
    ["exec.d/web/00-port", script],
  ]);
});

test("the numeric prefixes of exec.d file names have the same width", () => {
  const programs: ExecDPrograms = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, script]));
  const names = [...execDFiles({ shared: programs }).keys()];
  expect([names[0], names[100], [...names].sort()]).toEqual(["exec.d/000-p0", "exec.d/100-p100", names]);
});

test.for(["1", "", "a/b", "../a", "a b", "ü"])("%j is refused as the name of an exec.d program", (name) => {
  expect(() => execDFiles({ shared: { [name]: script } })).toThrow(
    `${JSON.stringify(name)} cannot be the name of an exec.d program`,
  );
});

test("a process type with the same name as an exec.d file is refused", () => {
  expect(() => execDFiles({ shared: { a: script }, process: { "00-a": { b: script } } })).toThrow(
    "the exec.d program 00-a has the name of a process type",
  );
});

describe("an exec.d script for an interpreter in a layer", () => {
  test("begins with the interpreter's path", () => {
    expect(scriptFor("/layers/a/10-node/bin/node", "run()\n")).toBe("#!/layers/a/10-node/bin/node\nrun()\n");
  });

  test.for(["node", "/a b/node", "/a\nb", `/${"x".repeat(125)}`])("is refused with the interpreter %j", (path) => {
    expect(() => scriptFor(path, "")).toThrow(`${JSON.stringify(path)} cannot be the interpreter of an exec.d program`);
  });
});

test.for([
  ["a script", true, Buffer.from("#!/bin/sh")],
  ["an ELF executable", true, Buffer.from("\x7fELF…")],
  ["a text file", false, Buffer.from("echo")],
  ["an empty file", false, Buffer.from("")],
  ["a script after a byte order mark", false, Buffer.from("\ufeff#!/bin/sh")],
] as const)("the check whether %s is a valid exec.d program returns %s", ([, executable, contents]) => {
  const check = () => checkProgram("exec.d/00-x", contents);
  if (executable) expect(check()).toBeUndefined();
  else expect(check).toThrow("exec.d/00-x is neither a script nor an executable");
});
