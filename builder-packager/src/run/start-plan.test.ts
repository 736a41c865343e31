import { describe, expect, test } from "vitest";
import type { ContainerConfig, ImageConfig } from "../oci/model/spec.ts";
import { planStart, type StartRequest } from "./start-plan.ts";

const accounts = {
  passwd: "root:x:0:0::/root:/bin/sh\ncnb:x:1000:1001::/home/cnb:/bin/sh\n",
  group: "root:x:0:\nstaff:x:50:\n",
};
const none: StartRequest = { args: [], env: {} };
const label = JSON.stringify({ processes: [{ type: "worker" }, { type: "web" }] });
const image = (config: ContainerConfig): ImageConfig => ({
  os: "linux",
  architecture: "amd64",
  config,
  rootfs: { type: "layers", diff_ids: [] },
});
const plan = (config: ContainerConfig, request: Partial<StartRequest> = {}) =>
  planStart("oci:app", image(config), { ...none, ...request }, accounts);

describe("the start command of an app", () => {
  const config = { Entrypoint: ["/entry", "-x"], Cmd: ["default"], Labels: { "io.buildpacks.build.metadata": label } };
  test.for<[string, Partial<StartRequest>, readonly string[]]>([
    ["consists of the image's entrypoint and default arguments if none are given", {}, ["/entry", "-x", "default"]],
    ["has the given arguments instead of the image's default ones", { args: ["a"] }, ["/entry", "-x", "a"]],
    [
      "is the executable of the given process type of the image",
      { process: "web", args: ["a"] },
      ["/cnb/process/web", "a"],
    ],
    ["is the given entrypoint without arguments", { entrypoint: "/bin/sh" }, ["/bin/sh"]],
  ])("%s", ([, request, command]) => {
    expect(plan(config, request).command).toEqual(command);
  });

  test("consists of the arguments if the image has neither entrypoint nor command", () => {
    expect(plan({}, { args: ["/bin/true"] }).command).toEqual(["/bin/true"]);
  });
});

test("the start plan of an app has the image's environment, directory and user, with Docker's defaults", () => {
  const config = { Entrypoint: ["/a"], Env: ["A=b=c", "EMPTY="], User: "cnb", WorkingDir: "/workspace" };
  expect(plan(config, { env: { EMPTY: "no" } })).toEqual({
    command: ["/a"],
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: "/home/cnb",
      A: "b=c",
      EMPTY: "no",
    },
    cwd: "/workspace",
    uid: 1000,
    gid: 1001,
  });
});

test.for<[string, number, number]>([
  ["", 0, 0],
  ["cnb", 1000, 1001],
  ["1000", 1000, 1001],
  ["1000:1000", 1000, 1000],
  ["cnb:staff", 1000, 50],
  ["4711", 4711, 0],
])("the user %j in an image's configuration has the UID %i and the GID %i", ([User, uid, gid]) => {
  expect(plan({ Entrypoint: ["/a"], User })).toMatchObject({ uid, gid });
});

test.for<[string, ContainerConfig, Partial<StartRequest>, object]>([
  [
    "an image without a start command",
    {},
    {},
    {
      code: "IMAGE_START_UNKNOWN",
      message: "oci:app has no entrypoint and no command",
      hint: "Pass a command after --, for example: cnb run oci:app -- /bin/sh",
    },
  ],
  [
    "a process type that the image lacks",
    { Labels: { "io.buildpacks.build.metadata": label } },
    { process: "cron" },
    {
      code: "PROCESS_TYPE_UNKNOWN",
      message: 'oci:app has no process "cron"',
      hint: "Use a process of the image: web, worker.",
    },
  ],
  [
    "a process type of an image without processes",
    {},
    { process: "web" },
    {
      code: "PROCESS_TYPE_UNKNOWN",
      message: 'oci:app has no process "web"',
      hint: "The image has no processes. Remove --process.",
    },
  ],
  [
    "an unknown user",
    { User: "www", Cmd: ["/a"] },
    {},
    {
      code: "IMAGE_USER_UNKNOWN",
      message: 'the image runs as user "www", which is not in /etc/passwd of the image',
      hint: expect.stringMatching(
        /^Build the image with a numeric user such as 1000:1000, or use a base image whose \/etc\/(passwd|group) contains ".+"\.$/,
      ),
    },
  ],
  [
    "an unknown group",
    { User: "cnb:www", Cmd: ["/a"] },
    {},
    {
      code: "IMAGE_USER_UNKNOWN",
      message: 'the image runs as group "www", which is not in /etc/group of the image',
      hint: expect.stringMatching(
        /^Build the image with a numeric user such as 1000:1000, or use a base image whose \/etc\/(passwd|group) contains ".+"\.$/,
      ),
    },
  ],
  ...["4294967295", "9999999999", "0:9999999999"].map((User): [string, ContainerConfig, object, object] => [
    `user ${User}`,
    { User, Cmd: ["/a"] },
    {},
    {
      code: "IMAGE_USER_UNKNOWN",
      message: `the user of the image contains the id "${User.split(":").at(-1)}", which is not between 0 and 4294967294`,
      hint: "Build the image with a user and group id between 0 and 4294967294.",
    },
  ]),
  ...(
    [
      ["NUL in Entrypoint", { Entrypoint: ["/a\0b"] }, "its Entrypoint contains a NUL character"],
      ["NUL in Cmd", { Cmd: ["/a", "\0"] }, "its Cmd contains a NUL character"],
      ["NUL in Env", { Cmd: ["/a"], Env: ["A=\0"] }, "its Env contains a NUL character"],
      ["a variable without a name in Env", { Cmd: ["/a"], Env: ["=a"] }, "its Env contains a variable without a name"],
      ["NUL in WorkingDir", { Cmd: ["/a"], WorkingDir: "/\0" }, "its WorkingDir contains a NUL character"],
    ] as const
  ).map(([name, config, why]): [string, ContainerConfig, object, object] => [
    name,
    config as ContainerConfig,
    {},
    { code: "IMAGE_INVALID", message: `oci:app cannot be started: ${why}`, hint: "Build the image again." },
  ]),
])("planning the start of an app is an error for %s", ([, config, request, error]) => {
  expect(() => plan(config, request)).toThrow(expect.objectContaining(error));
});

test("a relative working directory of an image is below the root", () => {
  expect(plan({ Entrypoint: ["/a"], WorkingDir: "srv/../app" }).cwd).toBe("/app");
});
