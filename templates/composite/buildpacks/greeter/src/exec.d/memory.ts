import { defineExecD } from "libcnb";

/** Runs when a container starts, because its memory limit is known only then. */
export default defineExecD("memory", ({ limits: { memory } }) => ({
  GREETER_MEMORY: memory === undefined ? undefined : String(memory / 2 ** 20),
}));
