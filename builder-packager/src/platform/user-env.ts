import type { EnvDirectory } from "libcnb/lifecycle-rules";
import { readConfigFile } from "../config/read-file.ts";
import { CnbError } from "../errors.ts";

/**
 * Reads the user's environment variables: from files first, then `NAME=VALUE` in order. For a name
 * alone, the value comes from the caller's environment. If it is not set there, the name is left
 * out, as with `docker run -e`.
 *
 * @throws CnbError ARGUMENT_INVALID, ENV_FILE_INVALID.
 * @example `await userEnv({ files: ["build.env"], variables: ["BP_NODE_VERSION=24", "NPM_TOKEN"] },
 * process.env)`
 */
export async function userEnv(
  given: { readonly files: readonly string[]; readonly variables: readonly string[] },
  env: NodeJS.ProcessEnv,
): Promise<EnvDirectory> {
  const result = new Map<string, string>();
  for (const file of given.files) {
    const lines = (await readEnvFile(file)).split("\n").map((line) => line.replace(/\r$/, ""));
    for (const [index, line] of lines.entries()) {
      if (line.trim() !== "" && !line.trimStart().startsWith("#"))
        set(result, line, env, () => malformedLine(file, index + 1));
    }
  }
  for (const variable of given.variables) set(result, variable, env, () => malformed(variable));
  return result;
}

function set(result: Map<string, string>, text: string, env: NodeJS.ProcessEnv, error: () => CnbError): void {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  // The name becomes a file's name in /platform/env.
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) throw error();
  const value = equals < 0 ? env[name] : text.slice(equals + 1);
  if (value !== undefined) result.set(name, value);
}

async function readEnvFile(file: string): Promise<string> {
  const refused = (reason: string, cause?: unknown) =>
    new CnbError("ENV_FILE_INVALID", `cannot read the environment file ${file}: ${reason}`, {
      cause,
      hint: "Check the path given with --env-from.",
    });
  const bytes = await readConfigFile(file, {
    unreadable: refused,
    tooLarge: (reason) => refused(`it ${reason}`),
  });
  return new TextDecoder().decode(bytes);
}

const malformedLine = (file: string, line: number): CnbError =>
  new CnbError("ENV_FILE_INVALID", `line ${line} of the environment file ${file} is neither NAME=VALUE nor NAME`, {
    hint: 'Write one variable per line, for example PORT=8080. Lines that begin with "#" are comments.',
  });

const malformed = (text: string): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    `--env ${JSON.stringify(text.split("=")[0])} is not the name of an environment variable`,
    {
      hint: "Write -e NAME=VALUE, or -e NAME to pass on the value from your environment.",
    },
  );
