import type { App, Component, Env, Inventory, Logger, Release } from "libcnb";
import { chosenDistribution, onMirror } from "./distribution.ts";
import { enginesNode } from "./package-json.ts";
import { loserSentences, type VersionRequest, versionRequests } from "./version.ts";

/** Where the wishes come from and who is told about the choice. */
interface Asked {
  readonly app: App;
  readonly env: Env;
  readonly inventory: Inventory;
  readonly log: Logger;
}

/** What is installed: Node.js, and npm where Node.js comes without. */
export interface Chosen {
  readonly node: Release;
  readonly npm?: Release;
}

/** Chooses the releases to install and logs why. */
export async function choose({ app, env, inventory, log }: Asked, plan: readonly VersionRequest[]): Promise<Chosen> {
  const requests = versionRequests({ environment: env.BP_NODE_VERSION, engines: await enginesNode(app), plan });
  const [{ range, source } = { range: "", source: undefined }] = requests;
  const id = chosenDistribution(env);
  const node = await inventory.resolve(id, range, source === undefined ? {} : { source });
  for (const sentence of loserSentences(requests)) log.info(sentence);
  if (id === "node") return { node: onMirror(node, env.BP_NODE_MIRROR) };
  return { node, npm: await inventory.resolve("npm", npmLine(node.version), { source: `Node.js ${node.version}` }) };
}

/** The line of npm that the Node.js project bundles with a version. */
const npmLine = (version: string): string => (Number.parseInt(version, 10) < 24 ? "10" : "11");

/** What the layer holds, for its bill of materials: Node.js is called so wherever it comes from. */
export const components = ({ node, npm }: Chosen): readonly Component[] => [
  { ...node.component, name: "node" },
  ...(npm === undefined ? [] : [npm.component]),
];
