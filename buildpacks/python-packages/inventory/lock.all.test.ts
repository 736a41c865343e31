import { expect, test } from "vitest";
import { testPython } from "../src/test-python.ts";
import { lock, withUv } from "./lock.ts";
import { wheelsOfPylock } from "./releases.ts";

test.for([
  ["amd64", "markupsafe-3.0.3-cp314-cp314-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl"],
  ["arm64", "markupsafe-3.0.3-cp314-cp314-manylinux2014_aarch64.manylinux_2_17_aarch64.manylinux_2_28_aarch64.whl"],
] as const)(
  "the tool inventory's update locks the wheels for Python 3.14 on %s",
  { timeout: 120_000 },
  async ([arch, expected]) => {
    const python = `${await testPython()}/bin/python3`;
    const text = await withUv(python, "", (uv) => lock({ uv, python }, "markupsafe==3.0.3", { python: "3.14", arch }));
    expect(wheelsOfPylock(text).map(({ file }) => file)).toEqual([expected]);
  },
);
