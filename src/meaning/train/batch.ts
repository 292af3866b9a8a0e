/** The less it is, the more the nearest of the others count. */
const TEMPERATURE = 0.07;
/** What is less than this part of a text's own share moves nothing. */
const NEGLIGIBLE = 1e-5;

/** The vectors of texts, one after the other, each of length 1, and how the loss grows with each of their values. */
export interface Side {
  vectors: Float32Array;
  gradients: Float32Array;
}

/** Room for what is computed for a batch of as many papers as `size`. */
export class Batch {
  readonly titles: Side;
  readonly abstracts: Side;
  private readonly shares: Float32Array;
  private readonly titleSums: Float64Array;
  private readonly abstractSums: Float64Array;

  constructor(
    readonly size: number,
    private readonly dimensions: number,
  ) {
    const side = () => ({
      vectors: new Float32Array(size * dimensions),
      gradients: new Float32Array(size * dimensions),
    });
    this.titles = side();
    this.abstracts = side();
    this.shares = new Float32Array(size * size);
    this.titleSums = new Float64Array(size);
    this.abstractSums = new Float64Array(size);
  }

  /**
   * How well each of the first `count` titles is told apart from the others by its abstract, and the reverse: the mean cross entropy
   * of both, in nats. Leaves the gradients, up to a factor that is the same for all.
   */
  compare(count: number): number {
    this.titles.gradients.fill(0);
    this.abstracts.gradients.fill(0);
    this.titleSums.fill(0);
    this.abstractSums.fill(0);
    for (let i = 0; i < count; i++) this.share(i, count);
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const own = this.shares[i * this.size + i]!;
      loss -= Math.log(own / this.titleSums[i]!) + Math.log(own / this.abstractSums[i]!);
      this.pull(i, count);
    }
    return loss / (2 * count);
  }

  /** The exponentials of a title's likeness to all abstracts, and their sums. */
  private share(i: number, count: number): void {
    const { dimensions, shares, size, abstractSums } = this;
    const a = this.titles.vectors;
    const b = this.abstracts.vectors;
    const from = i * dimensions;
    let total = 0;
    for (let j = 0; j < count; j++) {
      const at = j * dimensions;
      let [x, y, z, w] = [0, 0, 0, 0];
      for (let k = 0; k < dimensions; k += 4) {
        x += a[from + k]! * b[at + k]!;
        y += a[from + k + 1]! * b[at + k + 1]!;
        z += a[from + k + 2]! * b[at + k + 2]!;
        w += a[from + k + 3]! * b[at + k + 3]!;
      }
      const share = Math.exp((x + y + z + w - 1) / TEMPERATURE);
      shares[i * size + j] = share;
      total += share;
      abstractSums[j]! += share;
    }
    this.titleSums[i] = total;
  }

  /** A title and its abstract are pulled together, and those apart that are taken for one another. */
  private pull(i: number, count: number): void {
    const { dimensions, shares, size } = this;
    const { titles, abstracts } = this;
    const from = i * dimensions;
    const perTitle = 1 / this.titleSums[i]!;
    for (let j = 0; j < count; j++) {
      const gradient = shares[i * size + j]! * (perTitle + 1 / this.abstractSums[j]!) - (i === j ? 2 : 0);
      if (gradient < NEGLIGIBLE && gradient > -NEGLIGIBLE) continue;
      const at = j * dimensions;
      for (let k = 0; k < dimensions; k++) {
        titles.gradients[from + k]! += gradient * abstracts.vectors[at + k]!;
        abstracts.gradients[at + k]! += gradient * titles.vectors[from + k]!;
      }
    }
  }
}
