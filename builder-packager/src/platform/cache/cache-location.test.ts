import { expect, test } from "vitest";
import { parseImageReference, type RegistryReference } from "../../oci/model/reference.ts";
import { cacheImage, cacheLocation, refuseSameImage } from "./cache-location.ts";

const image = (registry: string, repository: string, tag?: string) => ({
  image: { kind: "registry", registry, repository, ...(tag && { tag }) },
});

test.for<[string, unknown]>([
  ["cache", { folder: "cache" }],
  ["./cache.d/app", { folder: "./cache.d/app" }],
  ["/var/cache/app", { folder: "/var/cache/app" }],
  ["~/cache.d/app", { folder: "~/cache.d/app" }],
  ["../app:1/x", { folder: "../app:1/x" }],
  ["team/app-cache", { folder: "team/app-cache" }],
  ["there.is/one", { folder: "there.is/one" }],
  ["registry.example.com/app-cache:1", image("registry.example.com", "app-cache", "1")],
  ["127.0.0.1:5000/app-cache", image("127.0.0.1:5000", "app-cache")],
  ["localhost/app-cache", image("localhost", "app-cache")],
  ["docker://team/app-cache", image("docker.io", "team/app-cache")],
])("the cache location %j is parsed as %j", ([text, expected]) => {
  expect(cacheLocation(text, (path) => path === "there.is/one")).toEqual(expected);
});

test.for<[string, string]>([
  ["oci:cache", "oci:cache cannot be used as the cache image: it is not in a registry"],
  [`example.com/app@sha256:${"0".repeat(64)}`, "an image name with a digest cannot be written to"],
])("the cache image %j is refused with the error %j", ([text, message]) => {
  expect(() => cacheImage(text)).toThrow(message);
});

test("the app's own image name is refused as a cache image", () => {
  const outputs = ["oci:app", "example.com/app"].map(parseImageReference);
  const refuse = (text: string) => () => refuseSameImage(parseImageReference(text) as RegistryReference, outputs);
  expect(refuse("example.com/app:latest")).toThrow("example.com/app:latest cannot be used as the cache");
  expect(refuse("example.com/app:cache")).not.toThrow();
});
