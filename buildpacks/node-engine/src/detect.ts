import type { App } from "libcnb";

/** What the buildpack that starts apps looks for. */
const sign = /^(package\.json|(server|app|main|index)\.([cm]?js|ts))$/;

/** True if the project is one for Node.js. */
export async function isNodeApp(app: App, projectPath = ""): Promise<boolean> {
  return (await app.list(projectPath)).some((name) => sign.test(name));
}
