import type { FileMap } from "libcnb/testing";
import type { AppCase } from "../apps/app-cases.ts";
import type { Command } from "../apps/app-tools.ts";

/** A server in one file that answers every request with what an expression gives, as JSON, and ends by itself on SIGTERM. */
export const server = (expression: string): string => `const { createServer } = require("node:http");
createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(${expression}));
}).listen(process.env.PORT);
process.on("SIGTERM", () => process.exit(0));
`;

/** package.json as text. */
export const packageJson = (parts: object): string =>
  `${JSON.stringify({ name: "app", version: "1.0.0", ...parts }, null, 2)}\n`;

const answer = `{ time: require("ms")(172800000), odd: require("is-number")("x") }`;
const changedAnswer = `{ time: require("ms")(60000) }`;

/** The smallest app with dependencies: two packages that have none, and one for development. */
export const small = {
  files: (parts: object = {}): FileMap => ({
    "package.json": packageJson({
      scripts: { start: "node server.js" },
      dependencies: { "is-number": "7.0.0", ms: "2.1.2" },
      devDependencies: { "is-odd": "3.0.1" },
      ...parts,
    }),
    "server.js": server(answer),
  }),
  answers: { "/": { time: "2d", odd: false } },
  changed: { files: { "server.js": server(changedAnswer) }, answers: { "/": { time: "1m" } } },
  /** The one dependency that changes; it answers as before. */
  upgrade: { dependencies: { "is-number": "7.0.0", ms: "2.1.3" } },
} as const;

/** The command of each manager that only creates the lockfile. */
export const locks = {
  npm: ["npm@11.21.2", "install", "--package-lock-only"],
  yarn: ["yarn@1.22.22", "install", "--ignore-scripts"],
  berry: ["@yarnpkg/cli-dist@4.18.1", "install", "--mode=update-lockfile"],
  pnpm: ["pnpm@10.34.9", "install", "--lockfile-only"],
  bun: ["bun@1.4.5", "install", "--lockfile-only"],
} as const satisfies Readonly<Record<string, Command>>;

/** Layers of the image of an app with packages. */
export const slices = { modules: "app slice 1 of 2", code: "app slice 2 of 2" };

/** The small app in other hands: the same answers, the same layers. */
export const likeSmall = (name: string, parts: Partial<AppCase> & Pick<AppCase, "app">): AppCase => ({
  name,
  says: ["Packages in the image: 2"],
  processes: { web: "node server.js" },
  answers: small.answers,
  changed: { ...small.changed, moved: [slices.code] },
  ...parts,
});

/** Two packages in one repository, of which one needs the other. */
export const workspaceFiles = (own = "*"): FileMap => ({
  "package.json": packageJson({
    private: true,
    workspaces: ["packages/*"],
    scripts: { start: "node packages/api/server.js" },
  }),
  "packages/api/package.json": packageJson({
    name: "@acme/api",
    scripts: { start: "node server.js" },
    dependencies: { "@acme/words": own, ms: "2.1.3" },
  }),
  "packages/api/server.js": server(`{ said: require("@acme/words"), time: require("ms")(60000) }`),
  "packages/words/package.json": packageJson({ name: "@acme/words", main: "words.js" }),
  "packages/words/words.js": `module.exports = "hello";\n`,
});

/** The expected results. */
export const workspaceLife = {
  says: ["Packages in the image"],
  answers: { "/": { said: "hello", time: "1m" } },
  changed: {
    files: { "packages/words/words.js": `module.exports = "bye";\n` },
    answers: { "/": { said: "bye", time: "1m" } },
    moved: [slices.code],
  },
} as const;
