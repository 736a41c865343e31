import { execD } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import port from "./exec.d/port.ts";

type Env = Readonly<Record<string, string>>;

const files = { "/layers/test_buildpack/layer/port-variable": "SERVER_PORT" };

describe("the launch helper for PORT", () => {
  test.for<[string, Env, Env]>([
    ["sets the framework's variable to the value of PORT", { PORT: "80" }, { SERVER_PORT: "80" }],
    ["keeps leading zeros", { PORT: "0080" }, { SERVER_PORT: "0080" }],
    [
      "sets an empty variable of the framework to the value of PORT",
      { PORT: "80", SERVER_PORT: "" },
      { SERVER_PORT: "80" },
    ],
    ["does not change the framework's variable if the user sets it", { PORT: "80", SERVER_PORT: "90" }, {}],
    ["does nothing without PORT", {}, {}],
    ["ignores an empty PORT", { PORT: "" }, {}],
    ["ignores a PORT that is not a number", { PORT: "80/tcp" }, {}],
    ["ignores a PORT with a line feed", { PORT: "80\n" }, {}],
    ["ignores a negative PORT", { PORT: "-1" }, {}],
  ])("%s", async ([, env, variables]) => {
    expect((await execD(port, { env, files })).variables).toEqual(variables);
  });

  test("does nothing if the layer names no variable for the port", async () => {
    expect((await execD(port, { env: { PORT: "80" } })).variables).toEqual({});
  });
});
