/** An updater for the tests: writes the value of a flag into a file, or two. */
import { runUpdater } from "./run-updater.ts";

const [files = "", ...args] = process.argv.slice(2);

await runUpdater(
  {
    command: "npm run x",
    about: "Writes a value.",
    flags: {
      value: { value: "text", about: "what to write", default: "new" },
      failing: { value: "source", about: "what cannot be read" },
    },
    file: files.includes(",") ? files.split(",") : files,
    async refresh(texts, { value, failing }) {
      if (value === "broken") throw new Error("the value is broken");
      const changes = texts.map((text) => `${JSON.stringify(text)} becomes ${value}`);
      return {
        texts: texts.map(() => `${value}`),
        changes,
        failures: failing === undefined ? [] : [`kept ${failing}`],
      };
    },
  },
  args,
);
