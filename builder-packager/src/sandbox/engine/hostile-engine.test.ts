// @needs processes
import http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../../test/support/registry/listen.ts";
import { openContainers } from "./containers.ts";

const opened: Listening[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())));

/** An engine that answers like this, by the end of the path. Others get a document that is right. */
async function engine(answers: Readonly<Record<string, string>>): Promise<NodeJS.ProcessEnv> {
  const info = '{"SecurityOptions":["name=seccomp,profile=default"]}';
  const right: Readonly<Record<string, string>> = {
    "/_ping": "OK",
    "/info": info,
    "/version": "{}",
    "/containers/json": "[]",
  };
  const server = http.createServer((request, response) => {
    request.resume();
    const path = (request.url ?? "").replace(/\?.*/, "");
    response.end(answers[path] ?? right[path] ?? "");
  });
  const listening = await listen(server);
  opened.push(listening);
  return { DOCKER_HOST: `tcp://${listening.host}` };
}

describe("a container engine is refused if its answer is", () => {
  test.for<[string, string, string]>([
    ["a document /info that is not JSON", "/info", "<html>"],
    ["a document /info with numbers as security options", "/info", '{"SecurityOptions":[1]}'],
    ["a document /info that is null", "/info", "null"],
    ["a document /version that is a string", "/version", '"28"'],
    ["a document /version with numbers as components", "/version", '{"Components":[1]}'],
    ["a container list that is truncated JSON", "/containers/json", "[{"],
    ["a container list that is an object", "/containers/json", "{}"],
    ["a container list with an ID that is a path", "/containers/json", '[{"Id":"../../images/x"}]'],
    ["a document /info with 100,000 nested lists", "/info", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ])("%s", async ([, path, answer]) => {
    const env = await engine({ [path]: answer });
    await expect(openContainers("docker", env)).rejects.toMatchObject({
      code: "DAEMON_FAILED",
      message: expect.stringMatching(
        /^the (settings|version|list of containers) of the container engine at .* is not the expected JSON document$/,
      ),
    });
  });
});

test("a container engine with valid answers is accepted", async () => {
  await expect(openContainers("docker", await engine({}))).resolves.toMatchObject({
    rootless: false,
    seccomp: expect.stringMatching(/^seccomp=/),
  });
});
