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

describe("the start plan's command", () => {
  const config = { Entrypoint: ["/entry", "-x"], Cmd: ["default"], Labels: { "io.buildpacks.build.metadata": label } };
  test.for<[string, Partial<StartRequest>, readonly string[]]>([
    ["is entrypoint and default arguments", {}, ["/entry", "-x", "default"]],
    ["has the given arguments instead of the default ones", { args: ["a"] }, ["/entry", "-x", "a"]],
    ["is a process of the image", { process: "web", args: ["a"] }, ["/cnb/process/web", "a"]],
    ["is the given entrypoint alone", { entrypoint: "/bin/sh" }, ["/bin/sh"]],
  ])("%s", ([, request, command]) => {
    expect(plan(config, request).command).toEqual(command);
  });

  test("is the arguments if the image has neither entrypoint nor command", () => {
    expect(plan({}, { args: ["/bin/true"] }).command).toEqual(["/bin/true"]);
  });
});

test("the start plan has the image's environment, directory and user, with Docker's defaults", () => {
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
])("the user %j has uid %i and gid %i", ([User, uid, gid]) => {
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
      hint: "Name a command after --, for example: cnb run oci:app -- /bin/sh",
    },
  ],
  [
    "a process type that the image lacks",
    { Labels: { "io.buildpacks.build.metadata": label } },
    { process: "cron" },
    { code: "PROCESS_TYPE_UNKNOWN", message: 'oci:app has no process "cron"', hint: "It has: web, worker." },
  ],
  [
    "a process of an image without processes",
    {},
    { process: "web" },
    {
      code: "PROCESS_TYPE_UNKNOWN",
      message: 'oci:app has no process "web"',
      hint: "It has no processes; leave --process out.",
    },
  ],
  [
    "an unknown user",
    { User: "www", Cmd: ["/a"] },
    {},
    {
      code: "IMAGE_USER_UNKNOWN",
      message: 'The image wants to run as user "www", which is not in its /etc/passwd',
      hint: "Give the image a numeric user, or use a base image that has the account.",
    },
  ],
  [
    "an unknown group",
    { User: "cnb:www", Cmd: ["/a"] },
    {},
    {
      code: "IMAGE_USER_UNKNOWN",
      message: 'The image wants to run as group "www", which is not in its /etc/group',
      hint: "Give the image a numeric user, or use a base image that has the account.",
    },
  ],
  ...["4294967295", "9999999999", "0:9999999999"].map((User): [string, ContainerConfig, object, object] => [
    `user ${User}`,
    { User, Cmd: ["/a"] },
    {},
    {
      code: "IMAGE_USER_UNKNOWN",
      message: `The image wants to run as id "${User.split(":").at(-1)}", which is not a valid user or group id`,
      hint: "Give the image a user and group between 0 and 4294967294.",
    },
  ]),
  ...(
    [
      [{ Entrypoint: ["/a\0b"] }, "its Entrypoint holds a NUL character"],
      [{ Cmd: ["/a", "\0"] }, "its Cmd holds a NUL character"],
      [{ Cmd: ["/a"], Env: ["A=\0"] }, "its Env holds a NUL character"],
      [{ Cmd: ["/a"], Env: ["=a"] }, "its Env holds a variable without a name"],
      [{ Cmd: ["/a"], WorkingDir: "/\0" }, "its WorkingDir holds a NUL character"],
    ] as const
  ).map(([config, why]): [string, ContainerConfig, object, object] => [
    JSON.stringify(config),
    config as ContainerConfig,
    {},
    { code: "IMAGE_INVALID", message: `oci:app cannot be started: ${why}`, hint: "Build the image again." },
  ]),
])("the start plan of %s is an error", ([, config, request, error]) => {
  expect(() => plan(config, request)).toThrow(expect.objectContaining(error));
});

test("a relative working directory is below the root", () => {
  expect(plan({ Entrypoint: ["/a"], WorkingDir: "srv/../app" }).cwd).toBe("/app");
});
