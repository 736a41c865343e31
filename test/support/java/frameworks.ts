import type { FileMap } from "libcnb/testing";
import { forJava, javaFile, type Pom, plugin, pom, property } from "./apps.ts";

// Apps as the guides of their frameworks show them: where they listen is the business of java-start, unless there is no setting for it.

const java = (body: string, ...imports: readonly string[]): string =>
  `package com.example;\n\n${imports.map((name) => `import ${name};\n`).join("")}\n${body}`;

const springBoot = (version: string): string => `org.springframework.boot:spring-boot-starter-parent:${version}`;
const springPlugin = plugin("org.springframework.boot:spring-boot-maven-plugin");

/** A Spring Boot app with starters. Its line of Java is a property of its own. */
export function spring(version: string, starters: readonly string[], files: FileMap = {}, more: Pom = {}): FileMap {
  const { properties, ...others } = more;
  return {
    "pom.xml": pom({
      parent: springBoot(version),
      properties: { "java.version": version.startsWith("2.") ? "11" : "17", ...properties },
      dependencies: starters.map((starter) => `org.springframework.boot:spring-boot-starter-${starter}`),
      plugins: [springPlugin],
      ...others,
    }),
    "src/main/resources/application.properties": "spring.main.banner-mode=off\n",
    [javaFile("App")]: springMain,
    [javaFile("Hello")]: hello("Hello"),
    ...files,
  };
}

const springMain = java(
  `@SpringBootApplication
public class App {
    public static void main(String[] args) {
        SpringApplication.run(App.class, args);
    }
}
`,
  "org.springframework.boot.SpringApplication",
  "org.springframework.boot.autoconfigure.SpringBootApplication",
);

/** The same with Gradle: of the line whose plugin runs by the Gradle of these tests. */
export function gradleSpring(): FileMap {
  const { "pom.xml": _, ...code } = spring("2.1.18.RELEASE", ["web"]);
  return { ...code, "settings.gradle": 'rootProject.name = "app"\n', "build.gradle": gradleBuild };
}

const gradleBuild = `buildscript {
  repositories { mavenCentral() }
  dependencies { classpath "org.springframework.boot:spring-boot-gradle-plugin:2.1.18.RELEASE" }
}
apply plugin: "java"
apply plugin: "org.springframework.boot"
apply plugin: "io.spring.dependency-management"
repositories { mavenCentral() }
sourceCompatibility = 11
dependencies { implementation "org.springframework.boot:spring-boot-starter-web" }
`;

/** A controller of Spring's. */
export const hello = (text: string): string =>
  java(
    `@RestController
public class Hello {
    @GetMapping("/")
    public String hello() {
        return "${text} from " + Runtime.version().feature();
    }
}
`,
    "org.springframework.web.bind.annotation.GetMapping",
    "org.springframework.web.bind.annotation.RestController",
  );

const quarkusVersion = "3.15.1";

/** Quarkus, as `quarkus create app` makes it. */
export const quarkus = (settings = "", version = quarkusVersion): FileMap => ({
  "pom.xml": pom({
    properties: forJava("17"),
    boms: [`io.quarkus.platform:quarkus-bom:${version}`],
    dependencies: ["io.quarkus:quarkus-rest", "io.quarkus:quarkus-arc"],
    plugins: [
      plugin(`io.quarkus.platform:quarkus-maven-plugin:${version}`, {
        goals: ["build", "generate-code", "generate-code-tests"],
      }).replace("<configuration>", "<extensions>true</extensions><configuration>"),
    ],
  }),
  "src/main/resources/application.properties": `quarkus.http.host=0.0.0.0\n${settings}`,
  [javaFile("Hello")]: quarkusHello("Hello"),
});

/** A resource of Jakarta REST. */
export const quarkusHello = (text: string): string =>
  java(
    `@Path("/")
public class Hello {
    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public String hello() {
        return "${text} from Quarkus";
    }
}
`,
    ...["GET", "Path", "Produces", "core.MediaType"].map((name) => `jakarta.ws.rs.${name}`),
  );

