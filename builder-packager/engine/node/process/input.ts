import { read } from "engine:loop";
import { isTerminal } from "engine:process";
import { decode } from "engine:text";
import { systemError } from "../errors.ts";
import { bufferOf, encodingNamed } from "../internal/bytes.ts";
import { Emitter, type Listener } from "../internal/emitter.ts";

const PIECE = 65_536;

/**
 * Standard input, with data events and iteration. Buildpacks get no input, so it is not a complete
 * stream.
 */
export class Input extends Emitter {
  readonly fd = 0;
  readonly readable = true;
  #encoding: string | undefined;
  #isFlowing = false;
  #isReading = false;
  #isEnded = false;

  get isTTY(): boolean | undefined {
    return isTerminal(0) || undefined;
  }

  setEncoding(encoding = "utf8"): this {
    this.#encoding = encoding;
    return this;
  }

  override on(name: string | symbol, listener: Listener): this {
    super.on(name, listener);
    return name === "data" ? this.resume() : this;
  }

  resume(): this {
    this.#isFlowing = true;
    this.#read();
    return this;
  }

  pause(): this {
    this.#isFlowing = false;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  destroy(): this {
    this.#isEnded = true;
    return this;
  }

  #read(): void {
    if (this.#isReading || this.#isEnded || !this.#isFlowing) {
      return;
    }
    this.#isReading = true;
    read(0, PIECE, (result) => {
      this.#isReading = false;
      if (typeof result === "number") {
        this.emit("error", systemError(result, "read"));
      } else if (result.byteLength === 0) {
        this.#isEnded = true;
        this.emit("end");
        this.emit("close");
      } else {
        this.emit("data", this.#converted(result));
        this.#read();
      }
    });
  }

  #converted(bytes: ArrayBuffer): string | Buffer {
    const name = this.#encoding === undefined ? undefined : encodingNamed(this.#encoding);
    return name === undefined ? bufferOf(bytes) : (decode(bytes, 0, bytes.byteLength, name, false) ?? "");
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | Buffer, void, void> {
    while (!this.#isEnded) {
      const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>();
      read(0, PIECE, (result) => (typeof result === "number" ? reject(systemError(result, "read")) : resolve(result)));
      const bytes = await promise;
      if (bytes.byteLength === 0) {
        this.#isEnded = true;
        return;
      }
      yield this.#converted(bytes);
    }
  }
}
