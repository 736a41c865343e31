// @needs debian-archive-keyring
import { buildImage, container } from "@libcnb/packager/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type NodeReleases, nodeReleases } from "../../support/node/releases.ts";
import { nodeWorld } from "../../support/node/world.ts";

let releases: NodeReleases;
beforeAll(async () => {
  releases = await nodeReleases({ version: "12.22.12", npm: "6.14.16" }, { version: "10.24.1", npm: "6.14.12" });
}, 300_000);
afterAll(() => releases?.[Symbol.asyncDispose]());

const server = `const isOdd = require("is-odd");
const answer = [process.version, isOdd(3), process.env.WEB_CONCURRENCY !== undefined].join(" ");
require("http").createServer((_, response) => response.end(answer)).listen(process.env.PORT);
`;
const app = (node: string) => ({
  "package.json": JSON.stringify({
    name: "app",
    version: "1.0.0",
    engines: { node },
    dependencies: { "is-odd": "3.0.1" },
    scripts: { start: "node server.js" },
  }),
  "server.js": server,
});

test.for([
  ["12.x", "v12.22.12 true true"],
  ["10.24.1", "v10.24.1 true true"],
] as const)(
  "an app for Node.js %s is built with a release from the signed release list, starts and is rebuilt identically",
  { timeout: 300_000 },
  async ([wanted, answer]) => {
    const world = await nodeWorld();
    const { BP_NODE_DISTRIBUTION: _, ...registry } = world.env;
    const env = { ...registry, BP_NODE_MIRROR: releases.url, VCAP_SERVICES: releases.services };
    await using image = await buildImage({ ...world, app: app(wanted), env });
    expect(image.log.join("\n")).toContain(`engines.node of package.json requests ${wanted}`);
    await using web = await container(image);
    await web.ready({ http: "/", timeoutMs: 60_000 });
    expect(await (await web.fetch("/")).text()).toBe(answer);
    expect((await web.stop(3_000)).exitCode).toBe(143);
    const again = await image.rebuild();
    expect(again.report.manifestDigest).toBe(image.report.manifestDigest);
  },
);