/** Micronaut, as `mn create-app --build maven` makes it. */
export const micronaut = (): FileMap => ({
  "pom.xml": pom({
    parent: "io.micronaut.platform:micronaut-parent:4.7.1",
    properties: {
      "jdk.version": "17",
      "release.version": "17",
      "micronaut.version": "4.7.1",
      "exec.mainClass": "com.example.App",
    },
    dependencies: [
      "io.micronaut:micronaut-http-server-netty::compile",
      "io.micronaut.serde:micronaut-serde-jackson::compile",
      "ch.qos.logback:logback-classic::runtime",
    ],
    plugins: [
      plugin("io.micronaut.maven:micronaut-maven-plugin"),
      plugin("org.apache.maven.plugins:maven-compiler-plugin", {
        configuration: `<annotationProcessorPaths combine.children="append"><path><groupId>io.micronaut.serde</groupId><artifactId>micronaut-serde-processor</artifactId><version>${property("micronaut.serialization.version")}</version></path></annotationProcessorPaths>`,
      }),
    ],
  }),
  [javaFile("App")]: java(
    `public class App {
    public static void main(String[] args) {
        Micronaut.run(App.class, args);
    }
}
`,
    "io.micronaut.runtime.Micronaut",
  ),
  [javaFile("Hello")]: micronautHello("Hello"),
});

/** A controller of Micronaut's. */
export const micronautHello = (text: string): string =>
  java(
    `@Controller
public class Hello {
    @Get(produces = MediaType.TEXT_PLAIN)
    public String hello() {
        return "${text} from Micronaut";
    }
}
`,
    ...["MediaType", "annotation.Controller", "annotation.Get"].map((name) => `io.micronaut.http.${name}`),
  );

const main = (body: string, ...imports: readonly string[]): string =>
  java(
    `public class Main {
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
${body
  .trimEnd()
  .split("\n")
  .map((line) => `        ${line}\n`)
  .join("")}    }
}
`,
    ...imports,
  );

/** A library of servers, started by one class. */
export interface Library {
  readonly dependencies: readonly string[];
  readonly boms?: readonly string[];
  readonly main: string;
  /** Default: all classes in one jar. */
  readonly plugins?: readonly string[];
}

/** All classes in one jar, with what several dependencies list in `META-INF/services` under the same name. */
const shadedWithServices = (mainClass: string): string =>
  plugin("org.apache.maven.plugins:maven-shade-plugin:3.6.0", {
    goals: ["shade"],
    phase: "package",
    configuration: `<transformers><transformer implementation="org.apache.maven.plugins.shade.resource.ManifestResourceTransformer"><mainClass>${mainClass}</mainClass></transformer><transformer implementation="org.apache.maven.plugins.shade.resource.ServicesResourceTransformer"/></transformers>`,
  });

/** All answer `Hello`. */
export const libraries = {
  "Vert.x": {
    dependencies: ["io.vertx:vertx-web:4.5.11"],
    main: main(
      `Vertx.vertx().createHttpServer().requestHandler(request -> request.response().end("Hello")).listen(port);`,
      "io.vertx.core.Vertx",
    ),
  },
  Javalin: {
    dependencies: ["io.javalin:javalin:6.3.0", "org.slf4j:slf4j-simple:2.0.16"],
    main: main(`Javalin.create().get("/", context -> context.result("Hello")).start(port);`, "io.javalin.Javalin"),
  },
  Helidon: {
    boms: ["io.helidon:helidon-bom:3.2.11"],
    dependencies: ["io.helidon.webserver:helidon-webserver"],
    main: main(
      `Routing routing = Routing.builder().get("/", (request, response) -> response.send("Hello")).build();
WebServer.builder(routing).port(port).build().start().await();`,
      ...["Routing", "WebServer"].map((name) => `io.helidon.webserver.${name}`),
    ),
  },
  Jetty: {
    dependencies: ["org.eclipse.jetty:jetty-server:12.0.15", "org.slf4j:slf4j-simple:2.0.16"],
    main: main(
      `Server server = new Server(port);
server.setHandler(new Handler.Abstract() {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Content.Sink.write(response, true, "Hello", callback);
        return true;
    }
});
server.start();
server.join();`,
      ...["io.Content", "server.Handler", "server.Request", "server.Response", "server.Server", "util.Callback"].map(
        (name) => `org.eclipse.jetty.${name}`,
      ),
    ),
  },
  Undertow: {
    dependencies: ["io.undertow:undertow-core:2.3.18.Final"],
    main: main(
      `Undertow.builder().addHttpListener(port, "0.0.0.0")
    .setHandler(exchange -> exchange.getResponseSender().send("Hello")).build().start();`,
      "io.undertow.Undertow",
    ),
  },
  Netty: {
    dependencies: ["io.projectreactor.netty:reactor-netty-http:1.2.1"],
    main: main(
      `HttpServer.create().port(port)
    .route(routes -> routes.get("/", (request, response) -> response.sendString(Mono.just("Hello"))))
    .bindNow().onDispose().block();`,
      ...["core.publisher.Mono", "netty.http.server.HttpServer"].map((name) => `reactor.${name}`),
    ),
  },
} as const satisfies Readonly<Record<string, Library>>;

