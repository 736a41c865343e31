import { expect, test } from "vitest";
import { foundIn } from "./upstream.ts";

test.for([
  ["bellsoft-jdk21.0.11+11-linux-amd64.tar.gz", "liberica jdk 21.0.11+11 amd64"],
  ["bellsoft-jre8u492+9-linux-aarch64.tar.gz", "liberica jre 8.0.492+9 arm64"],
  ["OpenJDK8U-jdk_x64_linux_hotspot_8u502b07.tar.gz", "temurin jdk 8.0.502+7 amd64"],
  ["OpenJDK21U-jre_aarch64_linux_hotspot_21.0.12.1_1.tar.gz", "temurin jre 21.0.12.1+1 arm64"],
  ["zulu17.68.203-ca-jdk17.0.20.1-linux_x64.tar.gz", "zulu jdk 17.0.20.1 amd64"],
  ["zulu8.96.0.205-ca-jre8.0.504-linux_aarch64.tar.gz", "zulu jre 8.0.504 arm64"],
] as const)("the file %s is recognized as the release %s", ([name, expected]) => {
  const { distribution, kind, version, arch } = foundIn(name) ?? {};
  expect(`${distribution} ${kind} ${version} ${arch}`).toBe(expected);
});

test.for([
  "bellsoft-jdk21.0.11+11-linux-amd64-full.tar.gz",
  "bellsoft-jdk21.0.11+11-linux-amd64-lite.tar.gz",
  "bellsoft-jdk21.0.11+11-linux-x64-musl.tar.gz",
  "bellsoft-jdk21.0.11+11-macos-amd64.tar.gz",
  "bellsoft-jdk21.0.11+11-linux-amd64.deb",
  "OpenJDK21U-debugimage_x64_linux_hotspot_21.0.12_8.tar.gz",
  "OpenJDK21U-jdk_x64_alpine-linux_hotspot_21.0.12_8.tar.gz",
  "OpenJDK21U-jdk_x64_linux_hotspot_21.0.12_8.tar.gz.sig",
  "zulu17.68.203-ca-fx-jdk17.0.20.1-linux_x64.tar.gz",
  "zulu17.68.203-ca-jdk17.0.20.1-linux_musl_x64.tar.gz",
  "zulu17.68.203-ca-crac-jdk17.0.20.1-linux_x64.tar.gz",
])("the file %s is not a release", (name) => {
  expect(foundIn(name)).toBeUndefined();
});
