import http from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../../../test/support/registry/listen.ts";
import { silentReporter } from "../../reporter.ts";
import { indexReader } from "../index-reader.ts";
import { readItems } from "./read-items.ts";

test("the pages of a GitHub source are not read beyond 200,000 files", async () => {
  const assets = Array.from({ length: 1001 }, () => ({ name: "a", browser_download_url: "b" }));
  const page = JSON.stringify(Array.from({ length: 100 }, () => ({ tag_name: "v1.0.0", assets })));
  let requests = 0;
  const server = await listen(
    http.createServer((_, response) => {
      requests++;
      response.end(page);
    }),
  );
  onTestFinished(() => server.stop());
  const reader = indexReader("/inventory.toml", { env: {}, reporter: silentReporter });
  const source = { id: "hub", type: "github", name: "acme/hub", url: `http://${server.host}` } as const;
  await expect(readItems(source, reader)).rejects.toMatchObject({
    code: "INVENTORY_SOURCE_INVALID",
    message: `http://${server.host} is not an index of releases: it has more than 200000 items`,
  });
  expect(requests).toBe(2);
});