/** Dropwizard has a configuration and a command to begin with: it is started by a Procfile. */
export const dropwizard: Library & { readonly files: FileMap } = {
  dependencies: ["io.dropwizard:dropwizard-core:4.0.11"],
  plugins: [shadedWithServices("com.example.Main")],
  main: java(
    `@Path("/")
public class Main extends Application<Configuration> {
    public static void main(String[] args) throws Exception {
        new Main().run(args);
    }

    @Override
    public void initialize(Bootstrap<Configuration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
            bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor()));
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        environment.jersey().register(this);
    }

    @GET
    @Produces("text/plain")
    public String hello() {
        return "Hello";
    }
}
`,
    ...["Application", "Configuration", "Environment", "Bootstrap"].map(
      (name) => `io.dropwizard.core.${{ Environment: "setup.", Bootstrap: "setup." }[name] ?? ""}${name}`,
    ),
    ...["EnvironmentVariableSubstitutor", "SubstitutingSourceProvider"].map(
      (name) => `io.dropwizard.configuration.${name}`,
    ),
    ...["GET", "Path", "Produces"].map((name) => `jakarta.ws.rs.${name}`),
  ),
  files: {
    "config.yml": `server:\n  type: simple\n  applicationContextPath: /\n  adminContextPath: /admin\n  connector:\n    type: http\n    port: ${property("PORT")}\n`,
  },
};

/** Ktor, in Kotlin. */
export const kotlin = {
  "pom.xml": pom({
    properties: { "kotlin.version": "2.1.0", "kotlin.compiler.jvmTarget": "17", ...forJava("17") },
    dependencies: [
      `org.jetbrains.kotlin:kotlin-stdlib:${property("kotlin.version")}`,
      "io.ktor:ktor-server-cio-jvm:3.0.3",
      "org.slf4j:slf4j-simple:2.0.16",
    ],
    plugins: [
      plugin(`org.jetbrains.kotlin:kotlin-maven-plugin:${property("kotlin.version")}`, {
        goals: ["compile"],
        phase: "compile",
        configuration: "<sourceDirs><sourceDir>src/main/kotlin</sourceDir></sourceDirs>",
      }),
      shadedWithServices("com.example.MainKt"),
    ],
  }),
  "src/main/kotlin/com/example/Main.kt": `package com.example

import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

fun main() {
    embeddedServer(CIO, port = System.getenv("PORT").toInt()) {
        routing { get("/") { call.respondText("Hello") } }
    }.start(wait = true)
}
`,
} as const satisfies FileMap;

/** A servlet. */
export const servlet = (text: string, api: "jakarta" | "javax" = "jakarta"): string =>
  java(
    `@WebServlet("/hello")
public class Hello extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter().print("${text} from " + request.getContextPath());
    }
}
`,
    "java.io.IOException",
    ...["annotation.WebServlet", "http.HttpServlet", "http.HttpServletRequest", "http.HttpServletResponse"].map(
      (name) => `${api}.servlet.${name}`,
    ),
  );

/** A web app for a container of servlets. */
export const webApp = (api: "jakarta" | "javax" = "jakarta"): FileMap => ({
  "pom.xml": pom({
    packaging: "war",
    properties: forJava(api === "javax" ? "11" : "17"),
    dependencies: [
      api === "javax"
        ? "javax.servlet:javax.servlet-api:4.0.1:provided"
        : "jakarta.servlet:jakarta.servlet-api:6.0.0:provided",
    ],
    plugins: [
      plugin("org.apache.maven.plugins:maven-war-plugin:3.4.0", {
        configuration: "<failOnMissingWebXml>false</failOnMissingWebXml>",
      }),
    ],
  }),
  "src/main/webapp/index.html": "<!doctype html><title>Hello</title>\n",
  [javaFile("Hello")]: servlet("Hello", api),
});
