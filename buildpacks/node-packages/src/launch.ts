import { defaultTo, type LayerEnv, prepend } from "libcnb";
import type { Context } from "./config.ts";
import type { Installed } from "./make.ts";
import { launchEnvironment } from "./provided.ts";

/** Sets the environment variables that processes need to find their packages. */
export async function provideLaunchEnv({ layers }: Context, { launchEnv }: Installed): Promise<void> {
  if (Object.keys(launchEnv).length === 0) return;
  await layers.provide(launchEnvironment, { metadata: { format: 1 }, create() {}, env: () => envOf(launchEnv) });
}

/** Options of Node.js are added to those of others. */
const envOf = (variables: Installed["launchEnv"]): LayerEnv => ({
  launch: Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      name === "NODE_OPTIONS" ? prepend(value, " ") : defaultTo(value),
    ]),
  ),
});

/** Logs the number of packages in the image. */
export function logPackages({ log }: Context, { packages }: Installed): void {
  const foreign = packages.filter(({ role }) => role === undefined);
  const left = foreign.filter(({ scope }) => scope !== "development").length;
  log.info(`Packages for launch: ${left} of ${foreign.length}`);
}
