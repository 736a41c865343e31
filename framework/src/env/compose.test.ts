import { describe, expect, test } from "vitest";
import type { Env } from "./apply.ts";
import { composeBuildEnv, composeLaunchEnv, inheritedEnv, type LayerFiles, launchInheritedEnv } from "./compose.ts";

const layer = (name: string, files: LayerFiles["files"]): LayerFiles => ({ name, path: `/l/${name}`, files });
const base: Env = { PATH: "/usr/bin", HOME: "/root" };

describe("the environment of later buildpacks", () => {
  test("gets a layer's bin/ and lib/, then env/, then env.build/, and never env.launch/", () => {
    const all = layer("x", {
      "bin/tool": "",
      "lib/": "",
      include: "",
      "pkgconfig/a.pc": "",
      "man/man1": "",
      "env/PATH.prepend": "/shared",
      "env/PATH.delim": ":",
      "env/A.override": "shared",
      "env.build/PATH.prepend": "/build",
      "env.build/PATH.delim": ":",
      "env.build/A.append": "build",
      "env.build/A.delim": "+",
      "env.launch/PATH.prepend": "/launch",
      "env.launch/B": "launch",
    });
    expect(composeBuildEnv([all], base)).toEqual({
      PATH: "/build:/shared:/l/x/bin:/usr/bin",
      HOME: "/root",
      LD_LIBRARY_PATH: "/l/x/lib",
      LIBRARY_PATH: "/l/x/lib",
      CPATH: "/l/x/include",
      PKG_CONFIG_PATH: "/l/x/pkgconfig",
      A: "shared+build",
    });
  });

  test("is composed in the order of layer names, so that later layers come first in PATH", () => {
    const layers = [layer("b", { "bin/": "" }), layer("a", { "bin/": "" })];
    expect(composeBuildEnv(layers, base).PATH).toBe("/l/b/bin:/l/a/bin:/usr/bin");
  });
});

// Two layers measured with the lifecycle's own code: the order of names and of directories differs between build and launch.
const both = [
  layer("foo", { "bin/": "", "env/PATH.prepend": "foo-env", "env/PATH.delim": ":" }),
  layer("foo-bar", { "bin/": "", "env/PATH.prepend": "foo-bar-env", "env/PATH.delim": ":" }),
];

test("build and launch environments apply layers in different orders", () => {
  expect([composeBuildEnv(both, base).PATH, composeLaunchEnv(both, base).PATH]).toEqual([
    "foo-env:/l/foo/bin:foo-bar-env:/l/foo-bar/bin:/usr/bin",
    "foo-bar-env:foo-env:/l/foo-bar/bin:/l/foo/bin:/usr/bin",
  ]);
});

test("the environment of a process applies env/, env.launch/ and env.launch/<process type>/ of each layer", () => {
  const files = {
    "bin/": "",
    "lib/": "",
    "include/": "",
    "env/A": "shared",
    "env.build/A": "build",
    "env.launch/A.append": "+launch",
    "env.launch/web/A.append": "+web",
    "env.launch/worker/A": "worker",
  };
  const shared = { ...base, PATH: "/l/x/bin:/usr/bin", LD_LIBRARY_PATH: "/l/x/lib" };
  expect([composeLaunchEnv([layer("x", files)], base, "web"), composeLaunchEnv([layer("x", files)], base)]).toEqual([
    { ...shared, A: "shared+launch+web" },
    { ...shared, A: "shared+launch" },
  ]);
});

test.for<[string, Record<string, string>, Env, string | undefined]>([
  ["a file without suffix replaces the value", { V: "x" }, { V: "old" }, "x"],
  ["the value is used unchanged", { "V.override": " $HOME\n" }, {}, " $HOME\n"],
  ["append and prepend use no delimiter by default", { "V.append": "x", "V.prepend": "y" }, { V: "old" }, "yoldx"],
  ["a delimiter is not added to an empty value", { "V.append": "x", "V.delim": ":" }, { V: "" }, "x"],
  ["an empty value is appended with its delimiter", { "V.append": "", "V.delim": ":" }, { V: "old" }, "old:"],
  ["a default replaces an empty value", { "V.default": "x" }, { V: "" }, "x"],
  ["a default does not replace a value", { "V.default": "x" }, { V: "old" }, "old"],
  [
    "append, default, override and prepend are applied in this order",
    { "V.append": "A", "V.default": "D", "V.delim": "|", "V.override": "O", "V.prepend": "P" },
    { V: "old" },
    "P|O",
  ],
  [
    "a delimiter in another directory is ignored",
    { "../env.build/V.delim": ":", "V.append": "x" },
    { V: "old" },
    "oldx",
  ],
  ["an unknown suffix is ignored", { "V.append.old": "x", "V.other": "y" }, { V: "old" }, "old"],
  ["an empty suffix prepends with the path separator", { "V.": "x" }, { V: "old" }, "x:old"],
  ["an empty suffix uses the directory's delimiter", { "V.": "x", "V.delim": "|" }, { V: "old" }, "x|old"],
  ["an empty suffix sets the value of an unset variable", { "V.": "x" }, {}, "x"],
  ["the name of the variable ends at the first dot", { "W.V": "x" }, {}, undefined],
])("in environment files of layers, %s", ([, files, before, value]) => {
  const named = Object.entries(files).map(([file, text]) => [
    file.startsWith("../") ? file.slice(3) : `env/${file}`,
    text,
  ]);
  expect(composeLaunchEnv([layer("x", Object.fromEntries(named))], before).V).toBe(value);
});

test("a byte order mark in an environment file is part of the value", () => {
  const files = { "env/A": Buffer.from("\ufeffa") };
  expect(composeLaunchEnv([layer("x", files)], {})).toEqual({ A: "\ufeffa" });
});

test("environment variables may have names of Object.prototype, such as constructor", () => {
  const files = { "env/toString.append": "1", "env/constructor.default": "2", "env/__proto__": "3" };
  const env = composeLaunchEnv([layer("x", files)], {});
  expect(Object.entries(env).sort()).toEqual([
    ["__proto__", "3"],
    ["constructor", "2"],
    ["toString", "1"],
  ]);
});

test("directories of layers are added to PATH in the byte order of the layers' names", () => {
  const files = { "bin/": "" };
  const layers = [layer("\ufb00", files), layer("\u{1f600}", files)];
  expect(composeLaunchEnv(layers, base).PATH).toBe("/l/\u{1f600}/bin:/l/\ufb00/bin:/usr/bin");
});

test("environment files with invalid variable names are ignored, and values keep their bytes", () => {
  const files = { "env/.override": "1", "env/A=B": "2", "env/A": Buffer.from("3") };
  expect(composeLaunchEnv([layer("x", files)], {})).toEqual({ A: "3" });
});

test("the first buildpack inherits the environment variables that the lifecycle passes on", () => {
  const container = {
    PATH: "/bin",
    LANG: "C",
    HOME: "/home",
    no_proxy: "a",
    CPATH: "/i",
    TMPDIR: "/t",
    CNB_STACK_ID: "s",
  };
  expect(inheritedEnv(container)).toEqual({
    PATH: "/bin",
    HOME: "/home",
    no_proxy: "a",
    CPATH: "/i",
    CNB_STACK_ID: "s",
  });
});

test("a process inherits the container's environment without the launcher's own variables", () => {
  const container = { PATH: "/cnb/process:/a:/cnb/lifecycle", CNB_APP_DIR: "/w", CNB_EXEC_ENV: "test", LANG: "C" };
  expect(launchInheritedEnv(container)).toEqual({ PATH: "/a", CNB_EXEC_ENV: "test", LANG: "C" });
});
