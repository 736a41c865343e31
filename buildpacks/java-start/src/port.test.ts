import { execD } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import port from "./exec.d/port.ts";

type Env = Readonly<Record<string, string>>;

const files = { "/layers/test_buildpack/layer/port-variable": "SERVER_PORT" };

describe("the launch helper that passes on PORT", () => {
  test.for<[string, Env, Env]>([
    ["passes PORT to the framework", { PORT: "80" }, { SERVER_PORT: "80" }],
    ["keeps leading zeros", { PORT: "0080" }, { SERVER_PORT: "0080" }],
    ["sets a variable that is empty", { PORT: "80", SERVER_PORT: "" }, { SERVER_PORT: "80" }],
    ["does not change a variable that is set", { PORT: "80", SERVER_PORT: "90" }, {}],
    ["does nothing without PORT", {}, {}],
    ["ignores an empty PORT", { PORT: "" }, {}],
    ["ignores a PORT that is not a number", { PORT: "80/tcp" }, {}],
    ["ignores a PORT with a line feed", { PORT: "80\n" }, {}],
    ["ignores a negative PORT", { PORT: "-1" }, {}],
  ])("sets the framework's variable for the port: it %s", async ([, env, variables]) => {
    expect((await execD(port, { env, files })).variables).toEqual(variables);
  });

  test("does nothing if the layer names no variable for the port", async () => {
    expect((await execD(port, { env: { PORT: "80" } })).variables).toEqual({});
  });
});
