import { expect, test } from "vitest";
import { proxyWarning } from "./proxies.ts";

test.for<[string, NodeJS.ProcessEnv, boolean]>([
  ["22.15.0", { HTTPS_PROXY: "http://proxy" }, true],
  ["22.20.0", { http_proxy: "http://proxy" }, true],
  ["22.21.0", { HTTPS_PROXY: "http://proxy" }, false],
  ["23.11.0", { HTTPS_PROXY: "http://proxy" }, true],
  ["24.4.1", { https_proxy: "http://proxy" }, true],
  ["24.5.0", { HTTPS_PROXY: "http://proxy" }, false],
  ["26.0.0", { HTTPS_PROXY: "http://proxy" }, false],
  ["22.15.0", { HTTPS_PROXY: "", NO_PROXY: "example.com" }, false],
])(
  "the check whether Node.js %s with %j needs a warning about unsupported proxies returns %s",
  ([version, env, warns]) => {
    const [name] = Object.keys(env);
    const text = `${name} is not used: Node.js ${version} does not support proxies; 22.21, 24.5 and newer do`;
    expect(proxyWarning(env, version)).toBe(warns ? text : undefined);
  },
);
