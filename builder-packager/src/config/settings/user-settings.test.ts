import { expect, test } from "vitest";
import { userConfigKeys } from "../user-config-toml.ts";
import { effectiveValues, type SourceValues, userSettings } from "./user-settings.ts";

const sources: readonly SourceValues[] = [
  { source: "flag", values: { "insecure-registries": ["a:1"], "default-builder": undefined } },
  {
    source: "variable",
    values: {
      "insecure-registries": ["b:1", "a:1"],
      "default-builder": "v",
      "registry-mirrors": { "docker.io": ["m1"] },
    },
  },
  {
    source: "file",
    values: { "default-builder": "f", "registry-mirrors": { "docker.io": ["m2"], "*": ["m3", "m4"] } },
  },
  { source: "pack", values: { "registry-mirrors": { "ghcr.io": ["m5"] } } },
  { source: "default", values: { "cache-size": "50%" } },
];

test("a text setting and the mirrors of a registry come from the first source that sets them, and lists combine the values of all sources", () => {
  expect(effectiveValues(sources)).toEqual([
    { key: "default-builder", value: "v", source: "variable", by: "LIBCNB_BUILDER" },
    { key: "insecure-registries", value: "a:1", source: "flag", by: "--insecure-registry" },
    { key: "insecure-registries", value: "b:1", source: "variable", by: "LIBCNB_INSECURE_REGISTRIES" },
    { key: "registry-mirrors", name: "docker.io", value: "m1", source: "variable", by: "LIBCNB_REGISTRY_MIRRORS" },
    { key: "registry-mirrors", name: "*", value: "m3, m4", source: "file" },
    { key: "registry-mirrors", name: "ghcr.io", value: "m5", source: "pack" },
    { key: "cache-size", value: "50%", source: "default" },
  ]);
});

test("cnb config knows each key of config.toml except registry-logins and verify", () => {
  const keys = [...userSettings.map(({ key }) => key), "registry-logins", "verify"];
  expect(keys.toSorted()).toEqual(Object.keys(userConfigKeys).toSorted());
});
