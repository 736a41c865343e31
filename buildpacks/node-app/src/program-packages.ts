/**
 * Returns the name of the package that provides a command. A command that is not listed here is
 * assumed to have the name of its package.
 */
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
