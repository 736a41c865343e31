import { delimiter, dirname, join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import type { Program, ToolRegistry } from "../apps/app-tools.ts";
import { execute, npmSetting, pinnedNode } from "../cnb.ts";

/** A tool of the npm registry, `name@version`, as npm starts it. */
const program = async (tool: string): Promise<Program> => ({
  command: await commandOf(tool),
  env: await toolEnv(),
});

/** pnpm is a native program from version 12 on; its package on the registry is a launcher that downloads it from elsewhere. */
async function commandOf(tool: string): Promise<readonly [string, ...string[]]> {
  const { name, version } = parts(tool);
  if (name === "pnpm" && version.startsWith("12.")) return [join(await folder(nativePnpm(version)), "pnpm")];
  return ["npm", "exec", "--yes", `--package=${tool}`, "--", programs[name] ?? name];
}

const parts = (tool: string) => {
  const at = tool.lastIndexOf("@");
  return { name: tool.slice(0, at), version: tool.slice(at + 1) };
};

const nativePnpm = (version: string): string => `@pnpm/exe.linux-${process.arch}@${version}`;

const programs: Readonly<Record<string, string>> = {
  "@yarnpkg/cli-dist": "yarn",
  "@nestjs/cli": "nest",
  "@angular/cli": "ng",
  "express-generator": "express",
  "fastify-cli": "fastify",
};

/** The directory of a package that is installed by itself. */
async function folder(tool: string): Promise<string> {
  const dir = cacheDir(process.env, "test-node-tools", tool.replaceAll("/", "+"));
  await populateOnce(dir, async (workDir) => {
    const { exitCode, stderr } = await execute("npm", ["install", "--prefix", workDir, tool], { cwd: workDir });
    if (exitCode !== 0) throw new Error(`${tool} cannot be installed:\n${stderr}`);
  });
  return join(dir, "node_modules", parts(tool).name);
}

/** The registry of this machine and whom to trust, in the words of each manager; the Node.js of these tests. */
async function toolEnv(): Promise<NodeJS.ProcessEnv> {
  const [registry = "", authority] = await Promise.all([npmSetting("registry"), npmSetting("cafile")]);
  const names = ["NPM_CONFIG_REGISTRY", "YARN_NPM_REGISTRY_SERVER"];
  const { CI: _, ...env } = process.env; // managers refuse to write a lockfile there
  return {
    ...env,
    ...(authority && { NODE_EXTRA_CA_CERTS: authority }),
    ...Object.fromEntries(names.map((name) => [name, registry])),
    PATH: `${dirname(pinnedNode)}${delimiter}${env["PATH"]}`,
    YARN_ENABLE_TELEMETRY: "0",
    NEXT_TELEMETRY_DISABLED: "1",
    ASTRO_TELEMETRY_DISABLED: "1",
    NUXT_TELEMETRY_DISABLED: "1",
    NG_CLI_ANALYTICS: "false",
  };
}

/** Tools of the npm registry. */
export const npm: ToolRegistry = { program, folder };
