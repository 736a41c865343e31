import { existsSync } from "node:fs";
import { join } from "node:path";
import { unpackInCache } from "../cache/unpack.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { ForeignFileTooLarge, readForeignFile } from "../files/foreign-file.ts";
import type { Image } from "../oci/model/image.ts";
import { processTypes } from "../platform/export/process-types.ts";
import { hasLauncher, launcherFile } from "../platform/paths.ts";
import { findShell } from "../sandbox/mounts/find-shell.ts";
import { resolveInRoot } from "../sandbox/mounts/mount-points.ts";
import type { Mount } from "../sandbox/spec.ts";
import type { UnpackOptions } from "../sandbox/unpack-image.ts";
import { type AppMountOptions, appMounts } from "./app-mounts.ts";
import { checkCommand } from "./check-command.ts";
import type { Accounts } from "./image-user.ts";
import { shellCommand } from "./shell-command.ts";
import { planStart, type StartPlan, type StartRequest } from "./start-plan.ts";

interface PlanOptions extends Partial<StartRequest>, AppMountOptions, UnpackOptions {
  readonly name: string;
  readonly signal?: AbortSignal;
}

/**
 * An unpacked image and its run plan: the command, environment, user and mounts to start it with.
 */
export interface PlannedImage {
  readonly plan: StartPlan;
  readonly mounts: readonly Mount[];
  /** The directory with the image's files. */
  readonly unpacked: string;
}

/**
 * Unpacks an image and plans its start. Throws the same errors as {@link startImage} about the
 * image and the app's inputs.
 */
export async function planImage(image: Image, options: PlanOptions): Promise<PlannedImage> {
  const unpacked = await unpackInCache(image, options);
  const request = { args: [], env: {}, ...options, ...(await shellRequest(image, unpacked, options)) };
  const plan = planStart(options.name, image.config, request, await readAccounts(options.name, unpacked));
  const { mounts, env } = await appMounts(options, plan);
  await checkCommand(options.name, unpacked, plan, processTypes(image.config));
  options.signal?.throwIfAborted();
  return { plan: { ...plan, env }, mounts, unpacked };
}

/** The request that starts a shell in place of the app. Throws SHELL_NOT_FOUND. */
async function shellRequest(image: Image, rootfs: string, { name, shell: isShell, env }: PlanOptions) {
  if (!isShell) return {};
  const shell = await findShell(rootfs);
  if (shell === undefined) throw noShell(name);
  const launcher = join(rootfs, await resolveInRoot(rootfs, launcherFile));
  const isLaunched = hasLauncher(image.config.config?.Labels) && existsSync(launcher);
  const [entrypoint, ...args] = shellCommand(shell, isLaunched);
  const { TERM } = process.env;
  return { entrypoint, args, env: { ...defined({ TERM }), ...env } };
}

const noShell = (name: string): CnbError =>
  new CnbError("SHELL_NOT_FOUND", `${name} has neither bash nor sh`, {
    hint: "Mount a static shell with --volume /bin/busybox:/busybox --entrypoint /busybox IMAGE -- sh, or build with a run image that has a shell.",
  });

/** The size limit of an account file. Those of the largest organizations have some megabytes. */
const maxAccountBytes = 16 * 1024 * 1024;

/**
 * Reads the account files. The image is untrusted: links are only followed within it, and only
 * regular files are read.
 */
async function readAccounts(name: string, rootfs: string): Promise<Accounts> {
  const read = async (file: string): Promise<string> => {
    const onHost = join(rootfs, await resolveInRoot(rootfs, file));
    const bytes = await readForeignFile(onHost, maxAccountBytes).catch((cause: unknown) => {
      throw cause instanceof ForeignFileTooLarge ? tooLarge(name, file, cause) : cause;
    });
    return bytes?.toString("utf8") ?? "";
  };
  return { passwd: await read("/etc/passwd"), group: await read("/etc/group") };
}

const tooLarge = (name: string, file: string, { size }: ForeignFileTooLarge): CnbError =>
  new CnbError("IMAGE_INVALID", `${file} of ${name} has ${size} bytes, but at most ${maxAccountBytes} are allowed`, {
    hint: `Rebuild the image with a smaller ${file}.`,
  });
