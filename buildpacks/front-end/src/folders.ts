/** Folders of front ends, as generators, frameworks and tutorials call them, the likeliest first. "" is the project's own. */
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
