import { mergeProcesses } from "libcnb/lifecycle-rules";
import { describe, expect, test } from "vitest";
import { decodeBuildToml, decodeLaunchToml, metNames, type Process } from "./launch-toml.ts";

const decode = (text: string, api = "0.10") => decodeLaunchToml(text, { file: "launch.toml", api, buildpackId: "a" });
const web = { type: "web", direct: true, isDefault: false, buildpackId: "a" };

describe("launch.toml", () => {
  test.for<[string, string, Process]>([
    ["a command", 'command = ["node", "x"]', { ...web, command: ["node", "x"] }],
    [
      "no arguments and an empty list are told apart",
      'command = ["n"]\nargs = []',
      { ...web, command: ["n"], args: [] },
    ],
    [
      "everything",
      'command = ["n"]\nargs = ["a"]\ndefault = true\nworking-dir = "w"\nexec-env = ["test"]',
      { ...web, command: ["n"], args: ["a"], isDefault: true, workingDir: "w", execEnv: ["test"] },
    ],
    ["unknown keys are ignored", 'command = ["n"]\nfuture = 1', { ...web, command: ["n"] }],
  ])("a process: %s", ([, body, process]) =>
    expect(decode(`[[processes]]\ntype = "web"\n${body}`).processes).toEqual([process]),
  );

  test("a command of API 0.8 is a string that a shell runs unless direct is set", () => {
    const [process] = decode('[[processes]]\ntype = "web"\ncommand = "node x"', "0.8").processes;
    expect(process).toEqual({ ...web, command: ["node x"], direct: false });
  });

  test.for<[string, string]>([
    [
      '[[processes]]\ntype = "web"\ncommand = "node"',
      "launch.toml: process web: command must be a list with at least one string",
    ],
    [
      '[[processes]]\ntype = "web"\ncommand = []',
      "launch.toml: process web: command must be a list with at least one string",
    ],
    [
      '[[processes]]\ntype = "web"\ncommand = ["n"]\ndirect = true',
      "launch.toml: process.direct is not supported on this buildpack version",
    ],
    [
      '[[processes]]\ntype = "a/b"\ncommand = ["n"]',
      "launch.toml: process type 'a/b' may not contain characters '/><:|&\\'",
    ],
    ['[[processes]]\ncommand = ["n"]', "launch.toml: type is required for all processes"],
    [
      '[[processes]]\ntype="a"\ncommand=["n"]\ndefault=true\n[[processes]]\ntype="b"\ncommand=["n"]\ndefault=true',
      "launch.toml: multiple default process types aren't allowed",
    ],
    ["labels = 1\nslices = 2", "launch.toml: labels: expected Array, got 1; slices: expected Array, got 2"],
  ])("launch.toml with %j is refused", ([text, message]) => expect(() => decode(text)).toThrow(new Error(message)));
});

test("build.toml lists the unmet entries", () => {
  expect(decodeBuildToml('[[unmet]]\nname = "x"\n[[unmet]]\nname = "y"', "build.toml")).toEqual(["x", "y"]);
  expect(metNames(["x", "y", "y", "z"], ["y"])).toEqual(["x", "z"]);
  expect(() => metNames(["x"], ["other"])).toThrow("unmet.name 'other' must match a requested dependency");
  expect(() => metNames(["x"], [""])).toThrow("unmet.name is required");
});

describe("processes of several buildpacks", () => {
  const process = (type: string, isDefault = false, buildpackId = "a"): Process => ({
    ...web,
    type,
    isDefault,
    buildpackId,
    command: ["n"],
  });

  test.for<[string, readonly Process[], Omit<ReturnType<typeof mergeProcesses>, "processes">]>([
    ["no default", [process("web")], {}],
    ["the last default wins", [process("a", true), process("b", true)], { defaultType: "b" }],
    ["a plain process of the default's type takes it away", [process("a", true), process("a")], { lostDefault: "a" }],
    ["a later default makes up for it", [process("a", true), process("a"), process("b", true)], { defaultType: "b" }],
  ])("%s", ([, processes, expected]) => {
    const { processes: _, ...rest } = mergeProcesses(processes);
    expect(rest).toEqual(expected);
  });

  test("the last one of each type takes precedence, sorted by type", () => {
    const merged = mergeProcesses([process("b"), process("a"), process("b", false, "later")]);
    expect(merged.processes.map(({ type, buildpackId }) => `${type} ${buildpackId}`)).toEqual(["a a", "b later"]);
  });
});
