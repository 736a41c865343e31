import http from "node:http";
import { afterEach, expect, test } from "vitest";
import { type Listening, listen } from "../../../../test/support/registry/listen.ts";
import { openEngine } from "../../oci/daemon/engine.ts";
import { linkImage } from "./containers.ts";

const opened: Listening[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())));

/** An engine that refuses a name which is taken, as Docker does with its containerd image store; both imports start at once. */
async function engine(isTaken: () => boolean) {
  const server = http.createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      if (request.method === "POST")
        return response.writeHead(500).end('{"message":"image \\"localhost/libcnb-sandbox:1\\": already exists"}');
      const isImage = request.url?.includes("/images/") ?? false;
      return response.writeHead(isImage && !isTaken() ? 404 : 200).end("OK");
    });
  });
  const listening = await listen(server);
  opened.push(listening);
  return openEngine("run a container", { env: { DOCKER_HOST: `tcp://${listening.host}` } });
}

test("the sandbox image of an engine is used if a concurrent run has imported it", async () => {
  let asked = 0;
  const name = await linkImage(await engine(() => ++asked > 1), []);
  expect([name, asked]).toEqual([expect.stringMatching(/^localhost\/libcnb-sandbox:[0-9a-f]{12}$/), 2]);
});

test("a sandbox image that the engine refuses is an error", async () => {
  await expect(linkImage(await engine(() => false), [])).rejects.toMatchObject({ code: "DAEMON_FAILED" });
});
