import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * A Python program that reads pip's settings for its command `download`: from variables, files, or
 * built in.
 */
const program = `from pip._internal.commands import create_command
print(create_command("download").parser.parse_args([])[0].index_url)`;

/**
 * Returns the URL of the Python package index in pip's configuration; undefined if none is
 * configured or pip is not installed.
 */
export async function pipIndex(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly signal?: AbortSignal;
}): Promise<string | undefined> {
  if (options.env["PIP_INDEX_URL"]) return options.env["PIP_INDEX_URL"];
  const { stdout } = await promisify(execFile)("python3", ["-I", "-c", program], { ...options, timeout: 20_000 }).catch(
    () => ({ stdout: "" }),
  );
  return stdout.trim() || undefined;
}
