import { mergeProcesses } from "libcnb/lifecycle-rules";
import { describe, expect, test } from "vitest";
import { metNames, type Process, parseBuildToml, parseLaunchToml } from "./launch-toml.ts";

const decode = (text: string, api = "0.10") => parseLaunchToml(text, { file: "launch.toml", api, buildpackId: "a" });
const web = { type: "web", direct: true, isDefault: false, buildpackId: "a" };

describe("launch.toml", () => {
  test.for<[string, string, Process]>([
    ["command with arguments", 'command = ["node", "x"]', { ...web, command: ["node", "x"] }],
    ["an empty args list is kept", 'command = ["n"]\nargs = []', { ...web, command: ["n"], args: [] }],
    [
      "all keys",
      'command = ["n"]\nargs = ["a"]\ndefault = true\nworking-dir = "w"\nexec-env = ["test"]',
      { ...web, command: ["n"], args: ["a"], isDefault: true, workingDir: "w", execEnv: ["test"] },
    ],
    ["unknown keys are ignored", 'command = ["n"]\nfuture = 1', { ...web, command: ["n"] }],
  ])("is parsed to a process: %s", ([, body, process]) =>
    expect(decode(`[[processes]]\ntype = "web"\n${body}`).processes).toEqual([process]),
  );

  test("has commands that are strings under Buildpack API 0.8; a shell runs them unless direct is set", () => {
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
      "launch.toml: process web: direct must not be set in API 0.10",
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
  ])("is refused with the contents %j", ([text, message]) => expect(() => decode(text)).toThrow(new Error(message)));
});

test("build.toml lists the unmet requirements", () => {
  expect(parseBuildToml('[[unmet]]\nname = "x"\n[[unmet]]\nname = "y"', "build.toml")).toEqual(["x", "y"]);
  expect(metNames(["x", "y", "y", "z"], ["y"])).toEqual(["x", "z"]);
  expect(() => metNames(["x"], ["other"])).toThrow("unmet.name 'other' must match a requested dependency");
  expect(() => metNames(["x"], [""])).toThrow("unmet.name is required");
});

describe("merging the processes of several buildpacks:", () => {
  const process = (type: string, isDefault = false, buildpackId = "a"): Process => ({
    ...web,
    type,
    isDefault,
    buildpackId,
    command: ["n"],
  });

  test.for<[string, readonly Process[], Omit<ReturnType<typeof mergeProcesses>, "processes">]>([
    ["without a default process there is no default type", [process("web")], {}],
    ["the last default process takes precedence", [process("a", true), process("b", true)], { defaultType: "b" }],
    [
      "a later process of the default's type removes the default",
      [process("a", true), process("a")],
      { lostDefault: "a" },
    ],
    [
      "a later default process replaces a removed default",
      [process("a", true), process("a"), process("b", true)],
      { defaultType: "b" },
    ],
  ])("%s", ([, processes, expected]) => {
    const { processes: _, ...rest } = mergeProcesses(processes);
    expect(rest).toEqual(expected);
  });

  test("only the last process of each type is kept, sorted by type", () => {
    const merged = mergeProcesses([process("b"), process("a"), process("b", false, "later")]);
    expect(merged.processes.map(({ type, buildpackId }) => `${type} ${buildpackId}`)).toEqual(["a a", "b later"]);
  });
});
