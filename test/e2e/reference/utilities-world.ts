import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileMap } from "libcnb/testing";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { cnbSucceeds, root } from "../../support/cnb.ts";
import { builderIn, madeOnce, officialNodeFromNpm, referenceWorld } from "./reference-world.ts";

/** A small builder: the utilities around apps in Node.js, around sites, and around programs that run as they are. */
export async function utilitiesWorld(): Promise<AppWorld> {
  const { dir, baseBuild, baseRun } = await referenceWorld();
  const builder = builderIn(dir, "utilities-builder");
  await madeOnce("utilities-builder", async () => {
    const config = join(dir, "utilities-builder.toml");
    await writeFile(config, builderToml(baseBuild, baseRun));
    await cnbSucceeds(["builder", "create", builder, "--config", config]);
  });
  const { platformEnv, authority } = await officialNodeFromNpm();
  return { builder, env: platformEnv, certificates: authority === undefined ? [] : [authority] };
}

const utilities = ["ca-certificates", "git", "static-web", "procfile", "environment-variables", "image-labels"];
const groups = [["nodejs"], ["node-engine", "static-web", "procfile?"], ["procfile"]];

const builderToml = (build: string, run: string): string =>
  [
    `[build]\nimage = "${build}"\n\n[[run.images]]\nimage = "${run}"\n`,
    ...["nodejs", ...utilities].map((name) => `[[buildpacks]]\nuri = "${root}/buildpacks/${name}"\n`),
    ...groups.map((middle) =>
      groupToml(["ca-certificates?", "git?", ...middle, "environment-variables?", "image-labels?"]),
    ),
  ].join("\n");

const groupToml = (members: readonly string[]): string => ["[[order]]", ...members.map(memberToml)].join("\n");

const memberToml = (member: string): string =>
  `[[order.group]]\nid = "libcnb/${member.replace("?", "")}"\nversion = "0.1.0"\noptional = ${member.endsWith("?")}`;

/** A program that runs as it is, on any Linux: Debian's busybox, which is a server of files, too. */
export const busybox: FileMap = { busybox: { contents: readFileSync("/bin/busybox"), mode: 0o755 } };

/** The bindings of a build, as `cnb build` takes them. */
export const bound = (bindings: Readonly<Record<string, Readonly<Record<string, string>>>>) => ({
  VCAP_SERVICES: JSON.stringify({
    "user-provided": Object.entries(bindings).map(([name, credentials]) => ({ name, credentials })),
  }),
});

/** An app in Node.js that answers with the value of a variable: `/NAME`. */
export const showsVariables: FileMap = {
  "package.json": JSON.stringify({ name: "shows", version: "1.0.0", scripts: { start: "node server.js" } }),
  "server.js": `require("node:http").createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(process.env[request.url.slice(1)] ?? null));
}).listen(process.env.PORT);
process.on("SIGTERM", () => process.exit(0));
`,
};
