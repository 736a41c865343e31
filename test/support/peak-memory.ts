import { execute } from "./cnb.ts";

/** Runs a program with nothing but what it needs, then tells the most memory that it or one of its children had at a time. */
const measuring = `
import json, resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"exitCode": ended.returncode, "kilobytes": peak, "stderr": ended.stderr.decode()}))
`;

/** Megabytes of resident memory that a command needed at its peak, as the kernel counted. */
export async function peakMegabytes(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const { stdout, stderr } = await execute("python3", ["-c", measuring, command, ...args], { env });
  const ended = JSON.parse(stdout || "null") as { exitCode: number; kilobytes: number; stderr: string } | null;
  if (ended?.exitCode !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}${ended?.stderr ?? ""}`);
  return (ended.kilobytes * 1024) / 1e6;
}
