import { importAttributes } from "libcnb/testing/vite";
import { defineConfig } from "vitest/config";

// Tests import files as the package will have them: `with { type: "text" }` and `with { type: "bytes" }`.
export default defineConfig({ plugins: [importAttributes()] });
