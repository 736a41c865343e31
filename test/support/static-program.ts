import { execute, root } from "./cnb.ts";

/** Creates the static program in dist/static. */
export async function buildStaticProgram(): Promise<void> {
  const { exitCode, stdout, stderr } = await execute("npm", ["run", "--silent", "build:static"], { cwd: root });
  if (exitCode !== 0) throw new Error(`npm run build:static failed:\n${stdout}${stderr}`);
}
