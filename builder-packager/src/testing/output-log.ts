// the beginning of a long output is dropped, because the end contains the reason of a failure
const maxCharacters = 4 * 1024 * 1024;

/** Records the output of an app. Only the end of a very long output is kept. */
export class OutputLog {
  #text = "";
  readonly #decoder = new TextDecoder();

  add(chunk: Uint8Array): void {
    this.#text = (this.#text + this.#decoder.decode(chunk, { stream: true })).slice(-maxCharacters);
  }

  get text(): string {
    return this.#text;
  }
}
