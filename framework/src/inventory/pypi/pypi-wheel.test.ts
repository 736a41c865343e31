import { expect, test } from "vitest";
import { pypiWheel } from "./pypi-wheel.ts";

test.for<[string, string]>([
  ["pypi:uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "uv"],
  ["pypi:poetry_core-2.1.0-py3-none-any.whl", "poetry-core"],
  ["pypi:Backports.Tarfile-1.2.0-py3-none-any.whl", "backports-tarfile"],
  ["pypi:a-1!2.0+local.1-3build-cp314-cp314-any.whl", "a"],
])("%s is parsed as a wheel of %s", ([uri, project]) => expect(pypiWheel(uri)?.project).toBe(project));

test.for([
  "pypi:uv-0.13.9.tar.gz",
  "pypi:uv",
  "pypi:../uv-1-py3-none-any.whl",
  "pypi:uv-1-py3-none-any.whl?x",
  "npm:uv@1.0.0",
])("%j is not parsed as a wheel", (uri) => expect(pypiWheel(uri)?.project).toBeUndefined());
