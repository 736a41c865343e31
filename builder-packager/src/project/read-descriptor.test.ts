import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectEnv } from "./project-env.ts";
import { parseProject, readDescriptor } from "./read-descriptor.ts";

const dir = mkdtempSync(join(tmpdir(), "descriptor-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("project.toml is refused, and the error has line and column, for", () => {
  test.for<readonly [string, string, string]>([
    ["malformed TOML", "[_", "TOML"],
    ["an unknown schema version", `[_]\nschema-version = "7"`, "project.toml:2:1: _.schema-version: expected one of"],
    [
      "include combined with exclude",
      `[_]\n[io.buildpacks]\ninclude = ["a"]\nexclude = ["b"]`,
      "project.toml:4:1: io.buildpacks.exclude: cannot be combined with include",
    ],
    [
      "a malformed name of an environment variable",
      `[_]\n[[io.buildpacks.build.env]]\nname = "../up"\nvalue = ""`,
      `project.toml:3:1: io.buildpacks.build.env[0].name: "../up" is not the name of an environment variable`,
    ],
    [
      "a NUL character in an environment variable",
      `[[build.env]]\nname = "A"\nvalue = "a\\u0000b"`,
      "project.toml:3:1: build.env[0].value: contains a NUL character, which is not allowed in environment variables",
    ],
    [
      "an inline script without an ID",
      `[_]\n[[io.buildpacks.group]]\nuri = ""\n[io.buildpacks.group.script]\napi = "0.10"\ninline = ""`,
      "project.toml:2:17: io.buildpacks.group[0]: has neither id nor uri",
    ],
    [
      "an inline script combined with a URI",
      `[_]\n[[io.buildpacks.pre.group]]\nuri = "a"\nscript = { api = "0.10", inline = "" }`,
      "project.toml:4:1: io.buildpacks.pre.group[0].script: cannot be combined with uri",
    ],
    ...["sh", "/bin/sh\\nrm", `/bin/${"s".repeat(250)}`].map(
      (shell) =>
        [
          `the shell ${shell.slice(0, 12)}`,
          `[_]\n[[io.buildpacks.group]]\nid = "a"\nscript = { api = "0.10", inline = "", shell = "${shell}" }`,
          `project.toml:4:39: io.buildpacks.group[0].script.shell: expected the path of a shell such as "/bin/bash", in one line`,
        ] as const,
    ),
    [
      "a NUL character in an inline script",
      `[_]\n[[io.buildpacks.group]]\nid = "a"\nscript = { api = "0.10", inline = "\\u0000" }`,
      "project.toml:4:26: io.buildpacks.group[0].script.inline: contains a NUL character",
    ],
    [
      "a pattern with too many wildcards",
      `[_]\n[io.buildpacks]\nexclude = ["a", "*a*a*a*a*a*b"]`,
      "project.toml:3:17: io.buildpacks.exclude[1]: has more than 4 wildcards",
    ],
  ])("%s", ([, text, message]) => {
    expect(() => parseProject(text, "project.toml")).toThrow(
      expect.objectContaining({ code: "PROJECT_INVALID", exitCode: 3, message: expect.stringContaining(message) }),
    );
  });
});

test("environment variables in project.toml are set only for the execution environments they name", () => {
  const variable = (name: string, value: string, rest = "") =>
    `[[io.buildpacks.build.env]]\nname = "${name}"\nvalue = "${value}"\n${rest}\n`;
  const variables = [
    variable("A", "1"),
    variable("A", "2"),
    variable("T", "t", `exec-env = ["test"]`),
    variable("S", "s", `exec-env = ["*"]`),
  ];
  const project = parseProject(`[_]\nschema-version = "0.3"\n${variables.join("")}`, "project.toml");
  expect(Object.fromEntries(projectEnv(project, "production"))).toEqual({ A: "2", S: "s" });
  expect(Object.fromEntries(projectEnv(project, "test"))).toEqual({ A: "2", S: "s", T: "t" });
});

describe("the project descriptor", () => {
  const app = (name: string) => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  };

  test("is read from project.toml if the app contains this file, and must not name paths outside of the app", async () => {
    const folder = app("own");
    expect(await readDescriptor(folder, undefined)).toBeUndefined();
    const file = join(folder, "project.toml");
    writeFileSync(file, `[_]\nname = "own"\nowner = "me"`);
    expect(await readDescriptor(folder, undefined)).toMatchObject({
      file,
      dir: folder,
      confinedTo: folder,
      project: { name: "own" },
      warnings: [expect.stringContaining(`${file}:3:1: _.owner: unknown key; the known keys are schema-version, `)],
    });
  });

  test("named by the user may contain paths outside of the app", async () => {
    const file = join(dir, "named.toml");
    writeFileSync(file, `[_]\nname = "named"`);
    const read = await readDescriptor(dir, file);
    expect(read).toMatchObject({ file, dir, project: { name: "named" } });
    expect(read).not.toHaveProperty("confinedTo");
  });

  test.for<readonly [string, (folder: string) => void]>([
    ["that is a symbolic link out of the app", (folder) => symlinkSync("/etc/hostname", join(folder, "project.toml"))],
    ["that is a directory", (folder) => mkdirSync(join(folder, "project.toml"))],
  ])("%s is refused", async ([name, make]) => {
    const folder = app(name.replaceAll(" ", "-"));
    make(folder);
    await expect(readDescriptor(folder, undefined)).rejects.toMatchObject({
      code: "PROJECT_INVALID",
      message: `${folder}/project.toml is not a regular file, or links to a file outside the application`,
    });
  });

  test("named by the user must exist", async () => {
    await expect(readDescriptor(dir, join(dir, "absent.toml"))).rejects.toMatchObject({
      code: "PROJECT_INVALID",
      message: `cannot read ${dir}/absent.toml: there is no such file`,
      hint: "Check the path given with --descriptor.",
    });
  });
});
