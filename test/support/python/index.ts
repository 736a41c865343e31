// @needs python3
import { execute, npmSetting } from "../cnb.ts";

/** The index of this machine's pip: what the user set, else what pip itself asks. */
export async function packageIndex(): Promise<string> {
  const program = `from pip._internal.configuration import Configuration
from pip._internal.models.index import PyPI
settings = Configuration(isolated=False)
settings.load()
# older ones give values by name, newer ones by the file that they are in
files = [each if isinstance(each, dict) else {name: each} for name, each in settings.items()]
values = {name: value for each in files for name, value in each.items()}
print(values.get(":env:.index-url") or values.get("global.index-url") or PyPI.simple_url)`;
  const { exitCode, stdout, stderr } = await execute("python3", ["-c", program]);
  if (exitCode !== 0) throw new Error(`pip does not tell its index\n${stderr}`);
  return stdout.trim();
}

/** The CA certificates that Python's tools must trust behind a proxy that signs for others. */
export const pythonAuthority = async (): Promise<string | undefined> =>
  process.env["PIP_CERT"] ?? (await npmSetting("cafile"));
