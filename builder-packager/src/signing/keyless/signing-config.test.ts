import { expect, test } from "vitest";
import { servicesIn } from "./signing-config.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const at = (host: string, majorApiVersion: number, validFor?: object) => ({
  url: `https://${host}.example.com`,
  majorApiVersion,
  ...(validFor && { validFor }),
});
const ended = { start: "2020-01-01T00:00:00Z", end: "2025-01-01T00:00:00Z" };

const config = (more: object) => ({
  mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
  caUrls: [at("ca", 1)],
  rekorTlogUrls: [at("log", 2), at("log2", 2), at("log1", 1)],
  tsaUrls: [at("ended", 1, ended), at("tsa", 1)],
  ...more,
});
const services = (more: object) => servicesIn(config(more), "config.json", now);

test.for<[string, object]>([
  ["without a selector", {}],
  ["with the selector ANY", { rekorTlogConfig: { selector: "ANY" }, tsaConfig: { selector: "ANY" } }],
  ["with the selector EXACT for one service", { rekorTlogConfig: { selector: "EXACT", count: 1 } }],
  ["with the selector ALL and only one valid service", { tsaConfig: { selector: "ALL" } }],
])("cnb uses the first valid services of a signing configuration %s", ([, more]) => {
  expect(services(more)).toEqual({
    fulcio: new URL("https://ca.example.com"),
    rekor: new URL("https://log.example.com"),
    timestamp: new URL("https://tsa.example.com"),
  });
});

test.for<[string, object]>([
  ["transparency log (rekorTlogUrls)", { rekorTlogConfig: { selector: "ALL" } }],
  ["transparency log (rekorTlogUrls)", { rekorTlogConfig: { selector: "EXACT", count: 2 } }],
  ["timestamp authority (tsaUrls)", { tsaConfig: { selector: "EXACT", count: 2 } }],
])("a signing configuration that requires more than one %s by %j is refused", ([kind, more]) => {
  expect(() => services(more)).toThrow(
    `cannot use the signing configuration config.json: it requires several services of the kind ${kind}, but cnb uses one`,
  );
});
