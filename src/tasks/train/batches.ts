import { seededRandom } from '../../model/random.js';

/** Where a run is in its data. Epoch 0, window 0 is the beginning. */
export interface Cursor { readonly epoch: number; readonly window: number }

export interface Batch {
  /** [batch * context], row-major. */
  readonly inputs: Int32Array;
  /** The same, one token later. */
  readonly targets: Int32Array;
}

/**
 * Reads a token stream as shuffled windows of the context length, every window once an epoch. The order is a
 * function of (seed, epoch) alone, so a cursor is all that a resumed run needs. Windows start at another offset
 * each epoch: the model sees documents at varying positions.
 */
export class BatchReader {
  #epoch = -1;
  #offset = 0;
  #order: Uint32Array = new Uint32Array(0);

  constructor(
    private readonly tokens: Uint16Array | Uint32Array,
    private readonly context: number,
    private readonly seed: number,
    private cursor: Cursor,
  ) {
    // One window, at any offset below the context length, and its last target must fit.
    if (tokens.length < 2 * context + 1) throw new RangeError(`${tokens.length} tokens are too few for a context of ${context}`);
  }

  position(): Cursor {
    return this.cursor;
  }

  next(batch: number): Batch {
    const inputs = new Int32Array(batch * this.context);
    const targets = new Int32Array(batch * this.context);
    for (let row = 0; row < batch; row += 1) {
      const start = this.#nextWindow();
      for (let column = 0; column < this.context; column += 1) {
        inputs[row * this.context + column] = this.tokens[start + column] as number;
        targets[row * this.context + column] = this.tokens[start + column + 1] as number;
      }
    }
    return { inputs, targets };
  }

  /** First token of the next window; moves the cursor. */
  #nextWindow(): number {
    if (this.cursor.epoch !== this.#epoch) this.#shuffle(this.cursor.epoch);
    if (this.cursor.window >= this.#order.length) {
      this.cursor = { epoch: this.cursor.epoch + 1, window: 0 };
      this.#shuffle(this.cursor.epoch);
    }
    const window = this.#order[this.cursor.window] as number;
    this.cursor = { epoch: this.cursor.epoch, window: this.cursor.window + 1 };
    return this.#offset + window * this.context;
  }

  #shuffle(epoch: number): void {
    // Two odd multipliers keep the streams of neighbouring seeds and epochs apart.
    const random = seededRandom(Math.imul(this.seed, 0x9e3779b1) ^ Math.imul(epoch + 1, 0x85ebca6b));
    this.#epoch = epoch;
    this.#offset = random.integer(this.context);
    this.#order = Uint32Array.from({ length: Math.floor((this.tokens.length - 1 - this.#offset) / this.context) }, (_, index) => index);
    for (let last = this.#order.length - 1; last > 0; last -= 1) {
      const other = random.integer(last + 1);
      const kept = this.#order[last] as number;
      this.#order[last] = this.#order[other] as number;
      this.#order[other] = kept;
    }
  }
}
