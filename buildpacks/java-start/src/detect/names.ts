/** Files that Maven, Gradle and others build an app from: `libcnb/java-build` says which of them it understands. */
export const isBuildFile = (name: string): boolean =>
  /^(pom\.(xml|atom|clj|groovy|rb|scala|yaml|yml)|(build|settings)\.gradle(\.kts)?|gradlew|mvnw|build\.sbt|project\.clj|\.mvn\/)$/.test(
    name,
  );

/** What executables are packed as. The jars of wrappers start a build, never the app. */
export const isArchive = (name: string): boolean =>
  /\.[jw]ar$/i.test(name) && !/^(gradle|maven)-wrapper\.jar$/.test(name);

/** Jars that are made beside the one that starts. */
export const isBesides = (name: string): boolean =>
  /(^original-.*|[-.](sources?|javadoc|tests?|test-sources|plain|stubs))\.jar$/i.test(name);

const others = new Set(
  "package.json deno.json requirements.txt pyproject.toml Pipfile setup.py manage.py Gemfile composer.json go.mod Cargo.toml mix.exs index.html".split(
    " ",
  ),
);

/** What apps of other languages have, which keep jars as tools. */
export const isOther = (name: string): boolean => others.has(name) || /\.(csproj|fsproj|sln|py)$/.test(name);
