import { join } from "node:path";
import { unpackInCache } from "../cache/unpack.ts";
import { CnbError } from "../errors.ts";
import { ForeignFileTooLarge, readForeignFile } from "../files/foreign-file.ts";
import type { Image } from "../oci/model/image.ts";
import { processTypes } from "../platform/export/process-types.ts";
import { resolveInRoot } from "../sandbox/mounts/mount-points.ts";
import type { Mount } from "../sandbox/spec.ts";
import type { UnpackOptions } from "../sandbox/unpack-image.ts";
import { type AppMountOptions, appMounts } from "./app-mounts.ts";
import { checkCommand } from "./check-command.ts";
import type { Accounts } from "./image-user.ts";
import { planStart, type StartPlan, type StartRequest } from "./start-plan.ts";

interface PlanOptions extends Partial<StartRequest>, AppMountOptions, UnpackOptions {
  readonly name: string;
  readonly signal?: AbortSignal;
}

/** An unpacked image and the plan for starting it. */
export interface PlannedImage {
  readonly plan: StartPlan;
  readonly mounts: readonly Mount[];
  /** The directory with the image's files. */
  readonly unpacked: string;
}

/**
 * Unpacks an image and plans its start. Throws the errors of `startImage` about the image and the
 * app's inputs.
 */
export async function planImage(image: Image, options: PlanOptions): Promise<PlannedImage> {
  const unpacked = await unpackInCache(image, options);
  const request = { args: [], env: {}, ...options };
  const plan = planStart(options.name, image.config, request, await readAccounts(options.name, unpacked));
  const { mounts, env } = await appMounts(options, plan);
  await checkCommand(options.name, unpacked, plan, processTypes(image.config));
  options.signal?.throwIfAborted();
  return { plan: { ...plan, env }, mounts, unpacked };
}

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
  new CnbError("IMAGE_INVALID", `${file} of ${name} has ${size} bytes, more than the maximum of ${maxAccountBytes}`, {
    hint: "Rebuild the image with a smaller file.",
  });
