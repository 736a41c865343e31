import { beforeAll, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { type AppCase, type AppWorld, expectLife } from "../../support/apps/app-cases.ts";
import type { Command } from "../../support/apps/app-tools.ts";
import { locks, packageJson, server, slices } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

/**
 * What a generator makes, without a lockfile as it leaves it. npm refuses its own lockfile where a registry lacks the packages of a bundler
 * for some other platform, which these have by the dozen.
 */
const started = (starter: Command, more: Omit<App, "starter"> = {}): App => ({ starter, ...more });

const vite = (template: string): App =>
  started(["create-vite@9.3.0", "app", "--template", template, "--no-interactive"]);

const nextFlags = ["--yes", "--ts", "--no-tailwind", "--no-eslint", "--app", "--no-src-dir", "--skip-install"];
const next: Command = ["create-next-app@16.4.3", "app", ...nextFlags, "--disable-git", "--use-npm"];
const page = (text: string) => `export default function Home() { return <p>${text}</p>; }\n`;
const plainPage = { "app/page.tsx": page("first page"), "app/layout.tsx": layout() };

function layout(): string {
  return `export default function Root({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;
}

const nest: Command = ["@nestjs/cli@12.0.8", "new", "app", "--skip-install", "--skip-git", "--package-manager", "npm"];
const angular: Command = ["@angular/cli@22.2.0", "new", "app", "--ssr", "--skip-install", "--skip-git", "--defaults"];
const svelte: Command = [
  "sv@0.17.1",
  "create",
  "app",
  "--template",
  "minimal",
  "--types",
  "ts",
  "--no-add-ons",
  "--no-install",
];

const svelteOnNode = `import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";
export default defineConfig({ plugins: [sveltekit({ adapter: adapter() })] });
`;

/** Generators that fetch their templates from elsewhere than the registry: what they would make, by hand. */
const astro = (parts: { readonly dependencies?: object; readonly config?: string }): App => ({
  files: {
    "package.json": packageJson({
      type: "module",
      scripts: { dev: "astro dev", build: "astro build", preview: "astro preview" },
      dependencies: { astro: "^5.0.0", ...parts.dependencies },
    }),
    "astro.config.mjs": `import { defineConfig } from "astro/config";\n${parts.config ?? "export default defineConfig({});\n"}`,
    "src/pages/index.astro": `<html lang="en"><head><title>Astro</title></head><body>first page</body></html>\n`,
    "public/robots.txt": "User-agent: *\n",
  },
});

const astroServer = `import node from "@astrojs/node";
export default defineConfig({ output: "server", adapter: node({ mode: "standalone" }) });
`;

const nuxt: App = {
  files: {
    "package.json": packageJson({
      private: true,
      type: "module",
      scripts: { build: "nuxt build", dev: "nuxt dev", preview: "nuxt preview" },
      dependencies: { nuxt: "^4.0.0", vue: "^3.5.0", "vue-router": "^4.5.0" },
    }),
    "nuxt.config.ts": `export default defineNuxtConfig({ compatibilityDate: "2025-07-15", devtools: { enabled: false } });\n`,
    "app/app.vue": "<template><p>first page</p></template>\n",
    "server/api/hello.ts": `export default defineEventHandler(() => ({ hello: "nuxt" }));\n`,
  },
};

/** A registry may have the newest of some of Angular's packages a day before the others. */
const loosePeers = { ".npmrc": "legacy-peer-deps=true\n" };

const cases: readonly AppCase[] = [
  {
    name: "create-vite with React and TypeScript",
    app: vite("react-ts"),
    says: ["dist"],
    stopped: 0,
    answers: { "/": /<div id="root"><\/div>/, "/favicon.svg": /<svg/ },
    changed: {
      files: { "src/App.tsx": "export default function App() { return <p>other</p>; }\n" },
      answers: { "/": /<div id="root"><\/div>/ },
      moved: ["app slice 2 of 3", "app slice 3 of 3"],
    },
  },
  {
    name: "create-next-app",
    app: started(next, { files: plainPage }),
    says: ["Next.js"],
    stopped: 143,
    answers: { "/": /first page/, "/missing": [404, /404/] },
    changed: {
      files: { "app/page.tsx": page("second page") },
      answers: { "/": /second page/ },
      moved: ["app slice 2 of 4", "app slice 4 of 4"],
    },
  },
  {
    name: "create-next-app with standalone output",
    app: started(next, { files: { ...plainPage, "next.config.ts": `export default { output: "standalone" };\n` } }),
    says: ["Next.js"],
    processes: { web: "node .next/standalone/server.js" },
    stopped: 143,
    answers: { "/": /first page/, "/next.svg": /<svg/, "/missing": [404, /404/] },
  },
  {
    name: "@nestjs/cli",
    app: started(nest),
    says: [`Running the script "build"`],
    processes: { web: "node dist/main.js" },
    answers: { "/": "Hello World!" },
    stopped: 143,
    changed: {
      files: {
        "src/app.service.ts": `import { Injectable } from "@nestjs/common";
@Injectable()
export class AppService {
  getHello(): string {
    return "other";
  }
}
`,
      },
      answers: { "/": "other" },
      moved: [slices.code],
    },
  },
  {
    name: "Nuxt",
    app: nuxt,
    says: ["Nuxt"],
    processes: { web: "node .output/server/index.mjs" },
    answers: { "/": /first page/, "/api/hello": { hello: "nuxt" } },
  },
  {
    name: "static Astro",
    app: astro({}),
    says: ["dist"],
    answers: { "/": /first page/, "/robots.txt": "User-agent: *\n" },
  },
  {
    name: "Astro with its own server",
    app: astro({ dependencies: { "@astrojs/node": "^9.0.0" }, config: astroServer }),
    says: ["Astro"],
    processes: { web: "node dist/server/entry.mjs" },
    answers: { "/": /first page/ },
    stopped: 143,
  },
  {
    name: "express-generator",
    app: started(["express-generator@4.16.1", "--no-view", "app"], { commands: [locks.npm] }),
    says: ["Packages in the image"],
    processes: { web: "node ./bin/www" },
    answers: { "/": /Welcome to Express/, "/users": "respond with a resource" },
    stopped: 143,
  },
  {
    name: "fastify-cli",
    app: started(["fastify-cli@8.0.2", "generate", "app"], { commands: [locks.npm] }),
    says: ["Packages in the image"],
    answers: { "/": { root: true }, "/example": "this is an example" },
  },
  {
    name: "SvelteKit",
    app: started(svelte, {
      files: { "vite.config.ts": svelteOnNode },
      commands: [["npm@11.21.2", "install", "--package-lock-only", "--save-dev", "@sveltejs/adapter-node@5"]],
      without: ["package-lock.json"],
    }),
    says: ["build"],
    answers: { "/": /Welcome to SvelteKit/ },
  },
  {
    name: "Angular with server-side rendering",
    app: started(angular, { files: loosePeers }),
    // Angular's server answers no other hosts than it is told
    says: ["dist"],
    launchEnv: { NG_ALLOWED_HOSTS: "localhost" },
    answers: { "/": /<app-root/ },
    stopped: 143,
  },
  {
    name: "a static site that a second process type builds",
    app: {
      files: {
        "package.json": packageJson({
          scripts: { build: "mkdir dist && cp index.html dist", start: "node server.js" },
        }),
        "index.html": "hello\n",
        "server.js": server(`require("node:fs").readFileSync("dist/index.html", "utf8")`),
      },
      commands: [locks.npm],
    },
    says: [`Running the script "build"`],
    processes: { web: "node server.js" },
    answers: { "/": "hello\n" },
  },
];

test.for(cases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world),
);
