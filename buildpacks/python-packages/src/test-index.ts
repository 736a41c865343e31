import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { testPython } from "./test-python.ts";

/**
 * Returns the URL of the package index that this machine's pip uses, for tools that need the URL
 * explicitly.
 */
export async function packageIndex(): Promise<string> {
  const { PIP_INDEX_URL } = process.env;
  if (PIP_INDEX_URL) return PIP_INDEX_URL;
  const program = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)";
  const { stdout } = await promisify(execFile)(join(await testPython(), "bin/python3"), ["-I", "-c", program]);
  return stdout.trim();
}
