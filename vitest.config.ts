import { defineConfig } from "vitest/config";

const conditions = ["@libcnb/source", "node", "import", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["framework/src/**/*.test.ts", "builder-packager/src/**/*.test.ts", "buildpacks/*/src/**/*.test.ts", "templates/*/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
