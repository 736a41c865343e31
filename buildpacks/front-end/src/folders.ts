/**
 * Names that generators, frameworks and tutorials use for front end directories, most likely first.
 * "" is the project's own directory.
 */
export const usualFolders: readonly string[] = [
  "",
  "frontend",
  "front-end",
  "client",
  "web",
  "webapp",
  "ui",
  "assets",
  "static_src",
  "theme/static_src", // django-tailwind
  "src/main/frontend",
  "src/main/webapp", // JHipster
  "src/main/webui", // Quarkus Quinoa
  "src/main/client",
];
