/**
 * True for the name of a build file of Maven, Gradle or another tool. `libcnb/java-build` supports
 * some of these tools.
 */
export const isBuildFile = (name: string): boolean =>
  /^(pom\.(xml|atom|clj|groovy|rb|scala|yaml|yml)|(build|settings)\.gradle(\.kts)?|gradlew|mvnw|build\.sbt|project\.clj|\.mvn\/)$/.test(
    name,
  );

/**
 * True for the name of an archive that may be executable. The jars of build tool wrappers are
 * excluded.
 */
export const isArchive = (name: string): boolean =>
  /\.[jw]ar$/i.test(name) && !/^(gradle|maven)-wrapper\.jar$/.test(name);

/**
 * True for the name of a jar with tests, sources or documentation, which accompanies the jar to
 * start.
 */
export const isTestOrSource = (name: string): boolean =>
  /(^original-.*|[-.](sources?|javadoc|tests?|test-sources|plain|stubs))\.jar$/i.test(name);

const others = new Set(
  "package.json deno.json requirements.txt pyproject.toml Pipfile setup.py manage.py Gemfile composer.json go.mod Cargo.toml mix.exs index.html".split(
    " ",
  ),
);

/**
 * True for the name of a file of an app in another language. Such apps may contain jars as tools.
 */
export const isOther = (name: string): boolean => others.has(name) || /\.(csproj|fsproj|sln|py)$/.test(name);
