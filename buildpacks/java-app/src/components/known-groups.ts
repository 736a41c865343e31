/**
 * Returns the Maven group of a well-known library by the name of its jar file; `undefined` for
 * other libraries. Many jars built by Gradle do not record their group, or record a wrong one.
 */
export function knownGroup(name: string): string | undefined {
  const exact = named.get(name);
  if (exact !== undefined) return exact;
  const [, group] = begun.find(([pattern]) => pattern.test(name)) ?? [];
  return group ?? micronautGroup(name);
}

const named: ReadonlyMap<string, string> = new Map(
  (
    [
      [
        "org.springframework",
        "spring-aop spring-aspects spring-beans spring-context spring-context-indexer spring-context-support spring-core spring-expression spring-instrument spring-jcl spring-jdbc spring-jms spring-messaging spring-orm spring-oxm spring-r2dbc spring-test spring-tx spring-web spring-webflux spring-webmvc spring-websocket",
      ],
      ["aopalliance", "aopalliance"],
      ["com.github.ben-manes.caffeine", "caffeine"],
      ["com.google.code.findbugs", "jsr305"],
      ["com.google.inject", "guice"],
      ["com.h2database", "h2"],
      ["com.mysql", "mysql-connector-j"],
      ["com.squareup.okhttp3", "okhttp logging-interceptor"],
      ["com.squareup.okio", "okio okio-jvm"],
      ["commons-cli", "commons-cli"],
      ["commons-logging", "commons-logging commons-logging-api"],
      ["javax.annotation", "jsr250-api"],
      ["javax.inject", "javax.inject"],
      ["junit", "junit"],
      ["log4j", "log4j"],
      ["net.java.dev.jna", "jna jna-platform"],
      ["org.apiguardian", "apiguardian-api"],
      ["org.checkerframework", "checker-qual checker-compat-qual"],
      ["org.hamcrest", "hamcrest hamcrest-core"],
      ["org.hibernate.orm", "hibernate-core"],
      ["org.jdom", "jdom2"],
      ["org.jetbrains", "annotations"],
      ["org.mozilla", "rhino"],
      ["org.opentest4j", "opentest4j"],
      ["org.ow2.asm", "asm asm-analysis asm-commons asm-tree asm-util"],
      ["org.postgresql", "postgresql"],
      ["org.projectlombok", "lombok"],
      ["org.reactivestreams", "reactive-streams"],
      ["org.testcontainers", "testcontainers"],
    ] as const
  ).flatMap(([group, names]) => names.split(" ").map((name) => [name, group] as const)),
);

const begun: readonly (readonly [RegExp, string])[] = [
  [/^spring-boot(?:-|$)/, "org.springframework.boot"],
  [/^spring-security-/, "org.springframework.security"],
  [/^spring-data-/, "org.springframework.data"],
  [/^spring-session-/, "org.springframework.session"],
  [/^spring-cloud-/, "org.springframework.cloud"],
  [/^tomcat-embed-/, "org.apache.tomcat.embed"],
  [/^micrometer-/, "io.micrometer"],
  [/^reactor-netty/, "io.projectreactor.netty"],
  [/^reactor-/, "io.projectreactor"],
  [/^kotlin-(?:stdlib|reflect)/, "org.jetbrains.kotlin"],
  [/^kotlinx-/, "org.jetbrains.kotlinx"],
  [/^groovy(?:-|$)/, "org.apache.groovy"],
  [/^grpc-/, "io.grpc"],
  [/^opencensus-/, "io.opencensus"],
  [/^opentelemetry-/, "io.opentelemetry"],
  [/^ktor-/, "io.ktor"],
  [/^byte-buddy/, "net.bytebuddy"],
  [/^bc(?:pkix|prov|util|pg|mail|tls)-jdk/, "org.bouncycastle"],
  [/^junit-jupiter(?:-|$)/, "org.junit.jupiter"],
  [/^junit-platform-/, "org.junit.platform"],
];

/** Micronaut's core, or one of its projects by the word behind. */
function micronautGroup(name: string): string | undefined {
  const [, rest] = /^micronaut-(.+)$/.exec(name) ?? [];
  if (rest === undefined) return undefined;
  if (
    /^(?:aop|buffer|context|core|discovery|function|graal|http|inject|jackson|json-core|management|messaging|retry|router|runtime|websocket)(?:-|$)/.test(
      rest,
    )
  )
    return "io.micronaut";
  return `io.micronaut.${/^(?:json-schema|test-resources|object-storage)/.exec(rest)?.[0].replace("-", "") ?? rest.split("-")[0]}`;
}
