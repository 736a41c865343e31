import type { FileMap } from "libcnb/testing";
import type { App } from "../apps/app.ts";
import type { AppCase } from "../apps/app-cases.ts";

/**
 * The contents of a pom.xml. Artifacts are written `group:name`, `group:name:version` or
 * `group:name:version:scope`.
 */
export interface Pom {
  readonly parent?: string;
  /** `group:name:version` of the app itself. */
  readonly of?: string;
  readonly packaging?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** The BOMs whose versions apply. */
  readonly boms?: readonly string[];
  readonly dependencies?: readonly string[];
  /** See `plugin`. */
  readonly plugins?: readonly string[];
  readonly modules?: readonly string[];
  /** More elements. */
  readonly more?: string;
}

/** A pom.xml. */
export const pom = ({ parent, of = "com.example:app:1.0.0", packaging = "jar", ...more }: Pom): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
${parent ? element("parent", `${coordinates(parent)}<relativePath/>`) : ""}${coordinates(of)}
${element("packaging", packaging)}${innerPom(more)}
</project>
`;

function innerPom(pom: Omit<Pom, "parent" | "of" | "packaging">): string {
  const { properties = {}, boms = [], dependencies = [], plugins = [], modules = [], more = "" } = pom;
  return [
    element("properties", { "project.build.sourceEncoding": "UTF-8", ...properties }),
    element("dependencyManagement", listed("dependencies", boms.map(bom))),
    listed("dependencies", dependencies.map(dependency)),
    element("build", listed("plugins", plugins)),
    listed(
      "modules",
      modules.map((module) => element("module", module)),
    ),
    more,
  ].join("");
}

type Content = string | Readonly<Record<string, string>>;

const element = (name: string, content: Content): string => {
  const text = typeof content === "string" ? content : elements(content);
  return text === "" ? "" : `<${name}>${text}</${name}>\n`;
};
const elements = (entries: Readonly<Record<string, string>>): string =>
  Object.entries(entries)
    .map(([name, text]) => element(name, text))
    .join("");
const listed = (name: string, each: readonly string[]): string => element(name, each.join(""));

const coordinates = (text: string): string => {
  const [groupId = "", artifactId = "", version = "", scope = ""] = text.split(":");
  return elements({ groupId, artifactId, version, scope });
};
const dependency = (text: string): string => element("dependency", coordinates(text));
const bom = (text: string): string =>
  element("dependency", `${coordinates(text)}<type>pom</type><scope>import</scope>`);

/** The references that Maven, Spring and others replace: a property or a variable, with a default after a colon. */
export const property = (name: string): string => `\${${name}}`;

/** A plugin of a pom.xml, with its configuration, and goals that run in addition to those of its packaging. */
export const plugin = (
  artefact: string,
  {
    configuration = "",
    goals = [],
    phase = "",
  }: Partial<{ configuration: string; goals: string[]; phase: string }> = {},
): string =>
  element(
    "plugin",
    [
      coordinates(artefact),
      element("configuration", configuration),
      element("executions", goals.length === 0 ? "" : element("execution", execution(goals, phase))),
    ].join(""),
  );

const execution = (goals: readonly string[], phase: string): string =>
  element("phase", phase) +
  listed(
    "goals",
    goals.map((goal) => element("goal", goal)),
  );

/** A server in one class of the JDK alone, which answers every request with what an expression gives, as JSON. */
export const server = (expression: string, ...imports: readonly string[]): string => `package com.example;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
${imports.map((name) => `import ${name};\n`).join("")}
public class Main {
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", exchange -> {
            byte[] body = (${expression}).getBytes();
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
`;

/** The directory of the examples' classes. */
export const javaFile = (name: string, module = "."): string =>
  `${module === "." ? "" : `${module}/`}src/main/java/com/example/${name}.java`;

export const codec = "commons-codec:commons-codec:1.17.1";
const digest = (text: string): string => `"\\"" + DigestUtils.md5Hex("${text}") + "\\""`;
const imports = ["org.apache.commons.codec.digest.DigestUtils"];

/** The smallest app with a dependency. */
export const small = {
  code: { [javaFile("Main")]: server(digest("layer"), ...imports) },
  answers: { "/": "f56b53e412e87751f665cb9f9061e50b" },
  changed: {
    files: { [javaFile("Main")]: server(digest("image"), ...imports) },
    answers: { "/": "78805a221a988e79ef3f42d7c5bfd418" },
  },
} as const;

/** The classes of a Java line, by properties. */
export const forJava = (line: "11" | "17" | "21"): Readonly<Record<string, string>> => ({
  "maven.compiler.release": line,
});

/** The app in one jar that starts with `java -jar`, in three ways. */
export const jars = {
  /** The manifest names the dependencies in `lib/`. */
  classPath: [
    plugin("org.apache.maven.plugins:maven-jar-plugin:3.4.2", {
      configuration: `<archive><manifest><addClasspath>true</addClasspath><classpathPrefix>lib/</classpathPrefix><mainClass>com.example.Main</mainClass></manifest></archive>`,
    }),
    plugin("org.apache.maven.plugins:maven-dependency-plugin:3.8.1", {
      goals: ["copy-dependencies"],
      phase: "package",
      configuration: `<outputDirectory>${property("project.build.directory")}/lib</outputDirectory><includeScope>runtime</includeScope>`,
    }),
  ],
  /** All classes in one. */
  shaded: [
    plugin("org.apache.maven.plugins:maven-shade-plugin:3.6.0", {
      goals: ["shade"],
      phase: "package",
      configuration: `<transformers><transformer implementation="org.apache.maven.plugins.shade.resource.ManifestResourceTransformer"><mainClass>com.example.Main</mainClass></transformer></transformers>`,
    }),
  ],
  /** By Maven's assembly plugin, beside the jar without dependencies. */
  assembled: [
    plugin("org.apache.maven.plugins:maven-assembly-plugin:3.7.1", {
      goals: ["single"],
      phase: "package",
      configuration: `<descriptorRefs><descriptorRef>jar-with-dependencies</descriptorRef></descriptorRefs><archive><manifest><mainClass>com.example.Main</mainClass></manifest></archive>`,
    }),
  ],
} as const;

/** The small app built by Maven. */
export const smallMaven = (plugins: readonly string[] = jars.shaded, more: Pom = {}): FileMap => ({
  "pom.xml": pom({ properties: forJava("17"), dependencies: [codec], plugins, ...more }),
  ...small.code,
});

/** The script that makes Gradle build one jar with all classes. */
export const gradleJar = {
  "settings.gradle": 'rootProject.name = "app"\n',
  "build.gradle": `plugins { id "java" }
repositories { mavenCentral() }
dependencies { compile "${codec}" }
sourceCompatibility = 17
jar {
  from { configurations.runtimeClasspath.collect { it.directory ? it : zipTree(it) } }
  manifest { attributes "Main-Class": "com.example.Main" }
}
`,
} as const;

/** `app.jar` of one class, compiled without a build tool; with more lines of its manifest and files beside it. */
export const plainJar = (main: string, manifest = "", files: FileMap = {}): App => ({
  files: { ...files, [javaFile("Main")]: main, "manifest.txt": `Main-Class: com.example.Main\n${manifest}` },
  commands: [
    ["jdk-17/javac", "--release", "11", "-d", "classes", javaFile("Main")],
    ["jdk-17/jar", "--create", "--file", "app.jar", "--manifest", "manifest.txt", "-C", "classes", "."],
  ],
  without: ["src", "classes", "manifest.txt"],
});

/** A case of an app in Java: the JVM ends by the signal itself. */
export const javaCase = (parts: AppCase): AppCase => ({ stopped: 143, compiled: true, ...parts });

/** The small app in other hands: the same answers, the same layers. */
export const likeSmall = (name: string, parts: Partial<AppCase> & Pick<AppCase, "app">): AppCase =>
  javaCase({
    name,
    says: [],
    answers: small.answers,
    changed: { ...small.changed, moved: ["app"] },
    ...parts,
  });
