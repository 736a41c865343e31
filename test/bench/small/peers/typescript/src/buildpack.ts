import { defineBuildpack, dependency, fail, override, pass, temporaryLayer } from "libcnb";

const greeting = dependency("greeting");
const layer = temporaryLayer("greeting", { build: false, launch: true });

export default defineBuildpack({
  async detect({ app }) {
    if (!(await app.exists("greeting.txt"))) return fail("the app has no greeting.txt");
    return pass({ provides: [greeting], requires: [greeting.require()] });
  },

  async build({ app, layers }) {
    const text = await app.readText("greeting.txt");
    await layers.provide(layer, { create: () => {}, env: () => ({ launch: { GREETING: override(text) } }) });
  },
});
