/** True for build files of Maven, Gradle and others; `libcnb/java-build` supports some of them. */
export const isBuildFile = (name: string): boolean =>
  /^(pom\.(xml|atom|clj|groovy|rb|scala|yaml|yml)|(build|settings)\.gradle(\.kts)?|gradlew|mvnw|build\.sbt|project\.clj|\.mvn\/)$/.test(
    name,
  );

/** True for archives of executables. The jars of build tool wrappers are excluded. */
export const isArchive = (name: string): boolean =>
  /\.[jw]ar$/i.test(name) && !/^(gradle|maven)-wrapper\.jar$/.test(name);

/** True for jars that accompany the one to start. */
export const isTestOrSource = (name: string): boolean =>
  /(^original-.*|[-.](sources?|javadoc|tests?|test-sources|plain|stubs))\.jar$/i.test(name);

const others = new Set(
  "package.json deno.json requirements.txt pyproject.toml Pipfile setup.py manage.py Gemfile composer.json go.mod Cargo.toml mix.exs index.html".split(
    " ",
  ),
);

/** True for files of apps in other languages, which may contain jars as tools. */
export const isOther = (name: string): boolean => others.has(name) || /\.(csproj|fsproj|sln|py)$/.test(name);
