import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Recipe, succeeded } from "../apps/dockerfile-app.ts";
import { execute } from "../cnb.ts";
import { packageIndex, pythonAuthority } from "./index.ts";
import { unpackPython } from "./runtime.ts";

/**
 * Two stages: packages into a virtual environment before the source is copied. The slim image stands for `python:3.14-slim`: the CPython of
 * these tests upon a small Debian, without what the official image does not have either (tests, IDLE, Tcl, a second copy of the interpreter
 * as a library).
 */
export const pythonRecipe = (afterwards: string, start: readonly string[]): Recipe => ({
  dockerfile: `FROM localhost/slim AS build
ARG PIP_INDEX_URL
ARG PIP_CERT
RUN python -m venv --without-pip /venv
COPY requirements.txt ./
RUN python -m pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check -r requirements.txt

FROM localhost/slim
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
${afterwards}USER 1000
CMD ${JSON.stringify(start)}
`,
  slim: `FROM localhost/base
USER root
COPY slim/ /usr/local/
`,
  async fillSlim(folder) {
    await unpackPython(folder);
    const unused = ["idle*", "lib/libpython*", "lib/*tcl*", "lib/*tk*", "lib/thread*", "bin/*-config", "bin/idle*"];
    const parts = ["test", "idlelib", "tkinter", "turtledemo", "lib-dynload/_tkinter*"];
    const paths = [...unused, ...parts.map((part) => `lib/python3.14/${part}`)].map((path) => `${folder}/${path}`);
    succeeded(
      await execute("sh", [
        "-c",
        `rm -rf ${paths.join(" ")}; find ${folder} -name __pycache__ -prune -exec rm -rf {} +`,
      ]),
    );
    await rm(join(folder, "include"), { recursive: true, force: true });
  },
  async settings() {
    const authority = await pythonAuthority();
    return { args: { PIP_INDEX_URL: await packageIndex(), ...(authority && { PIP_CERT: "/ca.pem" }) }, authority };
  },
});
