/** The package that provides a command, for commands whose name differs from the package's. */
export const packageWith = (command: string): string => owners[command] ?? command;

const owners: Readonly<Record<string, string>> = {
  tsc: "typescript",
  ng: "@angular/cli",
  nest: "@nestjs/cli",
  "vue-cli-service": "@vue/cli-service",
  nuxi: "nuxt",
  remix: "@remix-run/dev",
  "react-router": "@react-router/dev",
  "svelte-kit": "@sveltejs/kit",
  webpack: "webpack-cli",
  babel: "@babel/cli",
  swc: "@swc/cli",
  "babel-node": "@babel/node",
  gulp: "gulp-cli",
  grunt: "grunt-cli",
  dotenv: "dotenv-cli",
  sequelize: "sequelize-cli",
  "run-s": "npm-run-all",
  "run-p": "npm-run-all",
  tailwindcss: "@tailwindcss/cli",
};
