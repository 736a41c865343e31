import { expect, test } from "vitest";
import { inTemporaryDirectory } from "../../host/files/temporary-directory.ts";
import { writeFileMap } from "../../host/files/tree.ts";
import { askedVariables, toolEnv } from "./tool-env.ts";

const env = {
  PATH: "/bin",
  NODE_OPTIONS: "--require x",
  LD_PRELOAD: "x.so",
  NODE_EXTRA_CA_CERTS: "/ca.pem",
  gone: undefined,
};

test("environment variables that change how programs start are passed to tools only on request", () => {
  expect(toolEnv(env, new Set())).toEqual({ PATH: "/bin" });
  expect(toolEnv(env, new Set(["NODE_OPTIONS"]))).toEqual({ PATH: "/bin", NODE_OPTIONS: "--require x" });
});

test("the user and the operator can request environment variables that change how programs start", () =>
  inTemporaryDirectory(async (dir) => {
    await writeFileMap(dir, { "NODE_EXTRA_CA_CERTS.override": "/ca.pem", BP_X: "", "LD_PRELOAD.delim": ":" });
    const asked = await askedVariables(env, { NODE_OPTIONS: "" }, dir);
    expect([...asked].sort()).toEqual(["BP_X", "LD_PRELOAD", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS"]);
    expect(await askedVariables(env, {}, `${dir}/none`)).toEqual(new Set());
  }));

test("the operator's environment variables are read only if a requested variable may be among them", () =>
  inTemporaryDirectory(async (dir) => {
    await writeFileMap(dir, { B: "" });
    expect(await askedVariables({ PATH: "/bin" }, { A: "" }, dir)).toEqual(new Set(["A"]));
  }));
