import { expect, test } from "vitest";
import { proxyWarning } from "./proxies.ts";

test.for<[string, NodeJS.ProcessEnv]>([
  ["22.15.0", { HTTPS_PROXY: "http://proxy" }],
  ["22.20.0", { http_proxy: "http://proxy" }],
  ["23.11.0", { HTTPS_PROXY: "http://proxy" }],
  ["24.4.1", { https_proxy: "http://proxy" }],
])("for Node.js %s, which does not support proxies, the environment %j causes a warning", ([version, env]) => {
  const [name] = Object.keys(env);
  expect(proxyWarning(env, version)).toBe(
    `${name} is not used: Node.js ${version} does not support proxies; 22.21, 24.5 and newer do`,
  );
});

test.for(["22.21.0", "24.5.0", "26.0.0"])(
  "for Node.js %s, which supports proxies, the environment variable HTTPS_PROXY causes no warning",
  (version) => expect(proxyWarning({ HTTPS_PROXY: "http://proxy" }, version)).toBeUndefined(),
);

test("for Node.js 22.15.0, which does not support proxies, an empty HTTPS_PROXY causes no warning", () => {
  expect(proxyWarning({ HTTPS_PROXY: "", NO_PROXY: "example.com" }, "22.15.0")).toBeUndefined();
});
