import type { FileMap } from "libcnb/testing";
import { plugin, pom } from "../../../../test/support/java/apps.ts";

/** The plugin configuration that sets the main class of a jar. */
export const mainClass = plugin("org.apache.maven.plugins:maven-jar-plugin", {
  configuration: "<archive><manifest><mainClass>com.example.Main</mainClass></manifest></archive>",
});

export const source = "src/main/java/com/example/Main.java";

export const main = `package com.example;

public class Main {
    public static void main(String[] args) {
        System.out.println(org.slf4j.LoggerFactory.getLogger(Main.class).getName());
    }
}
`;

/** The plugin that old Mavens bring reads the first two alone. */
const release = { "maven.compiler.source": "11", "maven.compiler.target": "11", "maven.compiler.release": "11" };
const slf4j = "org.slf4j:slf4j-api:2.0.13";

/** A test app: a jar that needs one library. */
export const shop: FileMap = {
  "pom.xml": pom({
    of: "com.example:shop:1.0.0",
    properties: release,
    plugins: [mainClass],
    dependencies: [slf4j, "org.slf4j:slf4j-simple:2.0.13:test"],
  }),
  [source]: main,
};

const parent = "<parent><groupId>com.example</groupId><artifactId>all</artifactId><version>1.0.0</version></parent>";
const moduleOf = (name: string, inner: string): string =>
  `<project><modelVersion>4.0.0</modelVersion>${parent}<artifactId>${name}</artifactId>${inner}</project>`;
const dependency = (text: string): string => {
  const [group, name, version] = text.split(":");
  return `<dependencies><dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency></dependencies>`;
};

/** A test app: two modules that can be started, and a library that both use. */
export const modules: FileMap = {
  "pom.xml": pom({
    of: "com.example:all:1.0.0",
    packaging: "pom",
    properties: release,
    modules: ["core", "web", "worker"],
  }),
  "core/pom.xml": moduleOf("core", dependency(slf4j)),
  [`core/${source}`]: main,
  ...Object.fromEntries(
    ["web", "worker"].flatMap((name) => [
      [
        `${name}/pom.xml`,
        moduleOf(name, `${dependency("com.example:core:1.0.0")}<build><plugins>${mainClass}</plugins></build>`),
      ],
      [`${name}/${source}`, main],
    ]),
  ),
};
