import { officialNodeFromNpm, referenceWorld } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../apps/app-cases.ts";

/** The reference builder, and Node.js from the npm registry of this machine. */
export async function nodeWorld(): Promise<AppWorld> {
  const { builder } = await referenceWorld();
  const { platformEnv, authority } = await officialNodeFromNpm();
  return { builder, env: platformEnv, certificates: authority === undefined ? [] : [authority] };
}
