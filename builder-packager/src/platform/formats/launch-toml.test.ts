import { mergeProcesses } from "libcnb/lifecycle-rules";
import { describe, expect, test } from "vitest";
import { metNames, type Process, parseBuildToml, parseLaunchToml } from "./launch-toml.ts";

const decode = (text: string, api = "0.10") => parseLaunchToml(text, { file: "launch.toml", api, buildpackId: "a" });
const web = { type: "web", direct: true, isDefault: false, buildpackId: "a" };

describe("launch.toml", () => {
  test.for<[string, string, Process]>([
    ["with a command and arguments", 'command = ["node", "x"]', { ...web, command: ["node", "x"] }],
    ["with an empty args list, which is kept,", 'command = ["n"]\nargs = []', { ...web, command: ["n"], args: [] }],
    [
      "with all keys",
      'command = ["n"]\nargs = ["a"]\ndefault = true\nworking-dir = "w"\nexec-env = ["test"]',
      { ...web, command: ["n"], args: ["a"], isDefault: true, workingDir: "w", execEnv: ["test"] },
    ],
    ["with unknown keys, which are ignored,", 'command = ["n"]\nfuture = 1', { ...web, command: ["n"] }],
  ])("%s is parsed to a process", ([, body, process]) =>
    expect(decode(`[[processes]]\ntype = "web"\n${body}`).processes).toEqual([process]),
  );

  test("has commands that are strings under Buildpack API 0.8, and a shell runs them unless direct is set", () => {
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
  ])("with the contents %j is refused with the error %j", ([text, message]) =>
    expect(() => decode(text)).toThrow(new Error(message)),
  );
});

test("build.toml lists the unmet requirements", () => {
  expect(parseBuildToml('[[unmet]]\nname = "x"\n[[unmet]]\nname = "y"', "build.toml")).toEqual(["x", "y"]);
  expect(metNames(["x", "y", "y", "z"], ["y"])).toEqual(["x", "z"]);
  expect(() => metNames(["x"], ["other"])).toThrow(
    "build.toml: [[unmet]] names 'other', which is not a requested dependency",
  );
  expect(() => metNames(["x"], [""])).toThrow("build.toml: an entry of [[unmet]] has no name");
});

describe("merging the processes of several buildpacks", () => {
  const process = (type: string, isDefault = false, buildpackId = "a"): Process => ({
    ...web,
    type,
    isDefault,
    buildpackId,
    command: ["n"],
  });

  test.for<[string, readonly Process[], Omit<ReturnType<typeof mergeProcesses>, "processes">]>([
    ["sets no default process type if no process is the default", [process("web")], {}],
    ["uses the last default process", [process("a", true), process("b", true)], { defaultType: "b" }],
    ["removes the default if a later process has its type", [process("a", true), process("a")], { lostDefault: "a" }],
    [
      "replaces a removed default by a later default process",
      [process("a", true), process("a"), process("b", true)],
      { defaultType: "b" },
    ],
  ])("%s", ([, processes, expected]) => {
    const { processes: _, ...rest } = mergeProcesses(processes);
    expect(rest).toEqual(expected);
  });

  test("keeps only the last process of each type, sorted by type", () => {
    const merged = mergeProcesses([process("b"), process("a"), process("b", false, "later")]);
    expect(merged.processes.map(({ type, buildpackId }) => `${type} ${buildpackId}`)).toEqual(["a a", "b later"]);
  });
});
